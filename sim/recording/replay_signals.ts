/**
 * Signals of a replay.
 *
 * @module
 */

import type { SignalName, Signals } from "../../poller/mod.ts";
import type { ReplayCursor } from "./replay_cursor.ts";

/** The signals of a replay. */
export class ReplaySignals implements Signals {
  readonly #cursor: ReplayCursor;
  readonly #numbers = new Map<string, number>();
  readonly #listeners = new Map<number, () => void>();
  readonly #known = new Map<() => void, number>();
  #count = 0;

  /** Made by the replay. */
  constructor(cursor: ReplayCursor) {
    this.#cursor = cursor;
  }

  /** See `Signals.addListener`. */
  addListener(signal: SignalName, listener: () => void): void {
    const key = this.#key(signal, listener);
    const number = this.#numbers.get(key) ?? this.#count++;
    this.#cursor.call("addListener", signal, number);
    this.#numbers.set(key, number);
    this.#listeners.set(number, listener);
  }

  /** See `Signals.removeListener`. */
  removeListener(signal: SignalName, listener: () => void): void {
    const key = this.#key(signal, listener);
    const number = this.#numbers.get(key) ?? -1;
    this.#cursor.call("removeListener", signal, number);
    this.#numbers.delete(key);
    this.#listeners.delete(number);
  }

  /** Has the signal arrive that comes next in the recording. */
  arrive(number: number): void {
    const listener = this.#listeners.get(number);
    if (listener === undefined) throw this.#cursor.broken("has a signal that nobody listens to");
    this.#cursor.pass();
    listener();
  }

  #key(signal: SignalName, listener: () => void): string {
    const known = this.#known.get(listener) ?? this.#known.size;
    this.#known.set(listener, known);
    return `${signal} ${known}`;
  }
}
