/**
 * Checks what streams are given.
 *
 * @module
 */

import type { IOStreamOptions } from "./stream_options.ts";

/**
 * Returns the bytes of a view.
 *
 * @param data Any view of a buffer.
 * @returns The same bytes, not copied.
 * @throws {TypeError} If it is not a view.
 */
export function toBytes(data: ArrayBufferView): Uint8Array {
  if (data instanceof Uint8Array) return data;
  if (ArrayBuffer.isView(data)) {
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  }
  throw new TypeError(`Cannot use data: it is ${typeof data} and not bytes`);
}

/**
 * Checks a number of bytes to read.
 *
 * @param count The number.
 * @returns It.
 * @throws {RangeError} If it is not a whole number from 0 on.
 */
export function toCount(count: number): number {
  if (Number.isInteger(count) && count >= 0) return count;
  throw new RangeError(`Cannot read ${count} bytes: it is not a whole number from 0 on`);
}

/**
 * Checks a limit.
 *
 * @param name What it is called.
 * @param limit The limit.
 * @param standard What holds where there is none.
 * @returns The limit, or the standard.
 * @throws {RangeError} If it is not a positive number.
 */
export function toLimit(name: string, limit: number | undefined, standard: number): number {
  if (limit === undefined) return standard;
  if (limit >= 1) return Math.floor(limit);
  throw new RangeError(`Cannot use ${name}: ${limit} is not a positive number`);
}

/**
 * Checks the limits of a stream that is made later.
 *
 * @param options The limits.
 * @throws {RangeError} If one is not a positive number.
 */
export function checkLimits(options: IOStreamOptions): void {
  for (const name of ["maxBufferSize", "readChunkSize", "maxWriteBufferSize"] as const) {
    toLimit(name, options[name], Infinity);
  }
}
