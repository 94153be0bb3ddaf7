/**
 * The handle of a timeout.
 *
 * @module
 */

/**
 * A timeout of a loop, as `IOLoop.addTimeout()` and its siblings return it, to be given to
 * `IOLoop.removeTimeout()`.
 *
 * Tornado: `_Timeout` (`ioloop.py`, 4.5.3).
 */
export interface Timeout {
  /** When it is due, in seconds on the loop's `time()`. */
  readonly deadline: number;
}
