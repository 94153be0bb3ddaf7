import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { SendBuffer } from "../../../reactor/net/send_buffer.ts";

Deno.test("SendBuffer gives back the bytes that were pushed, however they are cut", () => {
  const chunkings = fc.array(
    fc.oneof(
      fc.record({ push: fc.nat(40_000) }),
      fc.record({ consume: fc.nat(40_000) }),
    ),
    { maxLength: 40 },
  );
  fc.assert(fc.property(chunkings, (steps) => {
    const buffer = new SendBuffer();
    let [next, expected] = [0, 0];
    for (const step of steps) {
      if ("push" in step) {
        buffer.push(Uint8Array.from({ length: step.push }, () => next++));
      } else {
        const front = buffer.front();
        const count = Math.min(step.consume, front.length);
        for (let i = 0; i < count; i++) {
          if (front[i] !== (expected++ & 255)) throw new Error(`byte ${expected - 1} is wrong`);
        }
        buffer.consume(count);
      }
      assertEquals(buffer.length, next - expected);
      assertEquals(buffer.front().length === 0, buffer.length === 0);
    }
  }));
});

Deno.test("SendBuffer.mark() keeps what is pushed later apart", () => {
  const buffer = new SendBuffer();
  buffer.push(new Uint8Array([1, 2, 3]));
  buffer.mark();
  buffer.push(new Uint8Array([4]));
  assertEquals([buffer.length, buffer.takeMark()], [4, false]);
  assertEquals(buffer.front(), new Uint8Array([1, 2, 3]));
  buffer.consume(2);
  assertEquals(buffer.takeMark(), false);
  assertEquals(buffer.front(), new Uint8Array([3]));
  buffer.consume(1);
  assertEquals(buffer.takeMark(), true);
  assertEquals(buffer.takeMark(), false);
  assertEquals(buffer.front(), new Uint8Array([4]));
});

Deno.test("SendBuffer.clear() takes the mark away", () => {
  const buffer = new SendBuffer();
  buffer.push(new Uint8Array(2));
  buffer.mark();
  buffer.clear();
  buffer.push(new Uint8Array(3));
  assertEquals([buffer.front().length, buffer.takeMark()], [3, false]);
});

Deno.test("SendBuffer.push() copies", () => {
  const buffer = new SendBuffer();
  const data = new Uint8Array([1]);
  buffer.push(data);
  data[0] = 9;
  assertEquals(buffer.front(), new Uint8Array([1]));
});

Deno.test("SendBuffer.consume() throws when there is less", () => {
  const buffer = new SendBuffer();
  buffer.push(new Uint8Array(2));
  assertThrows(() => buffer.consume(3), RangeError);
  buffer.clear();
  assertThrows(() => buffer.consume(1), RangeError);
  assertEquals(buffer.length, 0);
});
