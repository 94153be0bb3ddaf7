/**
 * What a search over schedules is.
 *
 * @module
 */

import type { Strategy } from "../strategy.ts";
import type { Decisions } from "./recorder.ts";
import type { Plan } from "./runner.ts";
import type { Shard } from "./shard.ts";

/**
 * What PCT promises: each run finds a bug that needs `depth` turns in a certain order with a
 * probability of at least 1 / (tasks * steps^(depth - 1)).
 */
export interface Chance {
  /** How likely one of the runs so far has found it, at least. */
  readonly found: number;
  /** How many there are who take turns. */
  readonly tasks: number;
  /** In how many decisions one of them was picked, at most. */
  readonly steps: number;
  /** How many turns have to be in order. */
  readonly depth: number;
}

/** Classes that more than one shard may have run. */
export interface Overlap {
  /** How often one of them was run. */
  readonly runs: number;
  /** How many there are, at least. */
  readonly least: number;
}

/** Says which schedule to run next. */
export interface Search {
  /** What it is called in reports. */
  readonly name: string;
  /** Whether it will have run every schedule when it ends: else it samples. */
  readonly isExhaustive: boolean;
  /** What a bound counts: `deviations` or `delays`; empty if there is none. */
  readonly unit: string;
  /** The bound up to which every schedule has been run; -1 before the first. */
  readonly level: number;
  /** Whether no schedule lies beyond the bound. */
  readonly isWhole: boolean;
  /** How many schedules the level under way has; `null` if that is not known. */
  readonly levelSize: number | null;
  /** How many schedules of the level under way have been run. */
  readonly levelDone: number;
  /** The bound itself, `Infinity` for none; absent if it has none. */
  readonly bound?: number;
  /** How many faults a schedule may have; absent if that has no bound. */
  readonly faults?: number;
  /** What PCT promises; absent for other strategies, and before the first run. */
  readonly chance?: Chance | undefined;
  /** Which part of the schedules it runs. */
  readonly shard: Shard;
  /** How many classes of schedules were run; absent if it does not go by classes. */
  readonly classes?: number;
  /** How many runs were of a class that was run before. */
  readonly redundant?: number;
  /** Which of the classes other shards may have run as well. */
  readonly overlap?: Overlap;
  /** Returns the next schedule; `null` if there is none left. */
  next(): Plan | null;
  /** Returns what it knows between two runs, as JSON can have it. */
  save(): unknown;
  /** Goes on where a search that was made in the same way was saved. */
  load(state: unknown): void;
  /** Told the decisions of a run when it has ended, in the order of the plans. */
  ended(decisions: Decisions): void;
}

/** Answers what begins a schedule, and 0 after that. */
export class PrefixStrategy implements Strategy {
  /** What it is called in reports. */
  readonly name = "prefix";
  readonly #values: readonly number[];
  #index = 0;

  /** Makes a strategy for one run. */
  constructor(values: readonly number[]) {
    this.#values = values;
  }

  /** Answers one decision; 0 where the answer does not fit, which a search notices afterwards. */
  choose(_label: string, bound: number): number {
    const index = this.#index++;
    if (index >= this.#values.length) return 0;
    const value = this.#values[index] as number;
    return value < bound ? value : 0;
  }
}
