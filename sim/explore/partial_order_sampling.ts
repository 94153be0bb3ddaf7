/**
 * Sampling by priorities of events.
 *
 * @module
 */

import { areDependent, type Footprint, nothingTouched, Things } from "../footprint.ts";
import { type Seed, SeededRandom } from "../seed.ts";
import type { ChoicePlace, Strategy } from "../strategy.ts";
import { hostOf, type Logging, type Turn, TurnLog } from "../turn_log.ts";
import { drawAnswer, picksSomebody } from "./priority_strategies.ts";

/** How many turns are remembered: a program that never does the same twice must not fill the memory. */
const KNOWN_MAX = 100_000;

/**
 * Makes the strategy POS ("partial order sampling", Yuan and others, CAV 2018): each turn gets a
 * random priority of its own, and of those that can happen the one with the highest does. Those
 * that wait and depend on it, by what they touch, then draw anew. Answers that pick nobody are as
 * usual half of the time.
 *
 * @param seed The seed.
 * @returns The strategy, for one run.
 */
export function pos(seed: Seed): Strategy {
  return new PosStrategy(seed, new KnownTurns());
}

/** What turns touched in the runs so far, by their causal names: what they will touch, most likely. */
export class KnownTurns {
  /** What things are called. */
  readonly things: Things = new Things();
  readonly #footprints = new Map<number, Footprint>();

  /** Takes note of a turn that has ended. */
  add({ name, footprint }: Turn): void {
    if (this.#footprints.size >= KNOWN_MAX) this.#footprints.clear();
    this.#footprints.set(name, footprint);
  }

  /** What a turn touches: as before or, if it is new, its host. */
  expect(name: number, owner: string): Footprint {
    const known = this.#footprints.get(name);
    if (known !== undefined) return known;
    const footprint = nothingTouched();
    const host = hostOf(owner);
    if (host === "") footprint.all = true;
    else footprint.writes.push(this.things.numberOf(`host ${host}`));
    return footprint;
  }
}

/** Draws schedules by priorities of turns. */
export class PosStrategy implements Strategy, Logging {
  /** What it is called in reports. */
  readonly name = "pos";
  /** What the turns touched. */
  readonly log: TurnLog;
  readonly #random: SeededRandom;
  readonly #known: KnownTurns;
  readonly #priorities = new Map<number, number>();
  /** How many turns have ended and were looked at. */
  #seen = 0;

  /** Makes a strategy for one run. */
  constructor(seed: Seed, known: KnownTurns) {
    this.#random = new SeededRandom(seed);
    this.#known = known;
    this.log = new TurnLog(known.things);
  }

  /** Answers one decision. */
  choose(label: string, bound: number, place?: ChoicePlace): number {
    if (!picksSomebody(place)) return drawAnswer(this.#random, bound);
    // Handlers of one pass depend on each other: all of them draw anew each time.
    if (label !== "step") return this.#random.below(bound);
    this.#redraw(bound, place);
    let best = 0;
    for (let answer = 1; answer < bound; answer++) {
      if (this.#priority(answer, place) > this.#priority(best, place)) best = answer;
    }
    return best;
  }

  /** Has those that wait draw anew if they depend on a turn that was taken since. */
  #redraw(bound: number, place: ChoicePlace): void {
    const { turns } = this.log;
    for (; this.#seen < turns.length; this.#seen++) {
      const turn = turns[this.#seen] as Turn;
      this.#known.add(turn);
      this.#priorities.delete(turn.name);
      for (let answer = 0; answer < bound; answer++) {
        const candidate = place.candidate(answer);
        if (candidate === null || !this.#priorities.has(candidate.name)) continue;
        const expected = this.#known.expect(candidate.name, candidate.subject);
        if (areDependent(expected, turn.footprint)) this.#priorities.delete(candidate.name);
      }
    }
  }

  #priority(answer: number, place: ChoicePlace): number {
    const name = place.candidate(answer)?.name ?? 0;
    let priority = this.#priorities.get(name);
    if (priority === undefined) {
      priority = this.#random.next();
      this.#priorities.set(name, priority);
    }
    return priority;
  }
}
