/**
 * Searches that sample schedules.
 *
 * @module
 */

import { random, type Strategy } from "../strategy.ts";
import { splitSeed } from "../seed.ts";
import { FaultLimit } from "./fault_limit.ts";
import { KnownTurns, PosStrategy } from "./partial_order_sampling.ts";
import { checkWhole, pct, PctStrategy } from "./priority_strategies.ts";
import type { Decisions } from "./recorder.ts";
import type { Plan } from "./runner.ts";
import type { Chance, Search } from "./search.ts";
import { type Shard, WHOLE } from "./shard.ts";

/** How many schedules tell how long a run is; every shard runs them, so that all know the same. */
const CALIBRATION = 16;

/** How schedules are sampled. */
export type SampleKind = "random" | "pct" | "pos" | "portfolio";

/** All that a search knows between two schedules, as it is written to a checkpoint. */
interface SampleState {
  readonly number: number;
  readonly ended: number;
  readonly decisionsMax: number;
  readonly spread: Record<number, number>;
  readonly tasksMax: number;
  readonly stepsMax: number;
}

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
  /** How many faults a schedule may have. */
  readonly faults: number;
  /** The most decisions that one of the first runs made: what PCT spreads its changes over. */
  #decisionsMax = 1;
  /** The strategy of the run under way, if it is PCT. */
  #pct: { readonly strategy: PctStrategy; readonly steps: number; readonly isOwn: boolean } | null =
    null;
  /** How many runs of PCT have spread their changes over so many steps. */
  #spread: Record<number, number> = {};
  /** The most tasks and steps of a run of PCT. */
  #tasksMax = 0;
  #stepsMax = 0;
  readonly #known = new KnownTurns();
  readonly #kind: SampleKind;
  readonly #seed: bigint;
  readonly #depth: number;
  /** The number of the next schedule. */
  #number = 0;
  /** How many have ended, others' included. */
  #ended = 0;

  /** Makes a search. */
  constructor(
    kind: SampleKind,
    seed: bigint,
    depth: number,
    shard: Shard = WHOLE,
    faults: number = Infinity,
  ) {
    this.faults = faults;
    this.shard = shard;
    this.#kind = kind;
    this.#seed = seed;
    if (kind === "pct" || kind === "portfolio") checkWhole("depth", depth);
    this.#depth = depth;
    this.name = kind === "pct" ? `pct, depth ${depth}` : kind;
  }

  /** Returns the next schedule. */
  next(): Plan {
    const { index, count } = this.shard;
    while (this.#number >= CALIBRATION && this.#number % count !== index) this.#number++;
    const number = this.#number++;
    const decisions = this.#decisionsMax;
    const draw = () => {
      const strategy = this.#draw(number, decisions);
      return this.faults === Infinity ? strategy : new FaultLimit(strategy, this.faults);
    };
    return number % count === index ? draw : Object.assign(draw, { isOthers: true });
  }

  /** What PCT promises of the runs so far. */
  get chance(): Chance | undefined {
    if (this.#kind !== "pct" || this.#tasksMax === 0) return undefined;
    const [tasks, steps, depth] = [this.#tasksMax, this.#stepsMax, this.#depth];
    let missed = 1;
    for (const [spread, runs] of Object.entries(this.#spread)) {
      // Who did not reach the last steps promises nothing.
      if (Number(spread) < steps) continue;
      missed *= (1 - 1 / (tasks * Number(spread) ** (depth - 1))) ** runs;
    }
    return { found: 1 - missed, tasks, steps, depth };
  }

  /** Takes note of how long a run was. */
  ended(decisions: Decisions): void {
    const steps = this.#pct?.strategy.steps ?? decisions.values.length;
    this.#noteChance();
    if (this.#ended++ >= CALIBRATION) return;
    this.#decisionsMax = Math.max(this.#decisionsMax, steps);
  }

  /** Returns what {@linkcode SampleSearch.load} needs; only between runs. */
  save(): unknown {
    const state: SampleState = {
      number: this.#number,
      ended: this.#ended,
      decisionsMax: this.#decisionsMax,
      spread: this.#spread,
      tasksMax: this.#tasksMax,
      stepsMax: this.#stepsMax,
    };
    return state;
  }

  /** Goes on where a search that was made in the same way was saved. */
  load(saved: unknown): void {
    const state = saved as SampleState;
    this.#number = state.number;
    this.#ended = state.ended;
    this.#decisionsMax = state.decisionsMax;
    this.#spread = state.spread;
    this.#tasksMax = state.tasksMax;
    this.#stepsMax = state.stepsMax;
  }

  /** Takes note of what PCT promises of a run. */
  #noteChance(): void {
    if (this.#pct === null) return;
    const { strategy: { tasks, steps: made }, steps, isOwn } = this.#pct;
    this.#pct = null;
    this.#tasksMax = Math.max(this.#tasksMax, tasks);
    this.#stepsMax = Math.max(this.#stepsMax, made);
    if (isOwn) this.#spread[steps] = (this.#spread[steps] ?? 0) + 1;
  }

  #draw(number: number, decisions: number): Strategy {
    const seed = splitSeed(this.#seed, `schedule/${number}`);
    switch (this.#kind) {
      case "random":
        return random(seed);
      case "pct":
        return this.#drawPct(number, seed, decisions);
      case "pos":
        return new PosStrategy(seed, this.#known);
      case "portfolio":
        return this.#drawAny(number, seed, decisions);
    }
  }

  #drawPct(number: number, seed: bigint, steps: number): Strategy {
    const strategy = new PctStrategy(seed, this.#depth, steps);
    const { index, count } = this.shard;
    this.#pct = { strategy, steps, isOwn: number % count === index };
    return strategy;
  }

  #drawAny(number: number, seed: bigint, decisions: number): Strategy {
    const turn = number % 5;
    if (turn < 2) return random(seed);
    if (turn === 2) return new PosStrategy(seed, this.#known);
    return pct(seed, 1 + (Math.floor(number / 5) % 4), decisions);
  }
}
