/**
 * Bytes that have come and were not received.
 *
 * @module
 */

/** Bytes in the pieces in which they came. */
export class ByteQueue {
  #chunks: Uint8Array[] = [];
  #length = 0;

  /** How many bytes there are. */
  get length(): number {
    return this.#length;
  }

  /** Adds bytes, which belong to the queue from now on. */
  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#chunks.push(bytes);
    this.#length += bytes.length;
  }

  /** Takes up to `limit` bytes, at least one of which is there: a piece as it came, if that is all. */
  take(limit: number): Uint8Array {
    const chunks = this.#chunks;
    const first = chunks[0] as Uint8Array;
    let bytes: Uint8Array;
    if (chunks.length === 1 && first.length <= limit) {
      bytes = first;
      chunks.length = 0;
    } else if (first.length >= limit) {
      bytes = first.subarray(0, limit);
      this.#drop(first, limit);
    } else {
      bytes = this.#gather(limit);
    }
    this.#length -= bytes.length;
    return bytes;
  }

  /** Forgets all; returns how many bytes there were. */
  clear(): number {
    const length = this.#length;
    this.#chunks = [];
    this.#length = 0;
    return length;
  }

  #gather(limit: number): Uint8Array {
    const bytes = new Uint8Array(Math.min(limit, this.#length));
    for (let filled = 0; filled < bytes.length;) {
      const chunk = this.#chunks[0] as Uint8Array;
      const part = Math.min(chunk.length, bytes.length - filled);
      bytes.set(part === chunk.length ? chunk : chunk.subarray(0, part), filled);
      filled += part;
      this.#drop(chunk, part);
    }
    return bytes;
  }

  /** Takes the beginning of the first chunk out. */
  #drop(first: Uint8Array, count: number): void {
    if (count === first.length) this.#chunks.shift();
    else this.#chunks[0] = first.subarray(count);
  }
}
