/**
 * What is told of a failure.
 *
 * @module
 */

import { formatCount } from "./words.ts";
import type { Tape } from "./tape.ts";

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
  /** The tape. */
  readonly tape: Tape;
  /** The trace, a line for each entry. */
  readonly trace: readonly string[];
  /** How many runs made the tape simpler. */
  readonly shrinkRuns: number;
  /** Whether no tape with fewer deviations fails in the same way. */
  readonly isMinimal: boolean;
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
  const { name, error, schedule, tape, trace, shrinkRuns, isMinimal } = content;
  const found = `schedule ${formatCount(schedule)}, ${formatCount(shrinkRuns)} runs to shrink it`;
  const text = tape.toString();
  const end = trace.slice(-TRACE_LINES);
  if (end.length < trace.length) end.unshift(`… ${formatCount(trace.length - end.length)} earlier`);
  const rows = [
    ["seed", [tape.seed]],
    ["tape", [text]],
    ["deviates", [
      ...narrate(tape),
      ...(isMinimal ? ["(no schedule deviates less and fails so)"] : []),
    ]],
    ["trace", end],
  ] as const;
  const named = name === "" ? "" : `, { name: ${JSON.stringify(name)} }`;
  return [
    `Simulation failed${name === "" ? "" : ` in ${name}`}: ${describeError(error)}   (${found})`,
    ...rows.flatMap(([title, lines]) => layOut(title, lines)),
    `Replay it:  await replay(scenario, "${text}"${named})`,
    ...(name === ""
      ? []
      : [`Command:    TWINLOOP_REPLAY=${text} deno test -A --filter ${JSON.stringify(name)}`]),
  ].join("\n");
}

function layOut(title: string, lines: readonly string[]): string[] {
  return lines.map((line, i) => `  ${(i === 0 ? title : "").padEnd(9)} ${line}`);
}

function describeError(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
