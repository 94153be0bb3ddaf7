/**
 * The buffers that native receptions of datagrams write into.
 *
 * A datagram may have 64 KiB, and a native reception holds a buffer of that size for as long as it
 * waits. A socket that lives for a few datagrams would spend more on its buffer than on them.
 *
 * @module
 */

/** The size of a buffer: no datagram is larger. */
export const RECEIVE_BUFFER_SIZE = 65_536;

/** How many free ones are kept: 1 MiB. */
const KEPT = 16;

const free: Uint8Array<ArrayBuffer>[] = [];

/**
 * Takes a buffer out of the pool.
 *
 * @returns A buffer of {@linkcode RECEIVE_BUFFER_SIZE} bytes, with old content.
 */
export function takeReceiveBuffer(): Uint8Array<ArrayBuffer> {
  return free.pop() ?? new Uint8Array(RECEIVE_BUFFER_SIZE);
}

/**
 * Gives a buffer back. The caller may not touch it afterwards, and no native reception may hold it.
 *
 * @param buffer What {@linkcode takeReceiveBuffer} returned.
 */
export function giveReceiveBuffer(buffer: Uint8Array<ArrayBuffer>): void {
  if (free.length < KEPT) free.push(buffer);
}
