/**
 * The signals of the seam.
 *
 * @module
 */

/** The signals that a loop reacts to. */
export type SignalName =
  | "SIGINT"
  | "SIGTERM"
  | "SIGHUP"
  | "SIGBREAK"
  | "SIGUSR1"
  | "SIGUSR2"
  | "SIGCHLD";

/**
 * Signals sent to the process, or to a host of a simulation.
 *
 * Guaranteed: a listener runs outside of every handler and callback of a loop, as if it came from
 * another thread; the same listener added twice for a signal runs once.
 *
 * Not guaranteed: one call for each signal sent (pending signals of one kind may coalesce), and
 * that a listener keeps the process alive.
 */
export interface Signals {
  /**
   * Adds a listener.
   *
   * @param signal The signal.
   * @param listener What to call when it arrives.
   * @throws {TypeError} If the platform has no such signal or does not let it be caught.
   */
  addListener(signal: SignalName, listener: () => void): void;
  /**
   * Removes a listener; one that was never added is ignored.
   *
   * @param signal The signal.
   * @param listener What was given to {@linkcode Signals.addListener}.
   */
  removeListener(signal: SignalName, listener: () => void): void;
}
