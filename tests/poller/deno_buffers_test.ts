import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { giveBuffer, LARGEST_BUFFER, takeBuffer } from "../../poller/deno_buffer_pool.ts";
import { ReadBuffer, takeLentBuffer } from "../../poller/deno_read_buffer.ts";
import { SendQueue } from "../../poller/deno_send_queue.ts";

/** Plays a native read that brings so many bytes, and takes them. */
function read(buffer: ReadBuffer, count: number): number {
  const posted = buffer.post().length;
  buffer.filled(Math.min(count, posted));
  assertEquals(buffer.take().length, Math.min(count, posted));
  return posted;
}

Deno.test("ReadBuffer grows when it is filled and shrinks when it stays empty", () => {
  const buffer = new ReadBuffer();
  const sizes = Array.from({ length: 5 }, () => read(buffer, Infinity));
  assertEquals(sizes, [4096, 16_384, 65_536, 262_144, 262_144]);
  for (let i = 0; i < 65; i++) assertEquals(read(buffer, 10), 262_144);
  assertEquals(read(buffer, 10), 65_536);
  for (let i = 0; i < 500; i++) read(buffer, 10);
  assertEquals(read(buffer, 10), 4096);
});

Deno.test("ReadBuffer does not shrink between large reads", () => {
  const buffer = new ReadBuffer();
  for (let i = 0; i < 3; i++) read(buffer, Infinity);
  for (let i = 0; i < 500; i++) assertEquals(read(buffer, i % 60 === 0 ? 100_000 : 10), 262_144);
});

Deno.test("ReadBuffer.takeInto() leaves what does not fit", () => {
  const buffer = new ReadBuffer();
  buffer.post().set([1, 2, 3]);
  buffer.filled(3);
  const two = new Uint8Array(2);
  assertEquals([buffer.takeInto(two), [...two], buffer.length], [2, [1, 2], 1]);
  assertEquals([...buffer.take()], [3]);
  assertEquals(buffer.length, 0);
});

Deno.test("ReadBuffer.takeInto() copies few bytes and many", () => {
  for (const count of [1, 127, 128, 129, 4000]) {
    const buffer = new ReadBuffer();
    const bytes = Uint8Array.from({ length: count + 50 }, (_, i) => i * 7);
    buffer.post().set(bytes);
    buffer.filled(count + 50);
    buffer.takeInto(new Uint8Array(50));
    const target = new Uint8Array(count + 1);
    assertEquals(buffer.takeInto(target), count);
    assertEquals(target, Uint8Array.of(...bytes.subarray(50), 0));
    assertEquals(buffer.length, 0);
  }
});

Deno.test("takeBuffer() has one of the largest for each of 64 streams at full speed", () => {
  const taken = Array.from({ length: 64 }, () => takeBuffer(LARGEST_BUFFER));
  for (const buffer of taken) giveBuffer(buffer);
  const again = new Set(Array.from({ length: 64 }, () => takeBuffer(LARGEST_BUFFER)));
  assertEquals(again, new Set(taken));
  for (const buffer of again) giveBuffer(buffer);
});

Deno.test("takeBuffer() returns what was given, by size", () => {
  const small = takeBuffer(100);
  const large = takeBuffer(LARGEST_BUFFER);
  assertEquals([small.bytes.length, large.bytes.length], [4096, LARGEST_BUFFER]);
  giveBuffer(small);
  giveBuffer(large);
  assertStrictEquals(takeBuffer(4096), small);
  assertStrictEquals(takeBuffer(LARGEST_BUFFER), large);
});

Deno.test("giveBuffer() drops a buffer whose memory was transferred", () => {
  const buffer = new ReadBuffer();
  buffer.post();
  buffer.filled(4096);
  const view = buffer.take();
  structuredClone(view, { transfer: [view.buffer as ArrayBuffer] });
  assertEquals(buffer.post().length, 16_384);
  const other = takeBuffer(100);
  assertEquals(other.bytes.length, 4096);
  giveBuffer(other);
});

Deno.test("PooledBuffer.first() makes a view only for another length", () => {
  const buffer = takeBuffer(10);
  buffer.bytes.set([1, 2, 3]);
  const two = buffer.first(2);
  assertEquals([...two], [1, 2]);
  assertStrictEquals(buffer.first(2), two);
  assertEquals([...buffer.first(3)], [1, 2, 3]);
  assertEquals(buffer.first(4096).length, 4096);
});

/** A native connection whose writes end when the test says so. */
class ManualWriter {
  readonly written: number[] = [];
  #end: ((count: number) => void) | null = null;
  #fail: ((error: unknown) => void) | null = null;
  bytes: Uint8Array = new Uint8Array(0);

  write(bytes: Uint8Array): Promise<number> {
    assertEquals(this.#end, null, "two native writes at once");
    this.bytes = bytes;
    return new Promise((resolve, reject) => {
      this.#end = resolve;
      this.#fail = reject;
    });
  }

  get waiting(): number {
    return this.#end === null ? 0 : this.bytes.length;
  }

  async accept(count: number): Promise<void> {
    const accepted = Math.min(count, this.bytes.length);
    for (const byte of this.bytes.subarray(0, accepted)) this.written.push(byte);
    const end = this.#end;
    this.#end = null;
    end?.(accepted);
    await null;
    await null;
  }

  async fail(): Promise<void> {
    this.#end = null;
    this.#fail?.(new Error("lost"));
    await null;
    await null;
  }
}

/** Remembers what a queue told. */
class Owner {
  sent = 0;
  errors: unknown[] = [];
  writeStarted(): void {}
  bytesSent(): void {
    this.sent++;
  }
  sendFailed(error: unknown): void {
    this.errors.push(error);
  }
}

Deno.test("SendQueue sends every byte once, in order, whatever each write takes", async () => {
  const steps = fc.array(
    fc.oneof(
      fc.record({ push: fc.oneof(fc.nat(5000), fc.nat(300_000)) }),
      fc.record({ accept: fc.oneof(fc.integer({ min: 1, max: 3000 }), fc.constant(1_000_000)) }),
    ),
    { maxLength: 40 },
  );
  await fc.assert(
    fc.asyncProperty(steps, async (list) => {
      const writer = new ManualWriter();
      const queue = new SendQueue(writer, new Owner());
      const expected: number[] = [];
      let next = 0;
      for (const step of list) {
        if ("accept" in step) {
          if (writer.waiting > 0) await writer.accept(step.accept);
          continue;
        }
        const bytes = Uint8Array.from({ length: step.push }, (_, i) => (next + i) % 251);
        const taken = queue.push(bytes);
        for (const byte of bytes.subarray(0, taken)) expected.push(byte);
        next = (next + taken) % 251;
        bytes.fill(255); // The caller's memory is its own again.
        if (taken < step.push) assertEquals(queue.isFull, true);
      }
      while (writer.waiting > 0) await writer.accept(Infinity);
      assertEquals(queue.isEmpty, true);
      assertEquals(writer.written.length, expected.length);
      assertEquals(Uint8Array.from(writer.written), Uint8Array.from(expected));
    }),
    { numRuns: 60, seed: 6 },
  );
});

Deno.test("SendQueue takes nothing after a write failed", async () => {
  const writer = new ManualWriter();
  const owner = new Owner();
  const queue = new SendQueue(writer, owner);
  queue.push(new Uint8Array(10));
  queue.push(new Uint8Array(10));
  await writer.fail();
  assertEquals(owner.errors.length, 1);
  assertEquals([queue.isEmpty, queue.push(new Uint8Array(1)), writer.waiting], [true, 0, 0]);
});

Deno.test("SendQueue gives its buffers back when it has grown, and when a write failed", async () => {
  const [large, small, current] = [takeBuffer(16_384), takeBuffer(4096), takeBuffer(4096)];
  for (const buffer of [large, small, current]) giveBuffer(buffer);
  const writer = new ManualWriter();
  const queue = new SendQueue(writer, new Owner());
  for (const count of [10, 10, 10_000]) queue.push(new Uint8Array(count));
  assertStrictEquals(takeBuffer(4096), small);
  await writer.fail();
  assertStrictEquals(takeBuffer(4096), current);
  assertStrictEquals(takeBuffer(16_384), large);
});

Deno.test("ReadBuffer gives its buffer back when it takes a larger one", () => {
  const small = takeBuffer(4096);
  giveBuffer(small);
  const buffer = new ReadBuffer();
  for (let i = 0; i < 2; i++) read(buffer, Infinity);
  assertStrictEquals(takeBuffer(4096), small);
});

/** A buffer that 100,000 bytes were read into, which count up from 0. */
function filledBuffer(): ReadBuffer {
  const buffer = new ReadBuffer();
  for (let i = 0; i < 3; i++) read(buffer, Infinity);
  buffer.post().set(COUNTING);
  buffer.filled(COUNTING.length);
  return buffer;
}

const COUNTING = Uint8Array.from({ length: 100_000 }, (_, i) => i % 251);

Deno.test("SendQueue takes over the buffer of what was just received, and gives it back", async () => {
  const writer = new ManualWriter();
  const queue = new SendQueue(writer, new Owner());
  const source = filledBuffer();
  const view = source.take();
  assertEquals(queue.push(view), view.length);
  assertStrictEquals(writer.bytes, view, "it was copied");
  const next = source.post();
  next.fill(255);
  assert(next.buffer !== view.buffer, "the next read would change what is sent");
  await writer.accept(99_999);
  assert(takeBuffer(LARGEST_BUFFER).bytes.buffer !== view.buffer, "given back while it is sent");
  await writer.accept(1);
  assertEquals(Uint8Array.from(writer.written), COUNTING);
  assertStrictEquals(takeBuffer(LARGEST_BUFFER).bytes.buffer, view.buffer);
});

Deno.test("SendQueue sends parts of what was received, and sends it twice", async () => {
  const writer = new ManualWriter();
  const other = new ManualWriter();
  const queue = new SendQueue(writer, new Owner());
  const view = filledBuffer().take();
  queue.push(view.subarray(10, 50_000));
  queue.push(view.subarray(50_000));
  new SendQueue(other, new Owner()).push(view);
  assert(other.bytes.buffer !== view.buffer, "both own it");
  for (const each of [writer, other]) {
    while (each.waiting > 0) await each.accept(Infinity);
  }
  assertEquals(Uint8Array.from(writer.written), COUNTING.subarray(10));
  assertEquals(Uint8Array.from(other.written), COUNTING);
});

Deno.test("SendQueue copies what is small, and what a native read may write into", () => {
  for (const [length, isCopied] of [[16_383, true], [16_384, false]] as const) {
    const view = filledBuffer().take().subarray(0, length);
    const writer = new ManualWriter();
    new SendQueue(writer, new Owner()).push(view);
    assertEquals(writer.bytes.buffer !== view.buffer, isCopied);
  }

  const posted = filledBuffer();
  const stale = posted.take();
  posted.post();
  assert(takeLentBuffer(stale) === null, "a native read may write into it");

  const released = filledBuffer();
  const kept = released.take();
  released.release();
  assert(takeLentBuffer(kept) === null, "its stream is closed");

  const first = filledBuffer();
  const view = first.take();
  filledBuffer().take();
  assert(takeLentBuffer(view) === null, "another stream lent since");
});
