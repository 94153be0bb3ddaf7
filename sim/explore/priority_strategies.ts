/**
 * Strategies that sample schedules by priorities.
 *
 * @module
 */

import { type Seed, SeededRandom } from "../seed.ts";
import type { ChoicePlace, Strategy } from "../strategy.ts";

/**
 * Makes the strategy PCT ("probabilistic concurrency testing", Burckhardt and others, ASPLOS 2010):
 * whoever has the highest of random priorities goes first, and at `depth - 1` random decisions the
 * one that would go loses its priority. Of n hosts and k decisions, a bug that needs `depth`
 * things in a certain order is found with a probability of at least 1 / (n * k^(depth - 1)).
 * Answers that pick nobody, such as sizes of reads, are as usual half of the time.
 *
 * @param seed The seed.
 * @param depth How many things have to be in order, at least 1.
 * @param decisions How many decisions the run will make, about.
 * @returns The strategy, for one run.
 * @throws {RangeError} If the depth or the number of decisions is not a whole number above 0.
 */
export function pct(seed: Seed, depth = 3, decisions = 100): Strategy {
  for (const [name, value] of [["depth", depth], ["decisions", decisions]] as const) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new RangeError(`Cannot sample: ${name} ${value} is not a whole number above 0`);
    }
  }
  return new PriorityStrategy(`pct(${depth})`, new SeededRandom(seed), depth, decisions);
}

/**
 * Makes the strategy POS ("partial order sampling", Yuan and others, CAV 2018): each event gets a
 * random priority of its own, and of those that can happen the one with the highest does. Answers
 * that pick nobody are as usual half of the time.
 *
 * @param seed The seed.
 * @returns The strategy, for one run.
 */
export function pos(seed: Seed): Strategy {
  return new PriorityStrategy("pos", new SeededRandom(seed), 0, 1);
}

class PriorityStrategy implements Strategy {
  readonly name: string;
  readonly #random: SeededRandom;
  /** Whether each event has a priority, or each host and handle. */
  readonly #isByEvent: boolean;
  readonly #priorities = new Map<string | number, number>();
  readonly #changes = new Set<number>();
  #decided = 0;
  #lowest = 0;

  constructor(name: string, random: SeededRandom, depth: number, decisions: number) {
    this.name = name;
    this.#random = random;
    this.#isByEvent = depth === 0;
    for (let i = 1; i < depth; i++) this.#changes.add(random.below(decisions));
  }

  choose(_label: string, bound: number, place?: ChoicePlace): number {
    if (place === undefined || place.candidate(0) === null) {
      return this.#random.below(2) === 0 ? 0 : this.#random.below(bound);
    }
    let best = this.#best(bound, place);
    if (!this.#isByEvent && this.#changes.has(this.#decided++)) {
      this.#priorities.set(this.#key(best, place), --this.#lowest);
      best = this.#best(bound, place);
    }
    if (this.#isByEvent) this.#priorities.delete(this.#key(best, place));
    return best;
  }

  #best(bound: number, place: ChoicePlace): number {
    let best = 0;
    for (let answer = 1; answer < bound; answer++) {
      if (this.#priority(answer, place) > this.#priority(best, place)) best = answer;
    }
    return best;
  }

  #priority(answer: number, place: ChoicePlace): number {
    const key = this.#key(answer, place);
    let priority = this.#priorities.get(key);
    if (priority === undefined) {
      priority = this.#random.next();
      this.#priorities.set(key, priority);
    }
    return priority;
  }

  #key(answer: number, place: ChoicePlace): string | number {
    const candidate = place.candidate(answer);
    return (this.#isByEvent ? candidate?.name : candidate?.subject) ?? 0;
  }
}
