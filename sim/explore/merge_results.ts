/**
 * Putting the results of the parts of a search together.
 *
 * @module
 */

import type { Audit } from "./audit.ts";
import { SearchFileError } from "./errors.ts";
import type { SearchSummary } from "./explore_options.ts";
import { isSimpler } from "./outcome_table.ts";
import type { Chance, Overlap } from "./search.ts";
import type { ResultFailure, ResultOutcome, SearchResult } from "./search_result.ts";
import { formatShard, parseShard, type Shard, SHARD_OUTCOMES_MAX, WHOLE } from "./shard.ts";
import { Tape } from "./tape.ts";
import { describeGuarantee, describeUnknown } from "./words.ts";

/** What stops a merged search from being complete as long as parts are missing. */
const LACK = "the lack of";

/** What must be the same in all parts of a search. */
const COMMON = ["scenario", "name", "seed", "bound"] as const;

/**
 * Puts the results of the parts of a search together. If none of them was cut, the totals, outcomes
 * and the guarantee are those of the whole search in one go. By `dpor`, a part adds the failure that its
 * audit came to, even if it is of a class that another part ran.
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
  // A part that was not cut has as many schedules as it has run.
  const estimate = results.every(({ estimate }) => estimate === null)
    ? null
    : sum(results.map(({ estimate, schedules }) => estimate ?? schedules));
  const summary = mergeSearches(results, shards, whole);
  const { stoppedBy } = summary;
  // What is whole by itself lists fewer outcomes than the parts of a search do.
  if (others.length === 0 && countShards(first) === 1) return first;
  const classes = first.classes === null ? null : sum(results.map(({ classes }) => classes ?? 0));
  const outcomes = mergeOutcomes(results);
  const isAll = stoppedBy === null && whole.count === 1;
  const audit = mergeAudits(results, isAll ? outcomes : null);
  const searched = classes === null ? summary : { ...summary, classes };
  const tally = { schedules, failed, stoppedBy, estimate, audit };
  // How far the parts are says nothing of those that are missing.
  const guarantee = isLack(stoppedBy)
    ? describeGuarantee({ ...searched, level: -1 }, { ...tally, estimate: null })
    : describeGuarantee(searched, tally);
  return {
    ...first,
    guarantee,
    verdict: /^\w+/.exec(guarantee)?.[0] as SearchResult["verdict"],
    search: { ...summary, level: summary.level === Infinity ? null : summary.level },
    shards,
    schedules,
    classes,
    audit,
    failed,
    estimate,
    outcomes,
    failure: simplestFailure(results),
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
  const counts = shards.map(countOf);
  const [count] = counts;
  if (count !== undefined && counts.every((other) => other === count)) return count;
  throw new SearchFileError(
    `Cannot merge results: the shards of one are ${shards.join(", ") || "missing"}`,
  );
}

/** Of how many shards one is. */
function countOf(shard: string): number {
  try {
    return parseShard(shard).count;
  } catch (cause) {
    throw new SearchFileError(`Cannot merge results: shard ${shard} is not one such as 1/4`, {
      cause,
    });
  }
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
    .filter((limit) => !isLack(limit));
  const chance = mergeChances(searches);
  const overlap = mergeOverlaps(searches);
  const sizes = searches.flatMap(({ levelSize }) => levelSize ?? []);
  return {
    ...first,
    ...chance === null ? {} : { chance },
    ...overlap === null ? {} : { overlap },
    ...first.redundant === undefined
      ? {}
      : { redundant: sum(searches.map(({ redundant }) => redundant ?? 0)) },
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

/** Whether a search has stopped only because parts of it are missing. */
function isLack(stoppedBy: string | null): boolean {
  return stoppedBy !== null && stoppedBy.startsWith(LACK);
}

/** What PCT promises of all parts: they miss a bug only if each does. */
function mergeChances(searches: readonly SearchSummary[]): Chance | null {
  const chances = searches.flatMap(({ chance }) => chance ?? []);
  const [first] = chances;
  if (first === undefined) return null;
  const tasks = Math.max(...chances.map(({ tasks }) => tasks));
  const steps = Math.max(...chances.map(({ steps }) => steps));
  const { depth } = first;
  let missed = 1;
  for (const chance of chances) {
    // Who did not reach the last steps promises nothing.
    if (chance.steps < steps) continue;
    const told = logMissed(chance.tasks, steps, depth);
    const weight = chance.tasks === tasks ? 1 : logMissed(tasks, steps, depth) / told;
    missed *= (1 - chance.found) ** weight;
  }
  return { found: 1 - missed, tasks, steps, depth };
}

/** The logarithm of how likely one run of PCT misses a bug, at most. */
function logMissed(tasks: number, steps: number, depth: number): number {
  return Math.log1p(-1 / (tasks * steps ** (depth - 1)));
}

/** What several parts may have run: it may be the same for all, or not. */
function mergeOverlaps(searches: readonly SearchSummary[]): Overlap | null {
  const overlaps = searches.flatMap(({ overlap }) => overlap ?? []);
  if (overlaps.length === 0) return null;
  return {
    runs: sum(overlaps.map(({ runs }) => runs)),
    least: Math.max(...overlaps.map(({ least }) => least)),
  };
}

/** Puts audits together; compares them with what all classes came to, if that is known. */
function mergeAudits(
  results: readonly SearchResult[],
  classes: readonly ResultOutcome[] | null,
): Audit | null {
  const audits = results.flatMap(({ audit }) => audit ?? []);
  if (audits.length === 0) return null;
  const outcomes = unite(audits.map(({ outcomes }) => outcomes)).sort();
  const isListed = results.every((result) => result.outcomes.length < SHARD_OUTCOMES_MAX);
  const known = new Set(classes?.map(({ outcome }) => outcome));
  const unknown = classes === null || !isListed
    ? []
    : outcomes.filter((outcome) => !known.has(outcome)).map(describeUnknown);
  return {
    pairs: sum(audits.map(({ pairs }) => pairs)),
    leaks: unite([...audits.map(({ leaks }) => leaks), unknown]),
    outcomes,
  };
}

/** All texts of some lists, each once. */
function unite(lists: readonly (readonly string[])[]): string[] {
  return [...new Set(lists.flat())];
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
