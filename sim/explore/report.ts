/**
 * What is told of a failure.
 *
 * @module
 */

import { formatCount } from "./words.ts";
import type { Tape } from "./tape.ts";
import { describeThrown } from "../thrown.ts";

/** How many lines of the trace's end are told. */
const TRACE_LINES = 20;

/** What a report is made of. */
export interface ReportContent {
  /** The name of the scenario; empty if it has none. */
  readonly name: string;
  /** What the run failed with. */
  readonly error: unknown;
  /** After how many schedules it was found. */
  readonly schedule: number;
  /** The tape as it was found. */
  readonly found: Tape;
  /** The tape, made simpler. */
  readonly tape: Tape;
  /** The trace, a line for each entry. */
  readonly trace: readonly string[];
  /** How many runs made the tape simpler. */
  readonly shrinkRuns: number;
  /** Whether no tape with fewer deviations fails in the same way. */
  readonly isMinimal: boolean;
  /** Whether nothing that was tried made it simpler. */
  readonly isLocallyMinimal: boolean;
}

/** Says in which points a run deviates from what usually happens, a line each. */
export function narrate(tape: Tape): string[] {
  if (tape.deviations.length === 0) return ["nothing: it fails in the usual order"];
  return tape.deviations.map(({ index, label, host, value, bound, words }) => {
    const what = words === "" ? `${label} is ${value} of 0 to ${bound - 1}` : words;
    return `decision ${index}${host === "" ? "" : ` on ${host}`}: ${what}`;
  });
}

/** Writes a report. */
export function writeReport(content: ReportContent): string {
  const { name, error, schedule, found, tape, trace, shrinkRuns } = content;
  const runs = `${formatCount(shrinkRuns)} ${shrinkRuns === 1 ? "run" : "runs"} to shrink it`;
  const from = found.deviations.length;
  const size = from === tape.deviations.length ? "" : ` from ${formatCount(from)} deviations`;
  const text = tape.toString();
  const end = trace.slice(-TRACE_LINES);
  if (end.length < trace.length) end.unshift(`… ${formatCount(trace.length - end.length)} earlier`);
  const rows = [
    ["seed", [tape.seed]],
    ["tape", [text]],
    ["deviates", [...narrate(tape), ...describeMinimality(content)]],
    ["trace", end],
  ] as const;
  const named = name === "" ? "" : `, { name: ${JSON.stringify(name)} }`;
  return [
    `Simulation failed${name === "" ? "" : ` in ${name}`}: ${describeThrown(error)}` +
    `   (schedule ${formatCount(schedule)}, ${runs}${size})`,
    ...rows.flatMap(([title, lines]) => layOut(title, lines)),
    `Replay it:  await replay(scenario, "${text}"${named})`,
  ].join("\n");
}

function describeMinimality({ isMinimal, isLocallyMinimal }: ReportContent): string[] {
  if (isMinimal) return ["(no schedule deviates less and fails so)"];
  return isLocallyMinimal ? [] : ["(a limit ended the search for less)"];
}

function layOut(title: string, lines: readonly string[]): string[] {
  return lines.map((line, i) => `  ${(i === 0 ? title : "").padEnd(9)} ${line}`);
}
