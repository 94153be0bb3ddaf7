import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { frame, FrameReader } from "../../resolver/tcp_frames.ts";

Deno.test("FrameReader cuts a stream into its packets, wherever the reads fall", () => {
  const packets = fc.array(fc.uint8Array({ maxLength: 700 }), { maxLength: 12 });
  fc.assert(fc.property(packets, fc.array(fc.integer({ min: 1, max: 900 })), (packets, sizes) => {
    const stream = new Uint8Array(packets.flatMap((packet) => [...frame(packet)]));
    const reader = new FrameReader();
    const found: Uint8Array[] = [];
    for (let at = 0, i = 0; at < stream.length; i++) {
      const size = sizes[i % Math.max(sizes.length, 1)] ?? 1;
      reader.push(stream.subarray(at, at + size));
      at += size;
      for (let packet = reader.next(); packet !== null; packet = reader.next()) found.push(packet);
    }
    assertEquals(found, packets);
  }));
});
