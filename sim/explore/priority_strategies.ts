/**
 * Sampling by priorities that change at some decisions.
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
  checkWhole("depth", depth);
  checkWhole("decisions", decisions);
  return new PctStrategy(seed, depth, decisions);
}

/** Draws schedules by priorities that change at some decisions. */
export class PctStrategy implements Strategy {
  /** What it is called in reports. */
  readonly name: string;
  readonly #random: SeededRandom;
  readonly #priorities = new Map<string, number>();
  /** What the priority becomes of who would go, by the number of the decision. */
  readonly #changes = new Map<number, number>();
  #steps = 0;

  /** Makes a strategy for one run. */
  constructor(seed: Seed, depth: number, steps: number) {
    this.name = `pct(${depth})`;
    this.#random = new SeededRandom(seed);
    // All are below those that are drawn; which is the lowest is not a matter of which comes last.
    for (let i = 1; i < depth; i++) this.#changes.set(this.#random.below(steps), -i);
  }

  /** How many there were who took turns. */
  get tasks(): number {
    return this.#priorities.size;
  }

  /** In how many decisions one of them was picked. */
  get steps(): number {
    return this.#steps;
  }

  /** Answers one decision. */
  choose(label: string, bound: number, place?: ChoicePlace): number {
    if (!picksSomebody(place)) return drawAnswer(this.#random, bound);
    const best = this.#best(label, bound, place);
    const change = this.#changes.get(this.#steps++);
    if (change === undefined) return best;
    this.#priorities.set(keyOf(label, best, place), change);
    return this.#best(label, bound, place);
  }

  #best(label: string, bound: number, place: ChoicePlace): number {
    let best = 0;
    let highest = -Infinity;
    for (let answer = 0; answer < bound; answer++) {
      const key = keyOf(label, answer, place);
      const priority = this.#priorities.get(key) ?? this.#random.next();
      this.#priorities.set(key, priority);
      if (priority > highest) [best, highest] = [answer, priority];
    }
    return best;
  }
}

/** Whose turn an answer picks: a host, what arrives at it, or a handle of a host. */
function keyOf(label: string, answer: number, place: ChoicePlace): string {
  const subject = place.candidate(answer)?.subject ?? "";
  return label === "step" ? subject : `${place.host}/${subject}`;
}

/** Whether the answers to a decision pick somebody to go first. */
export function picksSomebody(place: ChoicePlace | undefined): place is ChoicePlace {
  return place !== undefined && place.candidate(0) !== null;
}

/** An answer that picks nobody, such as the size of a read: as usual half of the time. */
export function drawAnswer(random: SeededRandom, bound: number): number {
  return random.below(2) === 0 ? 0 : random.below(bound);
}

/** Refuses what is not a whole number above 0. */
export function checkWhole(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value > 0) return;
  throw new RangeError(`Cannot sample: ${name} ${value} is not a whole number above 0`);
}
