/**
 * Searches that sample schedules.
 *
 * @module
 */

import { random, type Strategy } from "../strategy.ts";
import { splitSeed } from "../seed.ts";
import { pct, pos } from "./priority_strategies.ts";
import type { Decisions } from "./recorder.ts";
import type { Plan } from "./runner.ts";
import type { Search } from "./search.ts";

/** How schedules are sampled. */
export type SampleKind = "random" | "pct" | "pos" | "portfolio";

/** Draws schedules; the seed decides which. */
export class SampleSearch implements Search {
  /** What it is called in reports. */
  readonly name: string;
  /** It samples. */
  readonly isExhaustive = false;
  /** It has no bound. */
  readonly unit = "";
  /** It has no levels. */
  readonly level = -1;
  /** It never knows. */
  readonly isWhole = false;
  /** It has no levels. */
  readonly levelSize = null;
  /** It has no levels. */
  readonly levelDone = 0;
  /** The most decisions that a run made so far: what PCT spreads its changes over. */
  decisionsMax = 1;
  readonly #kind: SampleKind;
  readonly #seed: bigint;
  readonly #depth: number;
  #count = 0;

  /** Makes a search. */
  constructor(kind: SampleKind, seed: bigint, depth: number) {
    this.#kind = kind;
    this.#seed = seed;
    this.#depth = depth;
    this.name = kind === "pct" ? `pct, depth ${depth}` : kind;
  }

  /** Returns the next schedule. */
  next(): Plan {
    const number = this.#count++;
    const decisions = this.decisionsMax;
    return () => this.#draw(number, decisions);
  }

  /** Takes note of how long a run was. */
  ended(decisions: Decisions): void {
    this.decisionsMax = Math.max(this.decisionsMax, decisions.values.length);
  }

  #draw(number: number, decisions: number): Strategy {
    const seed = splitSeed(this.#seed, `schedule/${number}`);
    switch (this.#kind) {
      case "random":
        return random(seed);
      case "pct":
        return pct(seed, this.#depth, decisions);
      case "pos":
        return pos(seed);
      case "portfolio":
        return this.#drawAny(number, seed, decisions);
    }
  }

  #drawAny(number: number, seed: bigint, decisions: number): Strategy {
    const turn = number % 5;
    if (turn < 2) return random(seed);
    return turn === 2 ? pos(seed) : pct(seed, 1 + (Math.floor(number / 5) % 4), decisions);
  }
}
