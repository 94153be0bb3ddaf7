/**
 * How many faults a strategy may choose in one run.
 *
 * @module
 */

import type { LinkWorld } from "./world.ts";

/** Counts the faults that were chosen. */
export class FaultBudget {
  readonly #world: Pick<LinkWorld, "choose" | "time">;
  #left: number;

  /** Made by the simulation. */
  constructor(max: number, world: Pick<LinkWorld, "choose" | "time">) {
    if (!(max >= 0)) {
      throw new RangeError(`Cannot make a simulation: faultBudget ${max} is negative or NaN`);
    }
    this.#left = max;
    this.#world = world;
  }

  /** How many faults may still be chosen. */
  get left(): number {
    return this.#left;
  }

  /**
   * Asks whether a fault happens; it does not once the budget is used up.
   *
   * @param label What the fault is called.
   * @param subject What it befalls.
   */
  choose(label: string, subject: string): boolean {
    return this.chooseOf(label, 1, subject) === 1;
  }

  /** Asks which of some faults happens, from 1; 0 is none, as always once the budget is used up. */
  chooseOf(label: string, count: number, subject = ""): number {
    const { time } = this.#world;
    if (this.#left !== Infinity) time.log?.write("faults");
    if (this.#left < 1) return 0;
    const candidate = (answer: number) =>
      answer === 0 || subject === "" ? null : { name: time.cause, subject };
    const answer = this.#world.choose(label, count + 1, candidate, true);
    if (answer > 0) this.#left--;
    return answer;
  }
}
