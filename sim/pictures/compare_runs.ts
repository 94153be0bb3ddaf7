/**
 * What two runs of a program have in common, and where they part.
 *
 * @module
 */

import { formatEntry, type TraceEntry } from "../trace.ts";
import type { RecordedRun } from "./recorded_run.ts";

/** A line of the comparison of two runs. */
export interface ComparedEntry {
  /** Its number in the first run; -1 if it is only in the second. */
  readonly left: number;
  /** Its number in the second run; -1 if it is only in the first. */
  readonly right: number;
  /** Whether it happened in both, but not in this order: then it is there twice. */
  readonly isMoved: boolean;
}

/**
 * Compares what happened in two runs. An entry is the same in both if it has the same cause and says
 * the same, whenever it happened. As much as possible is kept in line; what is in both all the same
 * has moved.
 *
 * @param left A run.
 * @param right Another run of the same program.
 * @returns The lines, in an order that keeps the order of both runs.
 */
export function compareRuns(left: RecordedRun, right: RecordedRun): ComparedEntry[] {
  const keys = keysOf(right.entries);
  const places = new Map(keys.map((key, index) => [key, index]));
  const partners = keysOf(left.entries).map((key) => places.get(key) ?? -1);
  const inLine = longestRise(partners);
  const partnered = new Set(partners);
  const lines: ComparedEntry[] = [];
  let next = 0;
  const fill = (end: number): void => {
    for (; next < end; next++) {
      lines.push({ left: -1, right: next, isMoved: partnered.has(next) });
    }
  };
  partners.forEach((partner, index) => {
    if (!inLine.has(index)) {
      lines.push({ left: index, right: -1, isMoved: partner >= 0 });
      return;
    }
    fill(partner);
    lines.push({ left: index, right: partner, isMoved: false });
    next = partner + 1;
  });
  fill(right.entries.length);
  return lines;
}

/** Whether two runs are the same: nothing is in one only, and nothing has moved. */
export function areSame(lines: readonly ComparedEntry[]): boolean {
  return lines.every(({ left, right }) => left >= 0 && right >= 0);
}

/**
 * Writes a comparison as text: `-` is before what is only in the first run, `+` before what is only
 * in the second, `<` and `>` before what is in both at another place.
 *
 * @param left The first run.
 * @param right The second run.
 * @param around How many common lines to show around a difference.
 * @returns The text; empty if the runs are the same.
 */
export function formatComparison(left: RecordedRun, right: RecordedRun, around = 3): string {
  const lines = compareRuns(left, right);
  const isShown = lines.map(() => false);
  lines.forEach((line, index) => {
    if (line.left >= 0 && line.right >= 0) return;
    isShown.fill(true, Math.max(0, index - around), index + around + 1);
  });
  const text: string[] = [];
  let hidden = 0;
  const note = () => {
    if (hidden > 0) text.push(`  … ${hidden} the same`);
    hidden = 0;
  };
  lines.forEach((line, index) => {
    if (!isShown[index]) {
      hidden++;
      return;
    }
    note();
    text.push(`${markOf(line)} ${formatEntry(entryOf(line, left, right))}`);
  });
  if (text.length > 0) note();
  return text.join("\n");
}

function markOf({ left, right, isMoved }: ComparedEntry): string {
  if (left >= 0 && right >= 0) return " ";
  if (isMoved) return left >= 0 ? "<" : ">";
  return left >= 0 ? "-" : "+";
}

function entryOf({ left, right }: ComparedEntry, a: RecordedRun, b: RecordedRun): TraceEntry {
  return (left >= 0 ? a.entries[left] : b.entries[right]) as TraceEntry;
}

/** A key for each entry: what it says and what caused it, and the how manieth such it is. */
function keysOf(entries: readonly TraceEntry[]): string[] {
  const counts = new Map<string, number>();
  return entries.map(({ cause, host, kind, subject, detail }) => {
    const key = JSON.stringify([cause, host, kind, subject, detail]);
    const nth = counts.get(key) ?? 0;
    counts.set(key, nth + 1);
    return `${key}${nth}`;
  });
}

/** The indexes of a longest rising subsequence; what is negative is left out. */
function longestRise(values: readonly number[]): Set<number> {
  /** For each length, the index of the smallest value that such a subsequence ends with. */
  const ends: number[] = [];
  const before: number[] = [];
  values.forEach((value, index) => {
    if (value < 0) return;
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((values[ends[middle] as number] as number) < value) low = middle + 1;
      else high = middle;
    }
    before[index] = low === 0 ? -1 : ends[low - 1] as number;
    ends[low] = index;
  });
  const rise = new Set<number>();
  for (let index = ends.at(-1) ?? -1; index >= 0; index = before[index] as number) rise.add(index);
  return rise;
}
