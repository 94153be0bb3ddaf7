/**
 * The buffers that native writes read from.
 *
 * A native write holds its buffer until it ends, so `send` copies what it takes (a borrowed view
 * would be overwritten by the next read) into buffers that are used over and over: to allocate one
 * for each write costs more than the write.
 *
 * @module
 */

/** The size of a small buffer: what most messages fit in. */
export const SMALL_BUFFER = 2048;

/** The size of a large buffer: what a handle takes while a native write is under way. */
export const LARGE_BUFFER = 65_536;

/** How many free buffers are kept: 2 MiB and 4 MiB at most. */
const SMALL_KEPT = 1024;
const LARGE_KEPT = 64;

const small: Uint8Array<ArrayBuffer>[] = [];
const large: Uint8Array<ArrayBuffer>[] = [];

/**
 * Takes a buffer out of the pool.
 *
 * @param size How many bytes it must hold, at most {@linkcode LARGE_BUFFER}.
 * @returns A buffer of one of the two sizes, with old content.
 */
export function takeWriteBuffer(size: number): Uint8Array<ArrayBuffer> {
  if (size <= SMALL_BUFFER) return small.pop() ?? new Uint8Array(SMALL_BUFFER);
  return large.pop() ?? new Uint8Array(LARGE_BUFFER);
}

/**
 * Gives a buffer back. The caller may not touch it afterwards, and no native write may hold it.
 *
 * @param buffer What {@linkcode takeWriteBuffer} returned.
 */
export function giveWriteBuffer(buffer: Uint8Array<ArrayBuffer>): void {
  if (buffer.length === SMALL_BUFFER) {
    if (small.length < SMALL_KEPT) small.push(buffer);
  } else if (large.length < LARGE_KEPT) large.push(buffer);
}
