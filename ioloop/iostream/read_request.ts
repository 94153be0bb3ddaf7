/**
 * What a read waits for.
 *
 * @module
 */

import { UnsatisfiableReadError } from "./errors.ts";
import type { ChunkedBuffer } from "./chunked_buffer.ts";

/**
 * A read that is under way: it knows when the buffer satisfies it and what it then returns.
 *
 * @typeParam T The type of the result.
 */
export abstract class ReadRequest<T> {
  /** How many bytes of the buffer are of use at most; there is no sense in receiving more. */
  abstract readonly wanted: number;

  /** Whether the end of the stream satisfies it with what there is. */
  get endsAtClose(): boolean {
    return false;
  }

  /**
   * Tells whether the buffer satisfies the read. Called with the same buffer, to which bytes were
   * only added since.
   *
   * @param buffer What was received.
   * @returns How many bytes the result has; -1 if there is none yet.
   * @throws {UnsatisfiableReadError} If there will never be one.
   */
  abstract find(buffer: ChunkedBuffer): number;

  /**
   * Takes the result.
   *
   * @param buffer What was received.
   * @param size What {@linkcode ReadRequest.find} returned.
   * @returns The result.
   */
  abstract take(buffer: ChunkedBuffer, size: number): T;

  /**
   * Returns where to receive the next bytes.
   *
   * @param buffer Where they go as a rule.
   * @returns At least one byte of room.
   */
  room(buffer: ChunkedBuffer): Uint8Array {
    return buffer.reserve();
  }

  /**
   * Tells that bytes were received into that room.
   *
   * @param buffer Where they went as a rule.
   * @param count How many they are.
   */
  received(buffer: ChunkedBuffer, count: number): void {
    buffer.commit(count);
  }
}

/** A read whose result is the first bytes of the buffer. */
export abstract class BytesRequest extends ReadRequest<Uint8Array> {
  /** See {@linkcode ReadRequest.take}. */
  override take(buffer: ChunkedBuffer, size: number): Uint8Array {
    return buffer.take(size);
  }
}

/** A read of a number of bytes. */
export class CountRequest extends BytesRequest {
  /** See {@linkcode ReadRequest.wanted}. */
  override readonly wanted: number;
  readonly #isPartial: boolean;

  /**
   * Makes a request.
   *
   * @param count How many bytes.
   * @param isPartial Whether fewer will do, but at least one.
   */
  constructor(count: number, isPartial: boolean) {
    super();
    this.wanted = count;
    this.#isPartial = isPartial;
  }

  /** See {@linkcode ReadRequest.find}. */
  override find(buffer: ChunkedBuffer): number {
    const { length } = buffer;
    if (length >= this.wanted) return this.wanted;
    return this.#isPartial && length > 0 ? length : -1;
  }
}

/** A read of all up to the end of the stream. */
export class CloseRequest extends BytesRequest {
  /** See {@linkcode ReadRequest.wanted}. */
  override readonly wanted: number = Infinity;

  /** See {@linkcode ReadRequest.endsAtClose}. */
  override get endsAtClose(): boolean {
    return true;
  }

  /** See {@linkcode ReadRequest.find}. */
  override find(_buffer: ChunkedBuffer): number {
    return -1;
  }
}

/** A read that hands out bytes as they come and ends with an empty result. */
export class StreamingRequest extends BytesRequest {
  readonly #emit: (bytes: Uint8Array) => void;
  readonly #isPartial: boolean;
  #left: number;
  #emitted = false;

  /**
   * Makes a request.
   *
   * @param count How many bytes; `Infinity` for all up to the end of the stream.
   * @param isPartial Whether fewer will do, but at least one.
   * @param emit Takes the bytes.
   */
  constructor(count: number, isPartial: boolean, emit: (bytes: Uint8Array) => void) {
    super();
    this.#left = count;
    this.#isPartial = isPartial;
    this.#emit = emit;
  }

  /** See {@linkcode ReadRequest.wanted}. */
  override get wanted(): number {
    return this.#left;
  }

  /** See {@linkcode ReadRequest.endsAtClose}. */
  override get endsAtClose(): boolean {
    return this.#left === Infinity;
  }

  /** See {@linkcode ReadRequest.find}. It hands out what there is. */
  override find(buffer: ChunkedBuffer): number {
    const count = Math.min(buffer.length, this.#left);
    if (count > 0) {
      this.#left -= count;
      this.#emitted = true;
      this.#emit(buffer.take(count));
    }
    return this.#left === 0 || (this.#isPartial && this.#emitted) ? 0 : -1;
  }
}

/** A read into a buffer of the caller; what the stream has not received yet goes there directly. */
export class IntoRequest extends ReadRequest<number> {
  readonly #target: Uint8Array;
  readonly #isPartial: boolean;
  #filled = 0;

  /**
   * Makes a request.
   *
   * @param target Where the bytes go.
   * @param isPartial Whether to be content with fewer, but at least one.
   */
  constructor(target: Uint8Array, isPartial: boolean) {
    super();
    this.#target = target;
    this.#isPartial = isPartial;
  }

  /** See {@linkcode ReadRequest.wanted}. */
  override get wanted(): number {
    return this.#target.length - this.#filled;
  }

  /** See {@linkcode ReadRequest.find}. */
  override find(buffer: ChunkedBuffer): number {
    if (buffer.length > 0 && this.wanted > 0) {
      this.#filled += buffer.takeInto(this.#target.subarray(this.#filled));
    }
    const isEnough = this.wanted === 0 || (this.#isPartial && this.#filled > 0);
    return isEnough ? this.#filled : -1;
  }

  /** See {@linkcode ReadRequest.take}. */
  override take(_buffer: ChunkedBuffer, size: number): number {
    return size;
  }

  /** See {@linkcode ReadRequest.room}. */
  override room(_buffer: ChunkedBuffer): Uint8Array {
    return this.#target.subarray(this.#filled);
  }

  /** See {@linkcode ReadRequest.received}. */
  override received(_buffer: ChunkedBuffer, count: number): void {
    this.#filled += count;
  }
}

/**
 * Fails if a result would be longer than allowed.
 *
 * @param what What was looked for.
 * @param size How long the result is, or must be at least.
 * @param maxBytes How long it may be.
 * @throws {UnsatisfiableReadError} If it would.
 */
export function checkMaxBytes(what: string, size: number, maxBytes: number): void {
  if (size <= maxBytes) return;
  throw new UnsatisfiableReadError(
    `Cannot read: ${what} is not found within ${maxBytes} bytes`,
  );
}
