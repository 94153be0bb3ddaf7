import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { frame, FrameReader, FrameWriter } from "../../resolver/tcp_frames.ts";

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

Deno.test("FrameReader gives packets out that later reads do not change", () => {
  const reader = new FrameReader();
  const found: Uint8Array[] = [];
  for (let i = 0; i < 200; i++) {
    reader.push(frame(new Uint8Array(10).fill(i)));
    found.push(reader.next() as Uint8Array);
  }
  assertEquals(found, Array.from({ length: 200 }, (_, i) => new Uint8Array(10).fill(i)));
});

Deno.test("FrameWriter holds what frame() would make of its packets, less what was dropped", () => {
  const step = fc.oneof(fc.uint8Array({ maxLength: 700 }), fc.nat({ max: 900 }));
  fc.assert(fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
    const writer = new FrameWriter();
    let expected: number[] = [];
    for (const step of steps) {
      if (typeof step === "number") {
        const count = Math.min(step, expected.length);
        writer.drop(count);
        expected = expected.slice(count);
      } else {
        writer.add(step);
        expected.push(...frame(step));
      }
      assertEquals(writer.length, expected.length);
      assertEquals([...writer.bytes], expected);
    }
  }));
});
