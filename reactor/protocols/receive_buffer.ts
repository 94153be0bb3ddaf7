/**
 * The bytes of a connection that its protocol has not understood yet.
 *
 * @module
 */

/** The least size of the array below, in bytes. */
const CAPACITY_MIN = 1_024;

/** An array that is larger is let go when the buffer is empty: most connections are idle. */
const CAPACITY_KEPT = 65_536;

/** What a new buffer holds. */
const NOTHING: Uint8Array<ArrayBuffer> = new Uint8Array(0);

/**
 * Bytes that come in pieces of any size and leave as messages.
 *
 * Every byte is moved a constant number of times on average, and a search for a delimiter goes on
 * where the last one ended, so that a message that arrives byte by byte costs no more than linear
 * time.
 *
 * @example A message in two pieces
 * ```ts
 * import { ReceiveBuffer } from "@twinloop/twinloop/reactor";
 * import { assertEquals } from "@std/assert";
 *
 * const buffer = new ReceiveBuffer();
 * buffer.append(new Uint8Array([1, 2]));
 * buffer.append(new Uint8Array([3, 0, 9]));
 * const end = buffer.indexOf(new Uint8Array([0]));
 * assertEquals(buffer.take(end), new Uint8Array([1, 2, 3]));
 * assertEquals(buffer.length, 2);
 * ```
 */
export class ReceiveBuffer {
  #bytes: Uint8Array<ArrayBuffer> = NOTHING;
  /** The first byte that was not taken. */
  #start = 0;
  /** Where the next byte goes. */
  #end = 0;
  /** What was searched for last, in vain; `null` if the last search found something. */
  #pattern: Uint8Array | null = null;
  /** How many bytes from the front cannot begin {@linkcode ReceiveBuffer.#pattern}. */
  #searched = 0;

  /** How many bytes are there. */
  get length(): number {
    return this.#end - this.#start;
  }

  /**
   * Adds bytes at the end.
   *
   * @param data What to add; copied.
   */
  append(data: Uint8Array): void {
    if (this.#end + data.length > this.#bytes.length) this.#makeRoom(data.length);
    this.#bytes.set(data, this.#end);
    this.#end += data.length;
  }

  /**
   * Returns a byte without taking it.
   *
   * @param index Its place from the front.
   * @returns The byte, or `undefined` if there are not that many.
   */
  at(index: number): number | undefined {
    return index < this.length ? this.#bytes[this.#start + index] : undefined;
  }

  /**
   * Searches for a sequence of bytes.
   *
   * @param pattern The sequence; at least one byte, not changed between searches.
   * @returns The place of its first occurrence from the front, or -1.
   */
  indexOf(pattern: Uint8Array): number {
    const first = pattern[0];
    if (first === undefined) throw new RangeError("Cannot search: the pattern is empty");
    const bytes = this.#bytes.subarray(this.#start, this.#end);
    const last = bytes.length - pattern.length;
    let index = this.#pattern === pattern ? this.#searched : 0;
    for (; index <= last; index++) {
      index = bytes.indexOf(first, index);
      if (index < 0 || index > last) break;
      if (startsWith(bytes, pattern, index)) {
        this.#pattern = null;
        return index;
      }
    }
    this.#pattern = pattern;
    this.#searched = Math.max(0, last + 1);
    return -1;
  }

  /**
   * Takes bytes from the front.
   *
   * @param count How many; at most {@linkcode ReceiveBuffer.length}.
   * @returns A copy, the caller's to keep.
   * @throws {RangeError} If there are not that many.
   */
  take(count: number): Uint8Array<ArrayBuffer> {
    const taken = this.#bytes.slice(this.#start, this.#start + count);
    this.skip(count);
    return taken;
  }

  /** Takes all bytes. */
  takeAll(): Uint8Array<ArrayBuffer> {
    return this.take(this.length);
  }

  /**
   * Forgets bytes from the front.
   *
   * @param count How many; at most {@linkcode ReceiveBuffer.length}.
   * @throws {RangeError} If there are not that many.
   */
  skip(count: number): void {
    if (!(count >= 0 && count <= this.length)) {
      throw new RangeError(`Cannot take ${count} bytes: the buffer holds ${this.length}`);
    }
    this.#start += count;
    this.#searched = Math.max(0, this.#searched - count);
    if (this.#start < this.#end) return;
    this.#start = 0;
    this.#end = 0;
    if (this.#bytes.length > CAPACITY_KEPT) this.#bytes = NOTHING;
  }

  /** Moves what is there to the front, or into an array of twice the size that is needed. */
  #makeRoom(count: number): void {
    const needed = this.length + count;
    const old = this.#bytes;
    // Moving what fills half of the array at most leaves room for as much again: that keeps the
    // average cost of a byte constant.
    if (needed * 2 > old.length) {
      this.#bytes = new Uint8Array(Math.max(CAPACITY_MIN, needed * 2));
      this.#bytes.set(old.subarray(this.#start, this.#end));
    } else {
      old.copyWithin(0, this.#start, this.#end);
    }
    this.#end -= this.#start;
    this.#start = 0;
  }
}

function startsWith(bytes: Uint8Array, pattern: Uint8Array, at: number): boolean {
  for (let index = 1; index < pattern.length; index++) {
    if (bytes[at + index] !== pattern[index]) return false;
  }
  return true;
}
