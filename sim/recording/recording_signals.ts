/**
 * Recorded signals.
 *
 * @module
 */

import type { SignalName, Signals } from "../../poller/mod.ts";
import type { RecordWriter } from "./record_writer.ts";

/** A listener of the program's, and the one that was added in its place. */
interface Listening {
  /** Tells the program's listeners apart, in the order in which they came. */
  readonly number: number;
  readonly inner: () => void;
}

/** Signals that are noted when they arrive. */
export class RecordingSignals implements Signals {
  readonly #writer: RecordWriter;
  readonly #inner: Signals;
  readonly #listening = new Map<string, Map<() => void, Listening>>();
  #count = 0;

  /** Made by the platform. */
  constructor(writer: RecordWriter, inner: Signals) {
    this.#writer = writer;
    this.#inner = inner;
  }

  /** See `Signals.addListener`. */
  addListener(signal: SignalName, listener: () => void): void {
    const known = this.#of(signal).get(listener);
    const number = known?.number ?? this.#count++;
    const inner = known?.inner ?? (() => {
      this.#writer.note("signal", signal, number);
      listener();
    });
    const add = () => this.#inner.addListener(signal, inner);
    this.#writer.call("addListener", [signal, number], add);
    this.#of(signal).set(listener, { number, inner });
  }

  /** See `Signals.removeListener`. */
  removeListener(signal: SignalName, listener: () => void): void {
    const known = this.#of(signal).get(listener);
    const remove = () => this.#inner.removeListener(signal, known?.inner ?? listener);
    this.#writer.call("removeListener", [signal, known?.number ?? -1], remove);
    this.#of(signal).delete(listener);
  }

  #of(signal: string): Map<() => void, Listening> {
    const found = this.#listening.get(signal);
    if (found !== undefined) return found;
    const made = new Map<() => void, Listening>();
    this.#listening.set(signal, made);
    return made;
  }
}
