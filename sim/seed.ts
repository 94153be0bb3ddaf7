/**
 * Seeds, and the streams of numbers that they decide.
 *
 * @module
 */

import type { RandomSource } from "../poller/mod.ts";

/** A seed: any whole number of 64 bits; a text counts as hexadecimal digits. */
export type Seed = number | bigint | string;

const MASK = 0xffffffffffffffffn;

/**
 * Brings a seed to its one form.
 *
 * @example A seed is read back from what was printed
 * ```ts
 * import { formatSeed, parseSeed } from "@twinloop/twinloop/sim";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatSeed(42n), "2a");
 * assertEquals(parseSeed("2a"), 42n);
 * ```
 *
 * @param seed The seed.
 * @returns The seed, from 0 to 2^64 - 1.
 * @throws {RangeError} If it is a number that is not whole, or a text that is not hexadecimal.
 */
export function parseSeed(seed: Seed): bigint {
  if (typeof seed === "bigint") return seed & MASK;
  if (typeof seed === "number") {
    if (!Number.isSafeInteger(seed)) {
      throw new RangeError(`Cannot use a seed: ${seed} is not whole`);
    }
    return BigInt(seed) & MASK;
  }
  if (!/^(0x)?[0-9a-f]{1,16}$/i.test(seed)) {
    throw new RangeError(`Cannot use a seed: "${seed}" is not hexadecimal`);
  }
  return BigInt(/^0x/i.test(seed) ? seed : `0x${seed}`);
}

/**
 * Writes a seed the way reports print it: in hexadecimal, without a prefix.
 *
 * @param seed The seed.
 * @returns The text.
 */
export function formatSeed(seed: bigint): string {
  return seed.toString(16);
}

/**
 * Makes a seed for one purpose out of a seed, so that one more draw for a purpose does not shift
 * what the others get.
 *
 * @param seed The seed to split.
 * @param label The purpose.
 * @returns The seed for that purpose.
 */
export function splitSeed(seed: bigint, label: string): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(label)) {
    hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & MASK;
  }
  return finalize(finalize(seed) ^ hash);
}

/** The finalizer of SplitMix64: every bit of the input changes half of the output. */
function finalize(value: bigint): bigint {
  let z = (value + 0x9e3779b97f4a7c15n) & MASK;
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK;
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & MASK;
  return z ^ (z >> 31n);
}

/**
 * A stream of numbers that its seed decides, drawn by the generator sfc32 (Chris Doty-Humphrey's
 * "small fast counter", 128 bits of state). Not for secrets.
 *
 * @example The same seed gives the same numbers
 * ```ts
 * import { SeededRandom } from "@twinloop/twinloop/sim";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(new SeededRandom(1).next(), new SeededRandom(1).next());
 * ```
 */
export class SeededRandom implements RandomSource {
  #a: number;
  #b: number;
  #c = 0;
  #counter = 1;

  /**
   * Makes a stream at its beginning.
   *
   * @param seed The seed.
   * @throws {RangeError} If the seed is not a whole number or hexadecimal text.
   */
  constructor(seed: Seed) {
    const bits = parseSeed(seed);
    this.#a = Number(bits & 0xffffffffn) | 0;
    this.#b = Number(bits >> 32n) | 0;
    for (let i = 0; i < 12; i++) this.uint32();
  }

  /** Returns the next 32 bits as a number from 0 to 2^32 - 1. */
  uint32(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum | 0;
    return sum >>> 0;
  }

  /** Returns a number that is at least 0 and less than 1. */
  next(): number {
    return ((this.uint32() >>> 5) * 0x4000000 + (this.uint32() >>> 6)) / 0x20000000000000;
  }

  /**
   * Returns a whole number that is at least 0 and less than a bound.
   *
   * @param bound At least 1, at most 2^32.
   */
  below(bound: number): number {
    return Math.floor(this.uint32() / 0x100000000 * bound);
  }

  /**
   * Fills a buffer with random bytes.
   *
   * @param buffer The buffer to fill, whole.
   */
  fill(buffer: Uint8Array): void {
    for (let i = 0; i < buffer.length; i++) buffer[i] = this.uint32() & 0xff;
  }
}
