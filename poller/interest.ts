/**
 * What a handle can be ready for, as bits with Tornado's numbers (`IOLoop.READ` and its siblings,
 * Tornado 4.5.3 `ioloop.py`).
 *
 * @module
 */

/** A set of readiness bits: any combination of {@linkcode READ}, {@linkcode WRITE}, {@linkcode ERROR}. */
export type Interest = number;

/** No interest at all: the handle stays registered and is called only for an error. */
export const NONE = 0;

/** Bytes, a datagram, a connection to accept, or the end of the stream can be taken without waiting. */
export const READ = 0x001;

/** Bytes can be sent without waiting; on a connecting handle: the attempt has ended. */
export const WRITE = 0x004;

/** The handle has failed. Always reported, asked for or not; never part of the reason to wait. */
export const ERROR = 0x018;
