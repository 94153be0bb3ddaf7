/**
 * The bytes of a transport that its handle has not taken yet.
 *
 * @module
 */

/** The least size of a chunk: small writes share one, so that a thousand of them are few sends. */
const CHUNK_MIN = 16_384;

/** A stretch of buffered bytes: those from `start` to `end` wait to be sent. */
interface Chunk {
  /** Where the bytes are. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The first byte that was not sent. */
  start: number;
  /** Where the next byte goes. */
  end: number;
}

/**
 * A queue of bytes. What is pushed is copied, so the caller may reuse its array at once; what is
 * sent is never moved.
 *
 * Twisted: `dataBuffer`, `offset` and `_tempDataBuffer` of `FileDescriptor`
 * (`internet/abstract.py`, 24.7).
 *
 * @example Bytes come out in the order in which they went in
 * ```ts
 * import { SendBuffer } from "@twinloop/twinloop/reactor";
 * import { assertEquals } from "@std/assert";
 *
 * const buffer = new SendBuffer();
 * buffer.push(new Uint8Array([1, 2]));
 * buffer.push(new Uint8Array([3]));
 * buffer.consume(1);
 * assertEquals(buffer.front(), new Uint8Array([2, 3]));
 * ```
 */
export class SendBuffer {
  #chunks: Chunk[] = [];
  #length = 0;
  /** How many bytes wait before the mark; `null` if there is none. */
  #untilMark: number | null = null;

  /** How many bytes wait. */
  get length(): number {
    return this.#length;
  }

  /**
   * Adds bytes at the end.
   *
   * @param bytes What to add; copied.
   */
  push(bytes: Uint8Array): void {
    const count = bytes.length;
    if (count === 0) return;
    let chunk = this.#chunks.at(-1);
    if (chunk === undefined || chunk.bytes.length - chunk.end < count) {
      chunk = { bytes: new Uint8Array(Math.max(count, CHUNK_MIN)), start: 0, end: 0 };
      this.#chunks.push(chunk);
    }
    chunk.bytes.set(bytes, chunk.end);
    chunk.end += count;
    this.#length += count;
  }

  /**
   * Returns the first bytes that wait, as many as lie in a row and before the mark.
   *
   * @returns A view, empty if nothing waits; valid until the next call of another method.
   */
  front(): Uint8Array {
    const chunk = this.#chunks[0];
    if (chunk === undefined) return NOTHING;
    const { bytes, start, end } = chunk;
    if (this.#untilMark === null) return bytes.subarray(start, end);
    return bytes.subarray(start, Math.min(end, start + this.#untilMark));
  }

  /** Puts a mark behind what waits: what is pushed from now on is kept apart from it. */
  mark(): void {
    this.#untilMark = this.#length;
  }

  /**
   * Takes the mark away if nothing waits before it any more.
   *
   * @returns True if it was taken away.
   */
  takeMark(): boolean {
    if (this.#untilMark !== 0) return false;
    this.#untilMark = null;
    return true;
  }

  /**
   * Forgets bytes from the front.
   *
   * @param count How many; at most the length of {@linkcode SendBuffer.front}.
   * @throws {RangeError} If `count` is more than that.
   */
  consume(count: number): void {
    if (count === 0) return;
    const chunk = this.#chunks[0];
    if (chunk === undefined || count > chunk.end - chunk.start) {
      throw new RangeError(`Cannot consume ${count} bytes: it is more than the front holds`);
    }
    chunk.start += count;
    this.#length -= count;
    if (this.#untilMark !== null) this.#untilMark -= count;
    if (chunk.start === chunk.end) this.#chunks.shift();
  }

  /** Forgets everything, and the mark. */
  clear(): void {
    this.#chunks = [];
    this.#length = 0;
    this.#untilMark = null;
  }
}

/** What {@linkcode SendBuffer.front} returns when nothing waits. */
const NOTHING = new Uint8Array(0);
