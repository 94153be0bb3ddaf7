/**
 * How many schedules there are, about.
 *
 * @module
 */

import { SeededRandom } from "../seed.ts";
import type { Strategy } from "../strategy.ts";
import { Recorder } from "./recorder.ts";
import type { Runner } from "./runner.ts";
import type { Search } from "./search.ts";

/**
 * Knuth's estimate of the size of a tree ("Estimating the efficiency of backtrack programs", 1975):
 * the mean, over random paths, of one divided by the probability of the path. Where the search has a
 * bound, the paths keep to it, and deviate with the frequency that a random schedule within the
 * bound has, which makes the estimate steady.
 */
export class SizeEstimate {
  readonly #runner: Runner;
  readonly #search: Search;
  #sum = 0;
  #probes = 0;
  /** How many decisions a run makes, about. */
  #length = 1;

  /** Made by a search, which it does not disturb. */
  constructor(runner: Runner, search: Search) {
    this.#runner = runner;
    this.#search = search;
  }

  /** How many random paths there were. */
  get probes(): number {
    return this.#probes;
  }

  /** The estimate; `null` before the first probe. */
  get value(): number | null {
    return this.#probes === 0 ? null : this.#sum / this.#probes;
  }

  /** Runs random schedules. */
  async probe(count: number): Promise<void> {
    const { bound = Infinity, unit } = this.#search;
    for (let i = 0; i < count; i++) {
      const probe = new ProbeStrategy(this.#probes, this.#length, bound, unit === "delays");
      const run = await this.#runner.one(new Recorder(probe));
      this.#length += (run.decisions.values.length - this.#length) / (this.#probes + 1);
      this.#sum += probe.weight;
      this.#probes++;
    }
  }
}

/** Draws a path, and knows how improbable it was. */
class ProbeStrategy implements Strategy {
  readonly name = "probe";
  /** One divided by the probability of the path so far. */
  weight = 1;
  readonly #random: SeededRandom;
  readonly #isDelay: boolean;
  /** How many decisions are still to come, about. */
  #rest: number;
  /** How much of the bound is left. */
  #budget: number;

  constructor(number: number, length: number, bound: number, isDelay: boolean) {
    this.#random = new SeededRandom(number);
    this.#rest = length;
    this.#budget = bound;
    this.#isDelay = isDelay;
  }

  choose(_label: string, bound: number): number {
    const others = this.#isDelay ? Math.min(bound - 1, this.#budget) : bound - 1;
    const rest = Math.max(1, this.#rest--);
    if (others === 0 || this.#budget === 0) return 0;
    const ways = others * Math.min(this.#budget, rest);
    const chance = ways / (ways + rest);
    if (this.#random.next() >= chance) {
      this.weight /= 1 - chance;
      return 0;
    }
    this.weight *= others / chance;
    const answer = 1 + this.#random.below(others);
    this.#budget -= this.#isDelay ? answer : 1;
    return answer;
  }
}
