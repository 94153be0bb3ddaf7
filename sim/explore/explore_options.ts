/**
 * How a search is made, and what it returns.
 *
 * @module
 */

import type { Clock } from "../../poller/mod.ts";
import type { Seed } from "../seed.ts";
import type { SimulationOptions } from "../simulation_options.ts";
import type { Audit } from "./audit.ts";
import type { Chance, Overlap } from "./search.ts";
import type { Shard } from "./shard.ts";
import type { Tape } from "./tape.ts";

/**
 * How schedules are found: `exhaustive` and `delayBounded` run all, those with the fewest deviations,
 * or the shortest delays, first. `dpor` runs one of each class: schedules that differ only in the
 * order of turns that have nothing to do with each other are of the same; see {@linkcode Exploration.classes}.
 * `random`, `pct` and `pos` sample, `portfolio` by turns.
 */
export type ExploreStrategy =
  | "exhaustive"
  | "delayBounded"
  | "dpor"
  | "random"
  | "pct"
  | "pos"
  | "portfolio";

/** All of them. */
export const STRATEGIES: readonly ExploreStrategy[] = [
  "exhaustive",
  "dpor",
  "delayBounded",
  "random",
  "pct",
  "pos",
  "portfolio",
];

/** What a scenario's worlds are like, and what it is called. */
export interface ScenarioOptions {
  /**
   * What the scenario is called: tapes of another are refused.
   *
   * @default {""}
   */
  readonly name?: string;
  /**
   * What decides the randomness of hosts, and what is sampled.
   *
   * @default {0}
   */
  readonly seed?: Seed;
  /** What the worlds are like: delays and sizes of the network, limits. */
  readonly world?: Omit<SimulationOptions, "seed" | "strategy" | "traceMax">;
  /**
   * Whether what the scenario writes to the console is dropped.
   *
   * @default {false}
   */
  readonly quiet?: boolean;
}

/** How a search is made. */
export interface ExploreOptions extends ScenarioOptions {
  /**
   * How schedules are found.
   *
   * @default {"exhaustive"}
   */
  readonly strategy?: ExploreStrategy;
  /**
   * For `exhaustive`: how many decisions may be answered in another way than usual.
   *
   * @default {Infinity}
   */
  readonly deviations?: number;
  /**
   * For `delayBounded`: how much delay there may be in all; the answer n to a decision passes over n
   * others and counts as n.
   *
   * @default {2}
   */
  readonly delays?: number;
  /**
   * How many faults there may be in a schedule: messages that are lost, hosts that crash, and what
   * else `"choose"` and `Simulation.faultPoint` leave to the strategy. A fault is a deviation as well.
   *
   * @default {Infinity}
   */
  readonly faults?: number;
  /**
   * For `pct`: how many things have to happen in a certain order for the bug to show.
   *
   * @default {3}
   */
  readonly depth?: number;
  /**
   * For `dpor`: how many pairs of turns that were taken to be independent are run in both orders, to
   * see whether they are. They are drawn at random, from random schedules, in which oracles are also watched
   * for looking at more than they say.
   *
   * @default {32}
   */
  readonly audits?: number;
  /**
   * After how many schedules to stop.
   *
   * @default {100000 for exhaustive searches, else 1000}
   */
  readonly maxSchedules?: number;
  /**
   * After how many seconds to stop.
   *
   * @default {Infinity}
   */
  readonly maxSeconds?: number;
  /**
   * What measures `maxSeconds`.
   *
   * @default {the machine's monotonic clock}
   */
  readonly clock?: Clock;
  /**
   * Whether to stop at the first schedule that fails.
   *
   * @default {true}
   */
  readonly stopAtFailure?: boolean;
  /**
   * How many runs to spend on making the failing tape simpler; 0 leaves it as it was found.
   *
   * @default {500}
   */
  readonly shrinkRuns?: number;
  /**
   * Which part of the schedules to run, so that a search can be spread over machines: those of all
   * parts together are those of the whole search, each once. Give `maxSchedules` for the whole.
   *
   * By `dpor` the classes of all parts together are those of the whole search: a class may be run by
   * several parts if only some of the schedules tell that it is needed. See {@linkcode SearchSummary.overlap}.
   *
   * @default {{ index: 0, count: 1 }}
   */
  readonly shard?: Shard;
  /** Stops the search when aborted; it then ends as at a limit. */
  readonly signal?: AbortSignal;
  /** Told how far the search is, some times a second, and at its end. */
  readonly onProgress?: (progress: ExploreProgress) => void;
  /**
   * Given what {@linkcode ExploreOptions.resume} takes, every `checkpointSeconds` and when no further
   * schedule is run.
   */
  readonly onCheckpoint?: (checkpoint: string) => void;
  /**
   * How often there is a checkpoint, in seconds.
   *
   * @default {10}
   */
  readonly checkpointSeconds?: number;
  /**
   * The checkpoint of a search that was stopped, to go on with it: what this search comes to includes
   * what that one ran. The options must be the same, except for the limits.
   */
  readonly resume?: string;
}

/** How far a search is. */
export interface ExploreProgress {
  /** How many schedules were run, those before a checkpoint included. */
  readonly schedules: number;
  /** How many of them failed. */
  readonly failed: number;
  /** How many different outcomes there were. */
  readonly outcomes: number;
  /** For how many seconds it runs, those before a checkpoint not included. */
  readonly seconds: number;
  /** After how many schedules it stops. */
  readonly maxSchedules: number;
  /** The bound up to which every schedule has been run; -1 before the first, and if there is none. */
  readonly level: number;
  /** How many schedules there are in all, about (Knuth's estimate); `null` for searches that sample. */
  readonly estimate: number | null;
}

/** What some schedules came to. */
export interface Outcome {
  /** What the scenario returned, as text, or `failed:` and the identity of the failure. */
  readonly outcome: string;
  /** How many schedules came to it. */
  readonly count: number;
  /** The simplest of them. */
  readonly tape: Tape;
}

/** The failure that a search found. */
export interface ExplorationFailure {
  /** What the run failed with. */
  readonly error: unknown;
  /** What failed, without what changes from run to run. */
  readonly identity: string;
  /** After how many schedules it was found. */
  readonly schedule: number;
  /** The tape, made simpler. */
  readonly tape: Tape;
  /** The tape as it was found. */
  readonly found: Tape;
  /** In which points the run deviates from what usually happens, a line each. */
  readonly narrative: readonly string[];
  /** The end of the run's trace, a line for each entry. */
  readonly trace: readonly string[];
  /** All of it as text, with the line that replays it. */
  readonly report: string;
}

/** What a search came to. */
export interface Exploration {
  /**
   * What is known now, in words: `complete: all 1,204 schedules with at most 3 deviations pass`, or
   * beginning with `incomplete`, `sampled` or `failed`.
   */
  readonly guarantee: string;
  /** The first word of the guarantee. */
  readonly verdict: "complete" | "incomplete" | "sampled" | "failed";
  /** How many schedules were run, each counted once. */
  readonly schedules: number;
  /**
   * With the strategy `dpor`, how many classes of schedules were run; else `null`. Each is counted once,
   * unless several shards had to run it, see {@linkcode SearchSummary.overlap}.
   *
   * Turns of different hosts, and of different processes on one, can be swapped unless they meet: in what
   * arrives, at a listener, port or path, in a fault, in a {@linkcode SimCell}, or in what an oracle looks at
   * (everything, unless it says what, see {@linkcode OracleOptions.of}). Turns of one process cannot, nor those of
   * the test itself. Variables that hosts share without saying so are not seen, but may show in the
   * {@linkcode Exploration.audit}.
   */
  readonly classes: number | null;
  /** With the strategy `dpor`, whether turns that were taken to be independent are; else `null`. */
  readonly audit: Audit | null;
  /** How many of them failed. */
  readonly failed: number;
  /** What they came to, the most frequent first. */
  readonly outcomes: readonly Outcome[];
  /** The first failure; `null` if there was none. */
  readonly failure: ExplorationFailure | null;
  /** What was searched, and how far. */
  readonly search: SearchSummary;
  /**
   * How many schedules there are in all, about (Knuth's estimate); `null` unless the search was cut or
   * ran one of each class.
   */
  readonly estimate: number | null;
}

/** What was searched, and how far. */
export interface SearchSummary {
  /** The name of the scenario; empty if it has none. */
  readonly scenario: string;
  /** How schedules were found. */
  readonly name: string;
  /** The seed, in hexadecimal. */
  readonly seed: string;
  /** The bound, `Infinity` if there is none; `none` for searches that know no bound. */
  readonly bound: string;
  /** What a bound counts: `deviations` or `delays`; empty if there is none. */
  readonly unit: string;
  /** Whether it runs every schedule when it is not cut: else it samples. */
  readonly isExhaustive: boolean;
  /** The bound up to which every schedule has been run; -1 before the first. */
  readonly level: number;
  /** Whether no schedule lies beyond the bound. */
  readonly isWhole: boolean;
  /** How many schedules the level under way has; `null` if that is not known. */
  readonly levelSize: number | null;
  /** How many schedules of the level under way have been run. */
  readonly levelDone: number;
  /** The limit that stopped the search; `null` if it ended by itself. */
  readonly stoppedBy: string | null;
  /** Which part of the schedules was run. */
  readonly shard: Shard;
  /** How many faults a schedule could have; absent if that had no bound. */
  readonly faults?: number;
  /** What PCT promises; absent for other strategies. */
  readonly chance?: Chance;
  /** How many runs were of a class that was run before; absent unless it went by classes. */
  readonly redundant?: number;
  /**
   * Which classes may have been run by several shards; absent unless it went by classes. Shards do not
   * talk to each other: if a part of the tree turns out to be needed only while they run, each shard that
   * comes upon it runs it. There are then between `classes - runs + least` and `classes` different ones.
   */
  readonly overlap?: Overlap;
}
