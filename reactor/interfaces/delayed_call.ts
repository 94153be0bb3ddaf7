/**
 * A call that waits for its time.
 *
 * @module
 */

/**
 * What {@linkcode IReactorTime.callLater} returns.
 *
 * Twisted: `IDelayedCall` (`internet/interfaces.py`, 24.7).
 */
export interface IDelayedCall {
  /** Returns when the call is due, in seconds on the clock of its reactor. */
  getTime(): number;
  /**
   * Cancels the call; what it holds is let go.
   *
   * @throws {AlreadyCalled} If it was called, or is being called.
   * @throws {AlreadyCancelled} If it was cancelled.
   */
  cancel(): void;
  /**
   * Moves the call relative to the time it is due at.
   *
   * @param secondsLater By how much; negative moves it earlier.
   * @throws {AlreadyCalled} If it was called, or is being called.
   * @throws {AlreadyCancelled} If it was cancelled.
   * @throws {RangeError} If `secondsLater` is `NaN`.
   */
  delay(secondsLater: number): void;
  /**
   * Moves the call relative to now.
   *
   * @param secondsFromNow When it is due, in seconds from now; what is not positive is due at once.
   * @throws {AlreadyCalled} If it was called, or is being called.
   * @throws {AlreadyCancelled} If it was cancelled.
   * @throws {RangeError} If `secondsFromNow` is `NaN`.
   */
  reset(secondsFromNow: number): void;
  /** Returns true until the call is made or cancelled; false while it is being made. */
  active(): boolean;
}
