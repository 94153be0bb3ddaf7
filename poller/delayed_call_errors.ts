/**
 * The errors of delayed calls.
 *
 * @module
 */

/**
 * A delayed call was cancelled or moved after its function was called, or while it runs. The
 * caller's mistake: ask `active()` first.
 *
 * Twisted: `AlreadyCalled` (`internet/error.py`, 24.7).
 */
export class AlreadyCalled extends Error {
  /** The class's name. */
  override readonly name = "AlreadyCalled";
  /** Tells this error from others in a `switch`. */
  readonly code = "ALREADY_CALLED";
}

/**
 * A delayed call was cancelled or moved after it had been cancelled. The caller's mistake: ask
 * `active()` first.
 *
 * Twisted: `AlreadyCancelled` (`internet/error.py`, 24.7).
 */
export class AlreadyCancelled extends Error {
  /** The class's name. */
  override readonly name = "AlreadyCancelled";
  /** Tells this error from others in a `switch`. */
  readonly code = "ALREADY_CANCELLED";
}
