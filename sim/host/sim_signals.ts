/**
 * Signals to a simulated host.
 *
 * @module
 */

import type { SignalName, Signals } from "../../poller/mod.ts";

/** The listeners of one host. */
export class SimSignals implements Signals {
  readonly #listeners = new Map<SignalName, Set<() => void>>();

  /** How many listeners there are. */
  get size(): number {
    let size = 0;
    for (const listeners of this.#listeners.values()) size += listeners.size;
    return size;
  }

  /** Adds a listener. */
  addListener(signal: SignalName, listener: () => void): void {
    const listeners = this.#listeners.get(signal);
    if (listeners === undefined) this.#listeners.set(signal, new Set([listener]));
    else listeners.add(listener);
  }

  /** Removes a listener. */
  removeListener(signal: SignalName, listener: () => void): void {
    this.#listeners.get(signal)?.delete(listener);
  }

  /** Forgets all listeners. */
  clear(): void {
    this.#listeners.clear();
  }

  /** Calls the listeners of a signal; returns how many there were. */
  deliver(signal: SignalName): number {
    const listeners = [...this.#listeners.get(signal) ?? []];
    for (const listener of listeners) listener();
    return listeners.length;
  }
}
