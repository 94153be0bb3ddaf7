/**
 * Every way to read, against the same on the whole string of bytes, however it is cut and whenever
 * it ends.
 *
 * @module
 */

import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import fc from "fast-check";
import {
  addAcceptHandler,
  IOStream,
  PollIOLoop,
  StreamClosedError,
  UnsatisfiableReadError,
} from "../../../ioloop/mod.ts";
import { random, Simulation } from "../../../sim/mod.ts";

/** What is sent: letters of which delimiters are likely. */
const LETTERS = ["a", "b", "\r", "\n"] as const;

/** A read, as the model and the stream do it. */
interface Read {
  readonly name: string;
  /** How many of the bytes it takes; `null` if the end comes first; -1 if it is unsatisfiable. */
  model(rest: string): number | null;
  /** What it may return, if that depends on how the bytes arrive. */
  readonly isPartial?: boolean;
  run(stream: IOStream): Promise<Uint8Array>;
}

function readBytes(count: number): Read {
  return {
    name: `readBytes(${count})`,
    model: (rest) => rest.length >= count ? count : null,
    run: (stream) => stream.readBytes(count),
  };
}

function readPartial(count: number): Read {
  return {
    name: `readBytes(${count}, partial)`,
    model: (rest) => count === 0 ? 0 : rest.length > 0 ? Math.min(count, rest.length) : null,
    isPartial: true,
    run: (stream) => stream.readBytes(count, { partial: true }),
  };
}

function readInto(count: number): Read {
  return {
    name: `readInto(${count})`,
    model: (rest) => rest.length >= count ? count : null,
    run: async (stream) => {
      const buffer = new Uint8Array(count);
      assertEquals(await stream.readInto(buffer), count);
      return buffer;
    },
  };
}

function readUntil(delimiter: string, maxBytes: number): Read {
  return {
    name: `readUntil(${JSON.stringify(delimiter)}, ${maxBytes})`,
    model: (rest) => limited(rest, rest.indexOf(delimiter), delimiter.length, maxBytes),
    run: (stream) => stream.readUntil(delimiter, { maxBytes }),
  };
}

function readUntilRegex(maxBytes: number): Read {
  return {
    name: `readUntilRegex(${maxBytes})`,
    model: (rest) => limited(rest, rest.indexOf("a\r"), 2, maxBytes),
    // A match that a longer text would not change, since when it is looked for is not fixed.
    run: (stream) => stream.readUntilRegex(/a\r/, { maxBytes }),
  };
}

function limited(rest: string, at: number, length: number, maxBytes: number): number | null {
  const size = at === -1 ? rest.length : at + length;
  if (size > maxBytes) return -1;
  return at === -1 ? null : size;
}

const COUNT = fc.integer({ min: 0, max: 40 });
const MAX_BYTES = fc.oneof(fc.constant(Infinity), fc.integer({ min: 1, max: 60 }));
const READ: fc.Arbitrary<Read> = fc.oneof(
  COUNT.map(readBytes),
  COUNT.map(readPartial),
  COUNT.map(readInto),
  fc.tuple(fc.constantFrom("\n", "\r\n", "ab", "\n\r\n"), MAX_BYTES)
    .map(([delimiter, maxBytes]) => readUntil(delimiter, maxBytes)),
  MAX_BYTES.map(readUntilRegex),
);

/** Reads as told until the end, and says what does not fit. */
async function check(stream: IOStream, sent: string, reads: readonly Read[]): Promise<void> {
  let rest = sent;
  for (const read of reads) {
    const expected = read.model(rest);
    let data: Uint8Array;
    try {
      data = await read.run(stream);
    } catch (error) {
      assertInstanceOf(error, StreamClosedError);
      assertEquals(expected === null || expected < 0, true, `${read.name} fails`);
      // A limit that is passed is the reason, unless the end came before enough was received.
      if (expected !== null) assertInstanceOf(error.realError, UnsatisfiableReadError);
      // readInto() may have taken some of the rest along.
      if (expected !== null || read.name.startsWith("readInto")) return;
      break;
    }
    assert(expected !== null && expected >= 0, `${read.name} succeeds`);
    if (read.isPartial) {
      assert(data.length <= expected && (data.length > 0 || expected === 0), read.name);
    } else assertEquals(data.length, expected, read.name);
    assertEquals(new TextDecoder().decode(data), rest.slice(0, data.length), read.name);
    rest = rest.slice(data.length);
  }
  const end = await stream.readUntilClose();
  assertEquals(new TextDecoder().decode(end), rest, "readUntilClose()");
}

/** Sends pieces from one simulated host to another, which reads. */
async function transfer(
  seed: number,
  pieces: readonly string[],
  reads: readonly Read[],
  readChunkSize: number,
): Promise<void> {
  const sim = new Simulation({ seed, strategy: random(seed), traceMax: 0 });
  const ioLoop = new PollIOLoop(sim.host("host"), { makeCurrent: false });
  const listener = ioLoop.platform.network.listen({
    transport: "tcp",
    hostname: "127.0.0.1",
    port: 0,
  });
  addAcceptHandler(listener, async (handle) => {
    const server = new IOStream(handle, ioLoop);
    for (const piece of pieces) {
      await server.write(new TextEncoder().encode(piece)).catch(() => {});
      await new Promise<void>((resolve) => void ioLoop.callLater(0.0001, resolve));
    }
    server.close();
  }, { ioLoop });
  await sim.run(async () => {
    await ioLoop.runSync(async () => {
      const stream = new IOStream(null, ioLoop, { readChunkSize });
      await stream.connect(listener.localAddress);
      await check(stream, pieces.join(""), reads);
      stream.close();
      ioLoop.removeHandler(listener);
      listener.close();
    });
    ioLoop.close();
  });
}

Deno.test("IOStream reads what the same reads of the whole bytes give", async () => {
  const property = fc.asyncProperty(
    fc.integer({ min: 0, max: 2 ** 30 }),
    fc.array(fc.string({ unit: fc.constantFrom(...LETTERS), maxLength: 50 }), { maxLength: 12 }),
    fc.array(READ, { maxLength: 20 }),
    fc.constantFrom(1, 3, 16, 65_536),
    transfer,
  );
  await fc.assert(property, { seed: 20_260_101, numRuns: 400 });
});
