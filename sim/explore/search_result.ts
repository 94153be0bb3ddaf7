/**
 * What a search came to, as JSON: for other programs, and to put the parts of a search together.
 *
 * @module
 */

import { SearchFileError } from "./errors.ts";
import type { Exploration, ExplorationFailure, SearchSummary } from "./explore_options.ts";
import { isSimpler } from "./outcome_table.ts";
import type { Chance } from "./search.ts";
import { formatShard, parseShard, type Shard, WHOLE } from "./shard.ts";
import { Tape } from "./tape.ts";
import { describeGuarantee } from "./words.ts";

const FORMAT = "twinloop-result";
const VERSION = 1;

/** What stops a merged search from being complete as long as parts are missing. */
const LACK = "the lack of";

/** What must be the same in all parts of a search. */
const COMMON = ["scenario", "name", "seed", "bound"] as const;

/** A failure, as JSON has it. */
export interface ResultFailure
  extends Omit<ExplorationFailure, "error" | "tape" | "found" | "narrative" | "trace"> {
  /** What the run failed with: the error's name and message. */
  readonly message: string;
  /** The tape, made simpler, as a short text. */
  readonly tape: string;
  /** The tape as it was found. */
  readonly found: string;
  /** In which points the run deviates from what usually happens, a line each. */
  readonly narrative: readonly string[];
}

/** What some schedules came to, as JSON has it. */
export interface ResultOutcome {
  /** What the scenario returned, as text, or `failed:` and the identity of the failure. */
  readonly outcome: string;
  /** How many schedules came to it. */
  readonly count: number;
  /** The simplest of them, as a short text. */
  readonly tape: string;
}

/** What a search came to, as JSON has it. */
export interface SearchResult
  extends Pick<Exploration, "guarantee" | "verdict" | "estimate" | "classes"> {
  /** `twinloop-result`. */
  readonly format: string;
  /** The version of the format. */
  readonly version: number;
  /** What was searched. */
  readonly search: Omit<SearchSummary, "level"> & {
    /** The bound up to which every schedule has been run; `null` if no bound is left. */
    readonly level: number | null;
  };
  /** Which parts of the search are in it: `1/4`. */
  readonly shards: readonly string[];
  /** How many schedules were run, each counted once. */
  readonly schedules: number;
  /** How many of them failed. */
  readonly failed: number;
  /** What they came to, the most frequent first. */
  readonly outcomes: readonly ResultOutcome[];
  /** The first failure, or the simplest of the parts; `null` if there was none. */
  readonly failure: ResultFailure | null;
}

/**
 * Writes what a search came to in the way JSON has it.
 *
 * @param exploration What it came to.
 * @returns An object for `JSON.stringify()`.
 */
export function toResult(exploration: Exploration): SearchResult {
  const { guarantee, verdict, estimate, schedules, classes, failed, search } = exploration;
  return {
    format: FORMAT,
    version: VERSION,
    guarantee,
    verdict,
    search: { ...search, level: search.level === Infinity ? null : search.level },
    shards: [formatShard(search.shard)],
    schedules,
    classes,
    failed,
    estimate,
    outcomes: exploration.outcomes.map(({ outcome, count, tape }) => ({
      outcome,
      count,
      tape: tape.toString(),
    })),
    failure: exploration.failure && flatten(exploration.failure),
  };
}

/**
 * Reads what {@linkcode toResult} and `JSON.stringify()` wrote.
 *
 * @param text The text.
 * @returns The result.
 * @throws {SearchFileError} If it is none, or one of another version.
 */
export function parseResult(text: string): SearchResult {
  let value: Partial<SearchResult> | null = null;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new SearchFileError("Cannot read a result: the text is not JSON, it is cut or edited", {
      cause,
    });
  }
  if (value?.format !== FORMAT) {
    throw new SearchFileError("Cannot read a result: the text is not the result of a search");
  }
  if (value.version !== VERSION) {
    throw new SearchFileError(`Cannot read a result: version ${value.version} is not known, 1 is`);
  }
  const isWhole = Array.isArray(value.shards) && Array.isArray(value.outcomes) &&
    typeof value.search === "object" && Number.isSafeInteger(value.schedules);
  if (!isWhole) throw new SearchFileError("Cannot read a result: parts of it are missing");
  return value as SearchResult;
}

/**
 * Puts the results of the parts of a search together. If none of them was cut, the totals, outcomes
 * and the guarantee are those of the whole search in one go.
 *
 * @param results The results, in any order; as long as parts are missing, the guarantee says so.
 * @returns The result of the whole.
 * @throws {SearchFileError} If they are of different searches, or one is there twice.
 */
export function mergeResults(results: readonly SearchResult[]): SearchResult {
  return mergeParts(results, WHOLE);
}

/** As {@linkcode mergeResults}, for what together should be one shard of a larger search. */
export function mergeParts(results: readonly SearchResult[], whole: Shard): SearchResult {
  const [first, ...others] = results;
  if (first === undefined) throw new SearchFileError("Cannot merge results: there are none");
  for (const other of others) checkSame(first, other);
  const shards = results.flatMap((result) => result.shards);
  const twice = shards.find((shard, i) => shards.indexOf(shard) !== i);
  if (twice !== undefined) {
    throw new SearchFileError(`Cannot merge results: shard ${twice} is there twice`);
  }
  shards.sort((a, b) => parseInt(a) - parseInt(b));
  const schedules = sum(results.map((result) => result.schedules));
  const failed = sum(results.map((result) => result.failed));
  const estimates = results.flatMap(({ estimate }) => estimate ?? []);
  const estimate = estimates.length === 0 ? null : sum(estimates);
  const summary = mergeSearches(results, shards, whole);
  const { stoppedBy } = summary;
  // What is whole by itself may be of a strategy that has no parts.
  if (others.length === 0 && countShards(first) === 1) return first;
  const guarantee = describeGuarantee(summary, { schedules, failed, stoppedBy, estimate });
  return {
    ...first,
    guarantee,
    verdict: guarantee.slice(0, guarantee.indexOf(":")) as SearchResult["verdict"],
    search: { ...summary, level: summary.level === Infinity ? null : summary.level },
    shards,
    schedules,
    failed,
    estimate,
    outcomes: mergeOutcomes(results),
    failure: simplestFailure(results),
  };
}

function flatten(failure: ExplorationFailure): ResultFailure {
  const { error, identity, schedule, tape, found, narrative, report } = failure;
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return {
    message,
    identity,
    schedule,
    tape: tape.toString(),
    found: found.toString(),
    narrative,
    report,
  };
}

function checkSame(first: SearchResult, other: SearchResult): void {
  const key = COMMON.find((key) => first.search[key] !== other.search[key]) ??
    (countShards(first) === countShards(other) ? null : "number of shards");
  if (key === null) return;
  const value = (result: SearchResult) =>
    key === "number of shards" ? countShards(result) : JSON.stringify(result.search[key]);
  throw new SearchFileError(
    `Cannot merge results: the ${key} of one is ${value(first)}, of another ${value(other)}`,
  );
}

/** How many shards there are in all, those of other results included. */
function countShards({ shards }: SearchResult): number {
  return parseShard(shards[0] ?? "").count;
}

/** What the parts together have done: as much as the one that has done least. */
function mergeSearches(
  results: readonly SearchResult[],
  shards: readonly string[],
  whole: Shard,
): SearchSummary {
  const searches = results.map(({ search }) => ({ ...search, level: search.level ?? Infinity }));
  const [first] = searches as [SearchSummary];
  const count = countShards(results[0] as SearchResult);
  const missing = Array.from({ length: count }, (_, index) => index)
    .filter((index) => index % whole.count === whole.index)
    .map((index) => formatShard({ index, count }))
    .filter((shard) => !shards.includes(shard));
  const level = Math.min(...searches.map((search) => search.level));
  const isSameLevel = searches.every((search) => search.level === level) && missing.length === 0;
  const limits = searches.flatMap(({ stoppedBy }) => stoppedBy ?? [])
    .filter((limit) => !limit.startsWith(LACK));
  const chance = mergeChances(searches);
  const sizes = searches.flatMap(({ levelSize }) => levelSize ?? []);
  return {
    ...first,
    ...chance === null ? {} : { chance },
    shard: whole,
    level,
    isWhole: searches.every(({ isWhole }) => isWhole),
    levelSize: isSameLevel && sizes.length === searches.length ? sum(sizes) : null,
    levelDone: sum(searches.map(({ levelDone }) => levelDone)),
    stoppedBy: missing.length > 0
      ? `${LACK} ${missing.length === 1 ? "shard" : "shards"} ${missing.join(", ")}`
      : limits[0] ?? null,
  };
}

/** What PCT promises of all parts: they miss a bug only if each does. */
function mergeChances(searches: readonly SearchSummary[]): Chance | null {
  const chances = searches.flatMap(({ chance }) => chance ?? []);
  const [first] = chances;
  if (first === undefined) return null;
  return {
    found: 1 - chances.reduce((missed, { found }) => missed * (1 - found), 1),
    tasks: Math.max(...chances.map(({ tasks }) => tasks)),
    steps: Math.max(...chances.map(({ steps }) => steps)),
    depth: first.depth,
  };
}

function mergeOutcomes(results: readonly SearchResult[]): ResultOutcome[] {
  const merged = new Map<string, ResultOutcome>();
  for (const { outcome, count, tape } of results.flatMap(({ outcomes }) => outcomes)) {
    const known = merged.get(outcome) ?? { outcome, count: 0, tape };
    const simplest = isSimpler(valuesOf(tape), valuesOf(known.tape)) ? tape : known.tape;
    merged.set(outcome, { outcome, count: known.count + count, tape: simplest });
  }
  return [...merged.values()].sort((a, b) => b.count - a.count || (a.outcome < b.outcome ? -1 : 1));
}

function simplestFailure(results: readonly SearchResult[]): ResultFailure | null {
  let simplest: ResultFailure | null = null;
  for (const { failure } of results) {
    if (failure === null) continue;
    const isFirst = simplest === null;
    if (isFirst || isSimpler(valuesOf(failure.tape), valuesOf(simplest!.tape))) simplest = failure;
  }
  return simplest;
}

/** All answers of a tape. */
function valuesOf(text: string): number[] {
  const { length, deviations } = Tape.parse(text);
  const values = Array.from({ length }, () => 0);
  for (const { index, value } of deviations) values[index] = value;
  return values;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
