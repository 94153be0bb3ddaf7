/**
 * The words of the guarantee.
 *
 * @module
 */

import type { Audit } from "./audit.ts";
import type { Overlap, Search } from "./search.ts";
import { formatShard } from "./shard.ts";

/** What the words say of a search. */
type Searched = Pick<
  Search,
  | "name"
  | "isExhaustive"
  | "unit"
  | "level"
  | "isWhole"
  | "levelSize"
  | "levelDone"
  | "shard"
  | "faults"
  | "classes"
  | "redundant"
  | "overlap"
  | "chance"
>;

/** What a search came to. */
export interface Tally {
  /** How many schedules were run. */
  readonly schedules: number;
  /** How many of them failed. */
  readonly failed: number;
  /** The limit that stopped the search; `null` if it ended by itself. */
  readonly stoppedBy: string | null;
  /** How many schedules there are in all, about; `null` if that was not estimated. */
  readonly estimate: number | null;
  /** Whether turns that were taken to be independent are; `null` if none were. */
  readonly audit?: Audit | null;
}

/** Writes a number with a comma after each three digits; a large estimate in the short way. */
export function formatCount(count: number): string {
  if (count >= 1e9) return count.toExponential(1);
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** What a search guarantees, in words. Says "complete" only if nothing was cut. */
export function describeGuarantee(search: Searched, tally: Tally): string {
  const { schedules, failed, stoppedBy } = tally;
  const runs = `${formatCount(schedules)} ${schedules === 1 ? "schedule" : "schedules"}`;
  if (failed > 0) {
    return `failed: ${formatCount(failed)} of ${runs} ${failed === 1 ? "fails" : "fail"}`;
  }
  const leaks = tally.audit?.leaks ?? [];
  if (leaks.length > 0) return `incomplete: ${runs} pass, but ${leaks[0]}`;
  const { shard } = search;
  const part = shard.count === 1 ? "" : ` of shard ${formatShard(shard)}`;
  if (!search.isExhaustive) {
    const bound = boundOf({ ...search, level: -1 });
    return `sampled: ${runs} by ${search.name}${bound}${part} pass${describeChance(search)}`;
  }
  if (stoppedBy === null && search.classes !== undefined) return describeClasses(search, tally);
  if (stoppedBy === null) {
    const bound = search.isWhole ? "" : boundOf(search);
    return `complete: all ${runs}${bound}${part} pass`;
  }
  return [`incomplete: stopped by ${stoppedBy} after ${runs}`, ...describeProgress(search, tally)]
    .join(", ");
}

/** What an outcome shows that a schedule came to, and no class. */
export function describeUnknown(outcome: string): string {
  return `a schedule comes to ${outcome}, which no class does`;
}

/** What is known when a schedule of each class has passed. */
function describeClasses(search: Searched, { estimate, audit }: Tally): string {
  const { classes = 0, redundant = 0, shard, overlap = { runs: 0, least: 0 } } = search;
  const isPart = shard.count > 1;
  const all = estimate === null || estimate <= 1
    ? "all schedules"
    : `all schedules, about ${formatCount(estimate)} by estimate`;
  const what = isPart
    ? `${formatCount(classes)} ${classes === 1 ? "class" : "classes"} of shard ${
      formatShard(shard)
    }`
    : `${countClasses(classes, overlap)} ${all}`;
  const notes = [
    `${formatCount(audit?.pairs ?? 0)} swaps audited`,
    ...redundant === 0 ? [] : [plural(redundant, "redundant runs")],
    ...isPart && overlap.runs > 0
      ? [`other shards may have run ${formatCount(overlap.runs)} of the classes too`]
      : [],
  ];
  const bound = boundOf({ ...search, level: -1 });
  return `complete (DPOR): ${what}${bound}, and all pass; ${notes.join("; ")}`;
}

/** How many classes there are; some may have been counted by several shards. */
function countClasses(classes: number, { runs, least }: Overlap): string {
  const fewest = classes - runs + least;
  const range = fewest < classes ? `${formatCount(fewest)} to ` : "";
  return `${range}${formatCount(classes)} ${classes === 1 ? "class covers" : "classes cover"}`;
}

function describeProgress(search: Searched, { estimate }: Tally): string[] {
  const words: string[] = [];
  if (search.level >= 0) {
    words.push(`all${boundOf(search)} pass`);
  }
  if (search.levelSize !== null) {
    const percent = Math.floor(100 * search.levelDone / search.levelSize);
    words.push(`${percent} % of those with ${plural(search.level + 1, search.unit)}`);
  }
  if (estimate !== null) words.push(`about ${formatCount(estimate)} in all by estimate`);
  return words;
}

/** Up to what bounds every schedule was run, or is drawn. */
function boundOf({ level, unit, faults = Infinity }: Searched): string {
  const bounds = [
    ...level >= 0 && level < Infinity ? [plural(level, unit)] : [],
    ...faults < Infinity ? [plural(faults, "faults")] : [],
  ];
  return bounds.length === 0 ? "" : ` with at most ${bounds.join(" and ")}`;
}

/** How likely a bug is found that PCT makes a promise about. */
function describeChance({ chance }: Searched): string {
  if (chance === undefined || chance.found <= 0) return "";
  const { found, tasks, steps, depth } = chance;
  const turns = depth === 1 ? "one turn" : `${depth} turns in order`;
  return `, and find a bug that takes ${turns} with a probability of at least ` +
    `${formatPercent(found)} (n = ${formatCount(tasks)}, k = ${formatCount(steps)})`;
}

/** Writes a probability with two digits, rounded down. */
function formatPercent(probability: number): string {
  const percent = 100 * probability;
  if (percent === 0 || percent >= 10) return `${Math.floor(percent)} %`;
  const digits = 1 - Math.floor(Math.log10(percent));
  const unit = 10 ** digits;
  return digits > 6 ? `${percent.toExponential(1)} %` : `${Math.floor(percent * unit) / unit} %`;
}

function plural(count: number, unit: string): string {
  return `${count} ${count === 1 ? unit.slice(0, -1) : unit}`;
}
