/**
 * The buffer of streams.
 *
 * @module
 */

import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ChunkedBuffer } from "../../../ioloop/iostream/chunked_buffer.ts";
import { DelimiterSearch } from "../../../ioloop/iostream/delimiter_search.ts";
import { InvariantError } from "../../../poller/mod.ts";

/** Bytes that count up, so that a loss, a doubling or a swap shows. */
function counting(from: number, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, i) => from + i);
}

/** Writes into reserved room, as a socket does. */
function receive(buffer: ChunkedBuffer, bytes: Uint8Array): number {
  const room = buffer.reserve();
  const count = Math.min(room.length, bytes.length);
  room.set(bytes.subarray(0, count));
  buffer.commit(count);
  return count;
}

Deno.test("ChunkedBuffer.take() returns the first bytes in order", () => {
  const buffer = new ChunkedBuffer(16);
  buffer.append(counting(0, 40));
  assertEquals(buffer.take(5), counting(0, 5));
  assertEquals(buffer.take(30), counting(5, 30));
  assertEquals(buffer.length, 5);
  assertEquals(buffer.take(5), counting(35, 5));
  assertEquals(buffer.length, 0);
});

Deno.test("ChunkedBuffer.take() of one chunk does not copy", () => {
  const buffer = new ChunkedBuffer(4096);
  const room = buffer.reserve();
  buffer.commit(10);
  assert(buffer.take(4).buffer === room.buffer);
  assert(buffer.take(6).buffer === room.buffer);
});

Deno.test("ChunkedBuffer.take() returns bytes that later ones leave alone", () => {
  const buffer = new ChunkedBuffer(8);
  const kept: Uint8Array[] = [];
  for (let i = 0; i < 100; i++) {
    receive(buffer, counting(i, 1));
    kept.push(buffer.take(1));
  }
  kept.forEach((bytes, i) => assertEquals(bytes, counting(i, 1)));
});

Deno.test("ChunkedBuffer.viewFrom() finds a place from either end", () => {
  const buffer = new ChunkedBuffer(4);
  for (let i = 0; i < 20; i++) receive(buffer, counting(i, 1));
  buffer.skip(3);
  for (let offset = 0; offset < 17; offset++) {
    assertEquals(buffer.viewFrom(offset)[0], 3 + offset);
  }
  assertThrows(() => buffer.viewFrom(17), InvariantError);
});

Deno.test("ChunkedBuffer.append() copies", () => {
  const buffer = new ChunkedBuffer(16);
  const bytes = counting(0, 8);
  buffer.append(bytes);
  bytes.fill(99);
  assertEquals(buffer.take(8), counting(0, 8));
});

Deno.test("ChunkedBuffer.reserve() gives chunks that adapt to what comes", () => {
  const buffer = new ChunkedBuffer(65_536);
  const sizes = [];
  for (let i = 0; i < 4; i++) {
    const room = buffer.reserve();
    sizes.push(room.length);
    buffer.commit(room.length);
  }
  assertEquals(sizes, [4096, 16_384, 65_536, 65_536]);
  buffer.take(buffer.length);
  // Little at a time: the chunks shrink again.
  for (let i = 0; i < 3000; i++) {
    buffer.reserve();
    buffer.commit(100);
    buffer.take(100);
  }
  assert(buffer.reserve().length <= 4096);
});

Deno.test("ChunkedBuffer.reserve() gives the same room until something is added or forgotten", () => {
  const buffer = new ChunkedBuffer(4096);
  const first = buffer.reserve();
  assertStrictEquals(buffer.reserve(), first);
  buffer.commit(10);
  const second = buffer.reserve();
  assertStrictEquals(buffer.reserve(), second);
  assertEquals([second.byteOffset, second.length], [10, first.length - 10]);
  buffer.append(counting(0, 3));
  assertEquals(buffer.reserve().byteOffset, 13);
  buffer.take(13);
  assertEquals(buffer.reserve().byteOffset, 13);
  buffer.clear();
  assert(buffer.reserve().buffer !== first.buffer);
});

Deno.test("ChunkedBuffer.commit() refuses more than was reserved", () => {
  const buffer = new ChunkedBuffer(16);
  assertThrows(() => buffer.commit(1), InvariantError);
  buffer.reserve();
  assertThrows(() => buffer.commit(17), InvariantError);
  assertThrows(() => buffer.take(1), InvariantError);
  assertThrows(() => buffer.skip(1), InvariantError);
});

Deno.test("ChunkedBuffer.clear() forgets what waits and goes on", () => {
  const buffer = new ChunkedBuffer(16);
  buffer.append(counting(0, 40));
  buffer.clear();
  assertEquals(buffer.length, 0);
  assertEquals(buffer.peek().length, 0);
  buffer.append(counting(7, 3));
  assertEquals(buffer.take(3), counting(7, 3));
});

// -- Against a plain array --

type Step = readonly [method: keyof typeof STEPS, size: number];

interface Model {
  readonly buffer: ChunkedBuffer;
  /** What the buffer should hold. */
  bytes: number[];
  /** The next byte to add. */
  next: number;
  /** What was taken, and what it was then. */
  readonly taken: { bytes: Uint8Array; copy: number[] }[];
}

const STEPS = {
  append(model: Model, size: number): void {
    const bytes = counting(model.next, size);
    model.next += size;
    model.buffer.append(bytes);
    model.bytes.push(...bytes);
  },
  receive(model: Model, size: number): void {
    const bytes = counting(model.next, size);
    const count = receive(model.buffer, bytes);
    model.next += count;
    model.bytes.push(...bytes.subarray(0, count));
  },
  take(model: Model, size: number): void {
    const count = Math.min(size, model.bytes.length);
    const bytes = model.buffer.take(count);
    const copy = model.bytes.splice(0, count);
    assertEquals([...bytes], copy);
    model.taken.push({ bytes, copy });
  },
  takeInto(model: Model, size: number): void {
    const target = new Uint8Array(size);
    const count = model.buffer.takeInto(target);
    assertEquals(count, Math.min(size, model.bytes.length));
    assertEquals([...target.subarray(0, count)], model.bytes.splice(0, count));
  },
  skip(model: Model, size: number): void {
    const count = Math.min(size, model.bytes.length);
    model.buffer.skip(count);
    model.bytes.splice(0, count);
  },
  look(model: Model, size: number): void {
    assertEquals([...model.buffer.peek()], model.bytes.slice(0, model.buffer.peek().length));
    if (model.bytes.length === 0) return;
    const offset = size % model.bytes.length;
    const view = model.buffer.viewFrom(offset);
    assert(view.length > 0);
    assertEquals([...view], model.bytes.slice(offset, offset + view.length));
  },
  search(model: Model, size: number): void {
    const offset = size % (model.bytes.length + 1);
    const wanted = (size * 7) & 0xff;
    const index = model.bytes.indexOf(wanted, offset);
    const search = new DelimiterSearch(Uint8Array.of(wanted));
    assertEquals(model.buffer.search(search, offset), index === -1 ? -1 : index + 1);
  },
};

Deno.test("ChunkedBuffer holds what a plain array holds", () => {
  const step = fc.tuple(
    fc.constantFrom(...Object.keys(STEPS) as (keyof typeof STEPS)[]),
    fc.integer({ min: 0, max: 90 }),
  ) as fc.Arbitrary<Step>;
  const property = fc.property(
    fc.integer({ min: 1, max: 64 }),
    fc.array(step, { maxLength: 120 }),
    (chunkMax, steps) => {
      const model: Model = { buffer: new ChunkedBuffer(chunkMax), bytes: [], next: 0, taken: [] };
      for (const [method, size] of steps) {
        STEPS[method](model, size);
        assertEquals(model.buffer.length, model.bytes.length);
      }
      for (const { bytes, copy } of model.taken) assertEquals([...bytes], copy);
    },
  );
  fc.assert(property, { seed: 20_260_101, numRuns: 500 });
});
