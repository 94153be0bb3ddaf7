/**
 * The buffer that native reads of a stream write into.
 *
 * @module
 */

import { copyBytes } from "./copy_bytes.ts";
import {
  giveBuffer,
  LARGEST_BUFFER,
  type PooledBuffer,
  SMALLEST_BUFFER,
  takeBuffer,
} from "./deno_buffer_pool.ts";

/** After so many reads in a row that filled less than an eighth, the buffer shrinks. */
const SMALL_READS = 64;

/** Whose view was handed out last, if nothing was written into the buffer since. */
let lender: ReadBuffer | null = null;

/**
 * Takes over the whole buffer that a view lies in, if it is the one that was read last: what is
 * sent on as it came need not be copied. Its stream goes on with another buffer.
 *
 * @param view What is to be sent.
 * @returns The buffer, the caller's from now on; `null` if the view is of something else.
 */
export function takeLentBuffer(view: Uint8Array): PooledBuffer | null {
  return lender === null ? null : lender.handOver(view);
}

/**
 * One buffer that adapts to what arrives: times four when a read filled it (with 64 KiB a stream at
 * full speed is a third slower), a quarter when it stays nearly empty. It is taken from the pool by
 * the first read and changed only between two reads.
 */
export class ReadBuffer {
  #buffer: PooledBuffer | null = null;
  #size = SMALLEST_BUFFER;
  #start = 0;
  #end = 0;
  #smallReads = 0;

  /** How many bytes wait to be taken. */
  get length(): number {
    return this.#end - this.#start;
  }

  /**
   * Returns the whole buffer for a native read. What was taken from it before must not be looked at
   * any more, and nothing may wait in it.
   */
  post(): Uint8Array<ArrayBuffer> {
    if (lender === this) lender = null;
    let buffer = this.#buffer;
    if (buffer === null || buffer.bytes.length !== this.#size) {
      if (buffer !== null) giveBuffer(buffer);
      this.#buffer = buffer = takeBuffer(this.#size);
    }
    this.#start = this.#end = 0;
    return buffer.bytes;
  }

  /**
   * Tells that a native read has ended.
   *
   * @param count How many bytes it brought.
   */
  filled(count: number): void {
    this.#end = count;
    if (count === this.#size) {
      this.#smallReads = 0;
      if (count < LARGEST_BUFFER) this.#size *= 4;
    } else if (this.#size > SMALLEST_BUFFER) this.#adaptDown(count);
  }

  /** Takes all, as a view into the buffer. */
  take(): Uint8Array {
    const buffer = this.#buffer as PooledBuffer;
    const start = this.#start;
    const end = this.#start = this.#end;
    lender = this;
    return start === 0 ? buffer.first(end) : buffer.bytes.subarray(start, end);
  }

  /**
   * Takes what fits into another buffer.
   *
   * @param target Where the bytes are copied to.
   * @returns How many they are.
   */
  takeInto(target: Uint8Array): number {
    const count = Math.min(this.length, target.length);
    copyBytes((this.#buffer as PooledBuffer).bytes, this.#start, count, target, 0);
    this.#start += count;
    return count;
  }

  /** Gives the buffer away if a view lies in it; see {@linkcode takeLentBuffer}. */
  handOver(view: Uint8Array): PooledBuffer | null {
    const buffer = this.#buffer;
    if (buffer === null || view.buffer !== buffer.bytes.buffer) return null;
    this.release();
    return buffer;
  }

  /** Forgets everything. The buffer does not go back: a view of it may be looked at still. */
  release(): void {
    if (lender === this) lender = null;
    this.#buffer = null;
    this.#start = this.#end = 0;
  }

  #adaptDown(count: number): void {
    if (count >= this.#size >> 3) this.#smallReads = 0;
    else if (++this.#smallReads > SMALL_READS) {
      this.#smallReads = 0;
      this.#size >>= 2;
    }
  }
}
