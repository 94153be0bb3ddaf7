import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { LARGEST_BUFFER } from "../../poller/deno_buffer_pool.ts";
import { ReadBuffer } from "../../poller/deno_read_buffer.ts";
import { SendQueue } from "../../poller/deno_send_queue.ts";
import { scribble } from "./free_buffers.ts";

const OWNER = { writeStarted() {}, bytesSent() {}, sendFailed() {} };

let lastByte = 0;

/** Plays a stream that receives. */
class Source {
  readonly buffer = new ReadBuffer();
  posted: Uint8Array<ArrayBuffer> | null = null;
  /** What has arrived and was not taken. */
  arrived: Uint8Array = new Uint8Array(0);

  /** Begins with a buffer that has grown so many times. */
  constructor(growth: number) {
    for (let i = 0; i < growth; i++) {
      this.buffer.filled(this.buffer.post().length);
      this.buffer.take();
    }
  }

  arm(): void {
    if (this.posted !== null || this.buffer.length > 0) return;
    this.posted = this.buffer.post();
    this.posted.fill(0xdd); // A native read may write at any time, into any part.
  }

  fill(count: number): void {
    if (this.posted === null) return;
    this.arrived = Uint8Array.from(
      { length: Math.min(count, this.posted.length) },
      () => lastByte = (lastByte * 5 + 3) % 256,
    );
    this.posted.set(this.arrived);
    this.posted = null;
    this.buffer.filled(this.arrived.length);
  }
}

/** Plays a stream that sends. */
class Target {
  queue = new SendQueue(this, OWNER);
  /** What was taken and not sent. */
  expected: Uint8Array = new Uint8Array(0);
  #bytes: Uint8Array<ArrayBuffer> | null = null;
  #ended = false;
  #settle: PromiseWithResolvers<number> = Promise.withResolvers();

  get bytes(): Uint8Array<ArrayBuffer> | null {
    return this.#bytes;
  }

  write(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
    assertEquals(this.#bytes, null, "two native writes at once");
    this.#bytes = bytes;
    this.#settle = Promise.withResolvers();
    return this.#settle.promise;
  }

  push(bytes: Uint8Array): void {
    const copy = bytes.slice();
    const count = this.queue.push(bytes);
    const before = this.expected;
    this.expected = new Uint8Array(before.length + count);
    this.expected.set(before);
    this.expected.set(copy.subarray(0, count), before.length);
  }

  accept(count: number): void {
    if (this.#bytes === null) return;
    const accepted = Math.min(count, this.#bytes.length);
    this.expected = this.expected.subarray(accepted);
    this.#bytes = null;
    this.#settle.resolve(accepted);
    if (this.#ended) this.#renew();
  }

  end(): void {
    this.queue.end();
    if (this.#bytes === null) this.#renew();
    else this.#ended = true;
  }

  /** The connection is lost, and another takes its place. */
  fail(): void {
    if (this.#bytes === null) return;
    this.#bytes = null;
    this.#settle.reject(new Error("lost"));
    this.#renew();
  }

  #renew(): void {
    this.queue = new SendQueue(this, OWNER);
    this.expected = new Uint8Array(0);
    this.#ended = false;
  }

  check(): void {
    if (this.#bytes === null) return;
    const { length } = this.#bytes;
    assert(
      isSame(this.#bytes, this.expected.subarray(0, length)),
      "what is being sent was changed",
    );
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

const which = fc.nat(2);
const size = fc.oneof(
  fc.nat(100),
  fc.nat(20_000),
  { weight: 3, arbitrary: fc.integer({ min: 16_384, max: 300_000 }) },
);
const part = fc.record({ target: which, from: fc.oneof(fc.constant(0), size), length: size });
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ arm: which, fill: size.map((n) => n + 1) }) },
  { weight: 1, arbitrary: fc.record({ arm: which }) },
  {
    weight: 4,
    arbitrary: fc.record({
      take: which,
      first: fc.option(fc.nat(30_000), { freq: 4 }),
      to: fc.array(part, { minLength: 1, maxLength: 3 }),
      rearm: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ accept: which, count: size.map((n) => n + 1) }) },
  { weight: 6, arbitrary: fc.record({ accept: which, count: fc.constant(LARGEST_BUFFER) }) },
  { weight: 1, arbitrary: fc.record({ release: which }) },
  { weight: 1, arbitrary: fc.record({ fail: which }) },
  { weight: 1, arbitrary: fc.record({ end: which }) },
);

Deno.test("No buffer has two owners, whatever is received, sent on, lost and closed", async () => {
  let takenOver = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 50, maxLength: 100 }), async (steps) => {
      const sources = Array.from({ length: 3 }, (_, i) => new Source(i + 1));
      const targets = Array.from({ length: 3 }, () => new Target());
      for (const each of steps) {
        if ("fill" in each || "arm" in each) {
          const source = sources[each.arm] as Source;
          source.arm();
          if ("fill" in each) source.fill(each.fill);
        } else if ("take" in each) {
          handle(sources[each.take] as Source, each, targets);
        } else if ("accept" in each) (targets[each.accept] as Target).accept(each.count);
        else if ("fail" in each) (targets[each.fail] as Target).fail();
        else if ("end" in each) (targets[each.end] as Target).end();
        else {
          // Closed during a read or not, and another stream takes its place.
          (sources[each.release] as Source).buffer.release();
          sources[each.release] = new Source(3);
        }
        for (let hop = 0; hop < 3; hop++) await null;
        scribble();
        for (const target of targets) target.check();
        const held = [
          ...sources.flatMap(({ posted }) => posted?.buffer ?? []),
          ...targets.flatMap(({ bytes }) => bytes?.buffer ?? []),
        ];
        assertEquals(new Set(held).size, held.length, "two native operations hold one buffer");
      }
    }),
    { numRuns: 40, seed: 11, endOnFailure: true },
  );
  assert(takenOver > 50, `only ${takenOver} buffers were taken over`);

  /** What a handler does: takes all or the first bytes, and sends parts of them on. */
  function handle(
    source: Source,
    { first, to, rearm }: {
      first: number | null;
      to: { target: number; from: number; length: number }[];
      rearm: boolean;
    },
    targets: Target[],
  ): void {
    const { buffer, arrived } = source;
    if (arrived.length === 0) return;
    let start = 0;
    if (first !== null && first > 0) {
      const some = new Uint8Array(first);
      start = buffer.takeInto(some);
      assert(isSame(some.subarray(0, start), arrived.subarray(0, start)));
    }
    if (start === arrived.length) {
      source.arrived = new Uint8Array(0);
      return;
    }
    const view = buffer.take();
    for (const { target, from, length } of to) {
      const isFree = (targets[target] as Target).bytes === null;
      (targets[target] as Target).push(view.subarray(from, from + length));
      if (isFree && (targets[target] as Target).bytes?.buffer === view.buffer) takenOver++;
    }
    assert(isSame(view, arrived.subarray(start)), "the view changed under its handler");
    source.arrived = new Uint8Array(0);
    if (rearm) source.arm();
  }
});
