/**
 * The signals that stop a reactor.
 *
 * @module
 */

import type { SignalName, Signals } from "../poller/signals.ts";

/** Twisted handles the same three (`internet/_signals.py`, 24.7). */
const STOPPING: readonly SignalName[] = ["SIGINT", "SIGTERM", "SIGBREAK"];

/** Listens for the signals that ask a process to end. */
export class SignalHandlers {
  readonly #signals: Signals;
  readonly #onSignal: (signal: SignalName) => void;
  /** The listeners that are in place. */
  readonly #listeners = new Map<SignalName, () => void>();

  /**
   * Makes handlers that are not installed.
   *
   * @param signals The signals of the platform.
   * @param onSignal Called when one arrives, outside of every pass.
   */
  constructor(signals: Signals, onSignal: (signal: SignalName) => void) {
    this.#signals = signals;
    this.#onSignal = onSignal;
  }

  /** Begins to listen, once until `uninstall()`; a signal that the platform does not have is left out. */
  install(): void {
    for (const signal of STOPPING) {
      const listener = (): void => this.#onSignal(signal);
      try {
        this.#signals.addListener(signal, listener);
      } catch (error) {
        if (error instanceof TypeError) continue;
        throw error;
      }
      this.#listeners.set(signal, listener);
    }
  }

  /** Ceases to listen, so that nothing keeps the process alive. */
  uninstall(): void {
    for (const [signal, listener] of this.#listeners) {
      this.#signals.removeListener(signal, listener);
    }
    this.#listeners.clear();
  }
}
