/**
 * The reading half of a stream.
 *
 * @module
 */

import { ChunkedBuffer } from "./chunked_buffer.ts";
import { StreamBufferFullError } from "./errors.ts";
import type { ReadRequest } from "./read_request.ts";
import type { StreamCallbacks } from "./stream_callbacks.ts";

/** Receives into a buffer: a count, `null` at the end of the stream, `undefined` for nothing yet. */
export type Receive = (buffer: Uint8Array) => number | null | undefined;

/** A read under way. */
interface Reading {
  readonly request: ReadRequest<unknown>;
  readonly settled: PromiseWithResolvers<unknown>;
}

/** What was received and not read, and the read that waits for more. */
export class StreamReader {
  readonly #buffer: ChunkedBuffer;
  readonly #maxBufferSize: number;
  readonly #callbacks: StreamCallbacks;
  #reading: Reading | null = null;

  /**
   * Makes it.
   *
   * @param maxBufferSize How many bytes may wait.
   * @param chunkSize How many bytes are received at a time.
   * @param callbacks What results must not overtake.
   */
  constructor(maxBufferSize: number, chunkSize: number, callbacks: StreamCallbacks) {
    this.#buffer = new ChunkedBuffer(chunkSize);
    this.#maxBufferSize = maxBufferSize;
    this.#callbacks = callbacks;
  }

  /** Whether a read waits. */
  get isReading(): boolean {
    return this.#reading !== null;
  }

  /** How many bytes wait. */
  get buffered(): number {
    return this.#buffer.length;
  }

  /**
   * Satisfies a read from the buffer.
   *
   * @typeParam T The type of the result.
   * @param request The read.
   * @returns A promise for the result; `null` if the buffer does not satisfy it.
   * @throws {UnsatisfiableReadError} If nothing will.
   */
  tryBuffer<T>(request: ReadRequest<T>): Promise<T> | null {
    const size = request.find(this.#buffer);
    return size < 0 ? null : this.#resultOf(request, size);
  }

  /**
   * Satisfies a read up to the end of the stream, when that is over.
   *
   * @typeParam T The type of the result.
   * @param request The read.
   * @returns A promise for what there is.
   */
  takeRest<T>(request: ReadRequest<T>): Promise<T> {
    return this.#resultOf(request, this.#buffer.length);
  }

  /**
   * Lets a read wait.
   *
   * @typeParam T The type of the result.
   * @param request The read; the buffer does not satisfy it.
   * @returns A promise for the result.
   */
  wait<T>(request: ReadRequest<T>): Promise<T> {
    const settled = Promise.withResolvers<T>();
    this.#reading = { request, settled: settled as PromiseWithResolvers<unknown> };
    return settled.promise;
  }

  /**
   * Receives what is of use, and satisfies the read that waits if that is enough.
   *
   * The buffer is searched after the first piece and whenever it has doubled.
   *
   * @param receive Receives.
   * @returns False at the end of the stream.
   * @throws {UnsatisfiableReadError} If nothing will satisfy the read.
   * @throws {StreamBufferFullError} If more waits than may.
   * @throws {unknown} What `receive` throws.
   */
  receive(receive: Receive): boolean {
    const buffer = this.#buffer;
    const request = this.#reading?.request ?? null;
    let isOpen = true;
    let isNew = false;
    for (let findAt = 0;;) {
      const room = request === null ? buffer.reserve() : request.room(buffer);
      const count = receive(room);
      if (count === null) isOpen = false;
      if (count === null || count === undefined) break;
      isNew = true;
      if (request === null) buffer.commit(count);
      else request.received(buffer, count);
      this.#checkSize();
      // A short piece means that there is no more for now.
      if (request === null || count < room.length || buffer.length >= request.wanted) break;
      if (buffer.length >= findAt) {
        if (this.#tryComplete()) return true;
        findAt = buffer.length * 2;
      }
    }
    if (isNew) this.#tryComplete();
    return isOpen;
  }

  /** At the end of the stream: satisfies the read that waits, if what was received is enough. */
  complete(): void {
    if (this.#reading === null) return;
    try {
      if (!this.#tryComplete() && this.#reading.request.endsAtClose) {
        this.#settle(this.#buffer.length);
      }
    } catch {
      // The read can not be satisfied: it fails with the stream, whose error says why.
    }
  }

  /**
   * Ends the read that waits without a result.
   *
   * @param reject Fails its promise.
   */
  fail(reject: (settled: PromiseWithResolvers<unknown>) => void): void {
    const reading = this.#reading;
    this.#reading = null;
    if (reading !== null) reject(reading.settled);
  }

  #tryComplete(): boolean {
    if (this.#reading === null) return false;
    const size = this.#reading.request.find(this.#buffer);
    if (size < 0) return false;
    this.#settle(size);
    return true;
  }

  #settle(size: number): void {
    const { request, settled } = this.#reading as Reading;
    this.#reading = null;
    const result = request.take(this.#buffer, size);
    if (this.#callbacks.pending === 0) settled.resolve(result);
    else this.#callbacks.after(() => settled.resolve(result));
  }

  #resultOf<T>(request: ReadRequest<T>, size: number): Promise<T> {
    const result = request.take(this.#buffer, size);
    if (this.#callbacks.pending === 0) return Promise.resolve(result);
    const settled = Promise.withResolvers<T>();
    this.#callbacks.after(() => settled.resolve(result));
    return settled.promise;
  }

  #checkSize(): void {
    const { length } = this.#buffer;
    if (length <= this.#maxBufferSize) return;
    const limit = `${length} bytes wait, ${this.#maxBufferSize} are allowed`;
    throw new StreamBufferFullError(`Cannot receive more: ${limit}`);
  }
}
