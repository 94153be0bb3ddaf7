import { assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { ReadBuffer } from "../../poller/deno_read_buffer.ts";
import { SendQueue } from "../../poller/deno_send_queue.ts";
import {
  giveWriteBuffer,
  LARGEST_BUFFER,
  takeWriteBuffer,
} from "../../poller/deno_write_buffers.ts";

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

Deno.test("takeWriteBuffer() has one of the largest for each of 64 streams at full speed", () => {
  const taken = Array.from({ length: 64 }, () => takeWriteBuffer(LARGEST_BUFFER));
  for (const buffer of taken) giveWriteBuffer(buffer);
  const again = new Set(Array.from({ length: 64 }, () => takeWriteBuffer(LARGEST_BUFFER)));
  assertEquals(again, new Set(taken));
  for (const buffer of again) giveWriteBuffer(buffer);
});

Deno.test("takeWriteBuffer() returns what was given, by size", () => {
  const small = takeWriteBuffer(100);
  const large = takeWriteBuffer(LARGEST_BUFFER);
  assertEquals([small.length, large.length], [2048, LARGEST_BUFFER]);
  giveWriteBuffer(small);
  giveWriteBuffer(large);
  assertStrictEquals(takeWriteBuffer(2048), small);
  assertStrictEquals(takeWriteBuffer(LARGEST_BUFFER), large);
});

/** A native connection whose writes end when the test says so. */
class ManualWriter {
  readonly written: number[] = [];
  #end: ((count: number) => void) | null = null;
  #fail: ((error: unknown) => void) | null = null;
  #bytes: Uint8Array = new Uint8Array(0);

  write(bytes: Uint8Array): Promise<number> {
    assertEquals(this.#end, null, "two native writes at once");
    this.#bytes = bytes;
    return new Promise((resolve, reject) => {
      this.#end = resolve;
      this.#fail = reject;
    });
  }

  get waiting(): number {
    return this.#end === null ? 0 : this.#bytes.length;
  }

  async accept(count: number): Promise<void> {
    const accepted = Math.min(count, this.#bytes.length);
    for (const byte of this.#bytes.subarray(0, accepted)) this.written.push(byte);
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
