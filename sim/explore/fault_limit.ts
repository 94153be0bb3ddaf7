/**
 * Sampling with a bound of faults.
 *
 * @module
 */

import type { ChoicePlace, Strategy } from "../strategy.ts";
import { type Logging, logOf, type TurnLog } from "../turn_log.ts";

/** Passes decisions on to a strategy until there were so many faults; then there are no more. */
export class FaultLimit implements Strategy, Logging {
  /** What it is called in reports. */
  readonly name: string;
  /** What the strategy wants to know. */
  readonly log: TurnLog | null;
  readonly #inner: Strategy;
  #left: number;

  /** Limits a strategy. */
  constructor(inner: Strategy, max: number) {
    this.name = inner.name;
    this.log = logOf(inner);
    this.#inner = inner;
    this.#left = max;
  }

  /** Answers one decision. */
  choose(label: string, bound: number, place?: ChoicePlace): number {
    if (place?.isFault !== true) return this.#inner.choose(label, bound, place);
    if (this.#left < 1) return 0;
    const answer = this.#inner.choose(label, bound, place);
    if (answer > 0) this.#left--;
    return answer;
  }
}
