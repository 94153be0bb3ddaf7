/**
 * Randomness on Deno.
 *
 * @module
 */

import type { RandomSource } from "./random.ts";

/** How many bytes the system's generator gives at most in one call. */
const CHUNK = 65_536;

/** The system's cryptographic generator. */
export class DenoRandom implements RandomSource {
  /** Two words are what one number takes. */
  readonly #words = new Uint32Array(2);

  /** Returns a number that is at least 0 and less than 1, with 53 random bits. */
  next(): number {
    crypto.getRandomValues(this.#words);
    const high = (this.#words[0] as number) >>> 5;
    const low = (this.#words[1] as number) >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  /**
   * Fills a buffer with random bytes.
   *
   * @param buffer The buffer to fill, whole.
   */
  fill(buffer: Uint8Array): void {
    if (buffer.length <= CHUNK) {
      crypto.getRandomValues(buffer as Uint8Array<ArrayBuffer>);
      return;
    }
    for (let start = 0; start < buffer.length; start += CHUNK) {
      crypto.getRandomValues(buffer.subarray(start, start + CHUNK) as Uint8Array<ArrayBuffer>);
    }
  }
}
