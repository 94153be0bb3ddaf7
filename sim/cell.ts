/**
 * State that hosts share.
 *
 * @module
 */

import type { VirtualTime } from "./virtual_time.ts";

/**
 * A value that several hosts of a simulation use, or processes on one, which they could not on real
 * machines: a register of the test, or a stand-in for a database. The strategy `dpor` takes turns of
 * different hosts and processes to be independent unless they meet in the network; what else they share has
 * to be declared, and this is how. Made by {@linkcode Simulation.cell}.
 *
 * @typeParam T The value.
 */
export class SimCell<T> {
  /** What it is called in reports. */
  readonly name: string;
  /** What it is called where it is noted what turns touch. */
  readonly thing: string;
  readonly #time: VirtualTime;
  #value: T;

  /** Made by the simulation. */
  constructor(time: VirtualTime, name: string, value: T) {
    this.name = name;
    this.#time = time;
    this.thing = `cell ${name}`;
    this.#value = value;
  }

  /** The value. Turns that only read it can be swapped; one that sets it depends on all others. */
  get value(): T {
    this.noteRead();
    return this.#value;
  }

  /** Sets the value. */
  set value(value: T) {
    this.noteWrite();
    this.#value = value;
  }

  /** Says that the turn under way reads something that this cell stands for, and that lies elsewhere. */
  noteRead(): void {
    this.#time.log?.read(this.thing);
  }

  /** Says that the turn under way changes something that this cell stands for, and that lies elsewhere. */
  noteWrite(): void {
    this.#time.log?.write(this.thing);
  }
}
