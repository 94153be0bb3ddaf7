/**
 * What a stream was given to write and has not sent.
 *
 * @module
 */

import { ChunkedBuffer } from "./chunked_buffer.ts";

/** A write that is not sent whole. */
interface PendingWrite {
  /** How many bytes the queue must have sent in all. */
  readonly until: number;
  readonly settled: PromiseWithResolvers<void>;
}

/** Bytes in the order of the writes, and a promise for each write. */
export class WriteQueue {
  readonly #buffer: ChunkedBuffer;
  readonly #writes: PendingWrite[] = [];
  /** How many bytes were ever added. */
  #added = 0;
  /** How many of them were sent. */
  #sent = 0;

  /**
   * Makes an empty queue.
   *
   * @param chunkMax The largest size of a chunk, in bytes.
   */
  constructor(chunkMax: number) {
    this.#buffer = new ChunkedBuffer(chunkMax);
  }

  /** How many bytes wait. */
  get length(): number {
    return this.#buffer.length;
  }

  /** Whether nothing waits, not even the end of an empty write. */
  get isEmpty(): boolean {
    return this.#writes.length === 0;
  }

  /**
   * Sends bytes without keeping them, unless others wait.
   *
   * @param bytes What is to be sent.
   * @param send Sends some of the first bytes and returns how many; 0 if there is no room.
   * @returns How many of the first bytes were sent.
   * @throws {unknown} What `send` throws.
   */
  sendFirst(bytes: Uint8Array, send: (bytes: Uint8Array) => number): number {
    let sent = 0;
    while (this.isEmpty && sent < bytes.length) {
      const count = send(sent === 0 ? bytes : bytes.subarray(sent));
      if (count === 0) break;
      sent += count;
    }
    return sent;
  }

  /**
   * Adds a write.
   *
   * @param bytes What is to be sent, copied; may be empty.
   * @returns Fulfilled when all up to its last byte is sent.
   */
  push(bytes: Uint8Array): Promise<void> {
    if (bytes.length > 0) this.#buffer.append(bytes);
    this.#added += bytes.length;
    const settled = Promise.withResolvers<void>();
    this.#writes.push({ until: this.#added, settled });
    return settled.promise;
  }

  /**
   * Sends what can be sent, and fulfils the promises of what was, in order.
   *
   * @param send Sends some of the first bytes and returns how many; 0 if there is no room.
   * @throws {unknown} What `send` throws.
   */
  flush(send: (bytes: Uint8Array) => number): void {
    while (this.#buffer.length > 0) {
      const count = send(this.#buffer.peek());
      if (count === 0) break;
      this.#buffer.skip(count);
      this.#sent += count;
    }
    const writes = this.#writes;
    let done = 0;
    while (done < writes.length && (writes[done] as PendingWrite).until <= this.#sent) {
      (writes[done++] as PendingWrite).settled.resolve();
    }
    if (done > 0) writes.splice(0, done);
  }

  /**
   * Drops everything.
   *
   * @param reject Fails the promise of each write, in order.
   */
  fail(reject: (write: PromiseWithResolvers<void>) => void): void {
    this.#buffer.clear();
    for (const { settled } of this.#writes.splice(0)) reject(settled);
  }
}
