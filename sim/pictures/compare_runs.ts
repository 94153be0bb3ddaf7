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
 * the same, whenever it happened; between such entries, those that say the same are taken for the
 * same whatever their cause. As much as possible is kept in line; what has its like elsewhere moved.
 *
 * @param left A run.
 * @param right Another run of the same program.
 * @returns The lines, in an order that keeps the order of both runs.
 */
export function compareRuns(left: RecordedRun, right: RecordedRun): ComparedEntry[] {
  const [leftKeys, rightKeys] = [keysOf(left.entries), keysOf(right.entries)];
  const [here, there] = [new Set(leftKeys), new Set(rightKeys)];
  const anchors = align(leftKeys, rightKeys);
  const lines: ComparedEntry[] = [];
  const only = (from: Place, to: Place): void => {
    for (let i = from.left; i < to.left; i++) {
      lines.push({ left: i, right: -1, isMoved: there.has(leftKeys[i] as string) });
    }
    for (let i = from.right; i < to.right; i++) {
      lines.push({ left: -1, right: i, isMoved: here.has(rightKeys[i] as string) });
    }
  };
  const pair = ({ left, right }: Place) => lines.push({ left, right, isMoved: false });
  let from: Place = { left: 0, right: 0 };
  const end: Place = { left: leftKeys.length, right: rightKeys.length };
  for (const anchor of [...anchors, end]) {
    const inner = align(
      left.entries.slice(from.left, anchor.left).map(sayingOf),
      right.entries.slice(from.right, anchor.right).map(sayingOf),
    );
    const start = from;
    for (const place of inner) {
      const at = { left: start.left + place.left, right: start.right + place.right };
      only(from, at);
      pair(at);
      from = after(at);
    }
    only(from, anchor);
    if (anchor === end) break;
    pair(anchor);
    from = after(anchor);
  }
  return lines;
}

/** An entry of the first run and one of the second. */
interface Place {
  readonly left: number;
  readonly right: number;
}

function after({ left, right }: Place): Place {
  return { left: left + 1, right: right + 1 };
}

/** The most pairs of equal texts that keep the order of both sides. */
function align(left: readonly string[], right: readonly string[]): Place[] {
  const places = new Map(numbered(right).map((key, index) => [key, index]));
  const partners = numbered(left).map((key) => places.get(key) ?? -1);
  return longestRise(partners).map((index) => ({ left: index, right: partners[index] as number }));
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

/** What an entry says, without its time. */
function sayingOf({ host, kind, subject, detail }: TraceEntry): string {
  return JSON.stringify([host, kind, subject, detail]);
}

/** A key for each entry: what it says and what caused it, and the how manieth such it is. */
function keysOf(entries: readonly TraceEntry[]): string[] {
  return numbered(entries.map((entry) => `${entry.cause} ${sayingOf(entry)}`));
}

/** Makes equal texts different: by the how manieth they are. */
function numbered(texts: readonly string[]): string[] {
  const counts = new Map<string, number>();
  return texts.map((text) => {
    const nth = counts.get(text) ?? 0;
    counts.set(text, nth + 1);
    return `${text} ${nth}`;
  });
}

/** The indexes of a longest rising subsequence, in order; what is negative is left out. */
function longestRise(values: readonly number[]): number[] {
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
  const rise: number[] = [];
  for (let index = ends.at(-1) ?? -1; index >= 0; index = before[index] as number) rise.push(index);
  return rise.reverse();
}
