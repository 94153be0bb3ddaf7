/**
 * The buffer that native reads of a stream write into.
 *
 * @module
 */

/** The first size: what an idle connection costs. */
const SIZE_MIN = 4096;

/** The largest size: with 64 KiB a stream at full speed is a third slower. */
const SIZE_MAX = 262_144;

/** After so many reads in a row that filled less than an eighth, the buffer shrinks. */
const SMALL_READS = 64;

/** Up to so many bytes are copied one by one: to make a view of them for `set()` takes longer. */
const LOOP_MAX = 128;

/**
 * One buffer that adapts to what arrives: times four when a read filled it, a quarter when it
 * stays nearly empty. It is allocated by the first read and changed only between two reads.
 */
export class ReadBuffer {
  #buffer: Uint8Array<ArrayBuffer> | null = null;
  #size = SIZE_MIN;
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
    if (this.#buffer?.length !== this.#size) this.#buffer = new Uint8Array(this.#size);
    this.#start = this.#end = 0;
    return this.#buffer;
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
      if (count < SIZE_MAX) this.#size *= 4;
    } else if (this.#size > SIZE_MIN) this.#adaptDown(count);
  }

  /** Takes all, as a view into the buffer. */
  take(): Uint8Array {
    const view = (this.#buffer as Uint8Array).subarray(this.#start, this.#end);
    this.#start = this.#end;
    return view;
  }

  /**
   * Takes what fits into another buffer.
   *
   * @param target Where the bytes are copied to.
   * @returns How many they are.
   */
  takeInto(target: Uint8Array): number {
    const count = Math.min(this.length, target.length);
    const buffer = this.#buffer as Uint8Array;
    const start = this.#start;
    if (count <= LOOP_MAX) {
      for (let i = 0; i < count; i++) target[i] = buffer[start + i] as number;
    } else target.set(buffer.subarray(start, start + count));
    this.#start = start + count;
    return count;
  }

  /** Forgets everything. */
  release(): void {
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
