/**
 * What is told of a search while it runs, and kept to go on with it.
 *
 * @module
 */

import type { Clock } from "../../poller/mod.ts";
import { DenoClock } from "../../poller/deno_clock.ts";
import { formatSeed, parseSeed } from "../seed.ts";
import {
  parseCheckpoint,
  type SearchConfig,
  type SearchState,
  writeCheckpoint,
} from "./checkpoint.ts";
import type { ExploreOptions, SearchSummary } from "./explore_options.ts";
import type { Runner } from "./runner.ts";
import type { Search } from "./search.ts";
import { formatShard, WHOLE } from "./shard.ts";
import { SizeEstimate } from "./size_estimate.ts";

/** How often progress is told, in seconds. */
const PROGRESS_SECONDS = 0.1;
/** How many random runs an estimate is made of, at the end and at most. */
const PROBES = 32;
const PROBES_MAX = 64;

/** What a search has counted. */
export interface ExploreTally {
  /** How many schedules were run. */
  readonly schedules: number;
  /** How many of them failed. */
  readonly failed: number;
  /** How many different outcomes there were. */
  readonly outcomes: number;
  /** After how many schedules the search stops. */
  readonly max: number;
}

/** Writes the state of a search without the part that the search itself knows. */
type Save = () => Omit<SearchState, "search">;

/** Tells of one search. */
export class ExploreMonitor {
  readonly #search: Search;
  readonly #options: ExploreOptions;
  readonly #clock: Clock;
  readonly #size: SizeEstimate;
  readonly #start: number;
  #nextProgress: number;
  #nextCheckpoint: number;
  /** The search's state before it was asked whether it is over, which changes it. */
  #lastState: unknown = null;

  /** Made for one search. */
  constructor(runner: Runner, search: Search, options: ExploreOptions) {
    this.#search = search;
    this.#options = options;
    this.#clock = options.clock ?? new DenoClock();
    this.#size = new SizeEstimate(runner, search);
    this.#start = this.#clock.now();
    this.#nextProgress = this.#start + PROGRESS_SECONDS;
    this.#nextCheckpoint = this.#start + this.#checkpointSeconds;
  }

  /** The time, by the clock that measures the search. */
  now(): number {
    return this.#clock.now();
  }

  /**
   * Sets the search to where the checkpoint was made; returns the rest of the state, or `null`.
   *
   * @throws {SearchFileError} If the checkpoint is not one of this search.
   */
  resume(): SearchState | null {
    if (this.#options.resume === undefined) return null;
    const state = parseCheckpoint(this.#options.resume, this.#config());
    this.#search.load(state.search);
    return state;
  }

  /** Whether the search has no schedule left; it must not be asked for one afterwards. */
  isOver(): boolean {
    if (this.#options.onCheckpoint !== undefined) this.#lastState = this.#copyState();
    return this.#search.next() === null;
  }

  /** Tells how far the search is, and writes a checkpoint, if it is time. */
  async tell(tally: ExploreTally, save: Save): Promise<void> {
    const now = this.now();
    if (this.#options.onProgress !== undefined && now >= this.#nextProgress) {
      await this.#progress(tally);
      this.#nextProgress = this.now() + PROGRESS_SECONDS;
    }
    if (now >= this.#nextCheckpoint) {
      this.#checkpoint(save);
      this.#nextCheckpoint = this.now() + this.#checkpointSeconds;
    }
  }

  /** Tells where the search ended. */
  async finish(tally: ExploreTally, save: Save): Promise<void> {
    if (this.#options.onProgress !== undefined) await this.#progress(tally);
    this.#checkpoint(save);
  }

  /** Estimates how many schedules there are in all, of which some were run. */
  async estimate(schedules: number): Promise<number> {
    await this.#size.probe(Math.max(0, PROBES - this.#size.probes));
    return Math.max(schedules, this.#share(this.#size.value ?? 0));
  }

  /** Returns what was searched, and how far. */
  summary(stoppedBy: string | null): SearchSummary {
    const { shard = WHOLE } = this.#options;
    const { name, unit, isExhaustive, level, isWhole, levelSize, levelDone, faults } = this.#search;
    const { chance, redundant, overlap } = this.#search;
    const { scenario, seed, bound } = this.#config();
    return {
      scenario,
      name,
      seed,
      bound,
      unit,
      isExhaustive,
      level,
      isWhole,
      levelSize,
      levelDone,
      stoppedBy,
      shard,
      ...faults === undefined || faults === Infinity ? {} : { faults },
      ...chance === undefined ? {} : { chance },
      ...redundant === undefined ? {} : { redundant },
      ...overlap === undefined ? {} : { overlap },
    };
  }

  get #checkpointSeconds(): number {
    return this.#options.checkpointSeconds ?? 10;
  }

  async #progress({ schedules, failed, outcomes, max }: ExploreTally): Promise<void> {
    const { isExhaustive, level } = this.#search;
    if (isExhaustive && this.#size.probes < PROBES_MAX) await this.#size.probe(1);
    const { value } = this.#size;
    this.#options.onProgress?.({
      schedules,
      failed,
      outcomes,
      seconds: this.now() - this.#start,
      maxSchedules: max,
      level,
      estimate: value === null ? null : Math.max(schedules, this.#share(value)),
    });
  }

  #share(size: number): number {
    return size / (this.#options.shard ?? WHOLE).count;
  }

  #checkpoint(save: Save): void {
    const { onCheckpoint } = this.#options;
    if (onCheckpoint === undefined) return;
    const search = this.#lastState ?? this.#search.save();
    onCheckpoint(writeCheckpoint(this.#config(), { ...save(), search }));
  }

  #copyState(): unknown {
    return JSON.parse(JSON.stringify(this.#search.save()));
  }

  #config(): SearchConfig {
    const { name = "", seed = 0, shard = WHOLE } = this.#options;
    return {
      scenario: name,
      strategy: this.#search.name,
      seed: formatSeed(parseSeed(seed)),
      bound: formatBound(this.#search),
      shard: formatShard(shard),
    };
  }
}

/** The bound of a search, as checkpoints and results have it. */
function formatBound({ bound, faults = Infinity }: Search): string {
  const text = String(bound ?? "none");
  return faults === Infinity ? text : `${text}, faults ${faults}`;
}
