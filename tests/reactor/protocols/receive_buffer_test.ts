import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ReceiveBuffer } from "../../../reactor/mod.ts";
import { bytes, text } from "./bytes.ts";

Deno.test("ReceiveBuffer.indexOf() finds a pattern that came in pieces", () => {
  const buffer = new ReceiveBuffer();
  const pattern = bytes("<end>");
  for (const piece of ["abc<", "e", "nd", "> <end", ">"]) {
    const isThere = piece === "> <end" || piece === ">";
    buffer.append(bytes(piece));
    assertEquals(buffer.indexOf(pattern), isThere ? 3 : -1);
  }
  buffer.skip(8);
  assertEquals(buffer.indexOf(pattern), 1);
  assertThrows(() => buffer.indexOf(new Uint8Array(0)), RangeError, "pattern is empty");
});

Deno.test("ReceiveBuffer.indexOf() starts anew for another pattern, and after a take", () => {
  const buffer = new ReceiveBuffer();
  const comma = bytes(",");
  buffer.append(bytes("a;b;c"));
  assertEquals(buffer.indexOf(comma), -1);
  assertEquals(buffer.indexOf(bytes(";")), 1);
  assertEquals(buffer.indexOf(comma), -1);
  buffer.append(bytes(","));
  assertEquals(text(buffer.take(4)), "a;b;");
  assertEquals(buffer.indexOf(comma), 1);
});

Deno.test("ReceiveBuffer.take() refuses more than there is", () => {
  const buffer = new ReceiveBuffer();
  buffer.append(bytes("ab"));
  assertThrows(() => buffer.take(3), RangeError, "holds 2");
  assertThrows(() => buffer.skip(-1), RangeError, "holds 2");
  assertEquals([buffer.at(1), buffer.at(2)], [98, undefined]);
  assertEquals(text(buffer.takeAll()), "ab");
  assertEquals(buffer.length, 0);
});

Deno.test("ReceiveBuffer is a queue of bytes under any appends and takes", () => {
  const step = fc.oneof(
    fc.record({ append: fc.uint8Array({ maxLength: 3_000 }) }),
    fc.record({ take: fc.nat(3_000) }),
  );
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const buffer = new ReceiveBuffer();
    let model: number[] = [];
    for (const entry of steps) {
      if ("append" in entry) {
        buffer.append(entry.append);
        model.push(...entry.append);
      } else {
        const count = Math.min(entry.take, model.length);
        assertEquals([...buffer.take(count)], model.slice(0, count));
        model = model.slice(count);
      }
      assertEquals(buffer.length, model.length);
      assertEquals(buffer.indexOf(ZEROS), indexOfZeros(model));
    }
  }));
});

const ZEROS = new Uint8Array([0, 0]);

function indexOfZeros(model: readonly number[]): number {
  return model.findIndex((byte, index) => byte === 0 && model[index + 1] === 0);
}

Deno.test("ReceiveBuffer moves each byte a constant number of times on average", () => {
  // A megabyte in pieces of 16 bytes while nearly 64 KiB stay behind: moving them each time would
  // be four gigabytes.
  const original = Uint8Array.prototype.copyWithin;
  const set = Uint8Array.prototype.set;
  let moved = 0;
  Uint8Array.prototype.copyWithin = function (this: Uint8Array, target, start, end) {
    moved += (end as number) - start;
    return original.call(this, target, start, end);
  } as typeof original;
  Uint8Array.prototype.set = function (this: Uint8Array, source, at) {
    moved += source.length;
    return set.call(this, source, at);
  } as typeof set;
  try {
    const buffer = new ReceiveBuffer();
    buffer.append(new Uint8Array(32_768));
    buffer.append(new Uint8Array(32_720));
    const piece = new Uint8Array(16);
    for (let count = 0; count < 65_536; count++) {
      buffer.append(piece);
      buffer.skip(16);
    }
  } finally {
    Uint8Array.prototype.copyWithin = original;
    Uint8Array.prototype.set = set;
  }
  assertEquals(moved < 6 * 1_048_576, true, `${moved} bytes were moved`);
});
