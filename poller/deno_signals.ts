/**
 * Signals on Deno.
 *
 * @module
 */

import type { SignalName, Signals } from "./signals.ts";

/** The signals of the process. A listener does not keep the process alive. */
export class DenoSignals implements Signals {
  /**
   * Adds a listener.
   *
   * @param signal The signal.
   * @param listener What to call when it arrives.
   * @throws {TypeError} If the system has no such signal or does not let it be caught.
   */
  addListener(signal: SignalName, listener: () => void): void {
    Deno.addSignalListener(signal, listener);
  }

  /**
   * Removes a listener; one that was never added is ignored.
   *
   * @param signal The signal.
   * @param listener What was given to {@linkcode DenoSignals.addListener}.
   */
  removeListener(signal: SignalName, listener: () => void): void {
    Deno.removeSignalListener(signal, listener);
  }
}
