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
import { type Shard, WHOLE } from "./shard.ts";

/** How many schedules tell how long a run is; every shard runs them, so that all know the same. */
const CALIBRATION = 16;

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
  /** Which part of the schedules it runs. */
  readonly shard: Shard;
  /** The most decisions that one of the first runs made: what PCT spreads its changes over. */
  #decisionsMax = 1;
  readonly #kind: SampleKind;
  readonly #seed: bigint;
  readonly #depth: number;
  /** The number of the next schedule. */
  #number = 0;
  /** How many have ended, others' included. */
  #ended = 0;

  /** Makes a search. */
  constructor(kind: SampleKind, seed: bigint, depth: number, shard: Shard = WHOLE) {
    this.shard = shard;
    this.#kind = kind;
    this.#seed = seed;
    this.#depth = depth;
    this.name = kind === "pct" ? `pct, depth ${depth}` : kind;
  }

  /** Returns the next schedule. */
  next(): Plan {
    const { index, count } = this.shard;
    while (this.#number >= CALIBRATION && this.#number % count !== index) this.#number++;
    const number = this.#number++;
    const decisions = this.#decisionsMax;
    const draw = () => this.#draw(number, decisions);
    return number % count === index ? draw : Object.assign(draw, { isOthers: true });
  }

  /** Takes note of how long a run was. */
  ended(decisions: Decisions): void {
    if (this.#ended++ >= CALIBRATION) return;
    this.#decisionsMax = Math.max(this.#decisionsMax, decisions.values.length);
  }

  /** Returns what {@linkcode SampleSearch.load} needs; only between runs. */
  save(): unknown {
    return { number: this.#number, ended: this.#ended, decisionsMax: this.#decisionsMax };
  }

  /** Goes on where a search that was made in the same way was saved. */
  load(saved: unknown): void {
    const state = saved as { number: number; ended: number; decisionsMax: number };
    this.#number = state.number;
    this.#ended = state.ended;
    this.#decisionsMax = state.decisionsMax;
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
