/**
 * What a search came to, as text.
 *
 * @module
 */

import type { ResultFailure, SearchResult } from "../explore/search_result.ts";
import { formatCount } from "../explore/words.ts";

/** How many outcomes are listed, and how much of each. */
const OUTCOMES_MAX = 20;
const OUTCOME_LENGTH = 60;

/**
 * Writes what is known, what the schedules came to, and the report of a failure.
 *
 * @param result What the search came to.
 * @param command What runs a tape of it, as the beginning of a command line; empty if unknown.
 */
export function describeResult(result: SearchResult, command = ""): string {
  const { guarantee, outcomes, failure } = result;
  const lines = [guarantee];
  if (outcomes.length > 1) lines.push("", ...describeOutcomes(outcomes));
  if (failure !== null) lines.push("", ...describeFailure(failure, command));
  return lines.join("\n");
}

/** The report, with a command of this program in the place of one for a test of that name. */
function describeFailure({ report, tape }: ResultFailure, command: string): string[] {
  const lines = report.split("\n").filter((line) => !line.startsWith("Command:"));
  return command === "" ? lines : [...lines, `Command:    ${command} ${tape}`];
}

function describeOutcomes(outcomes: SearchResult["outcomes"]): string[] {
  const rows = outcomes.slice(0, OUTCOMES_MAX).map(({ outcome, count, tape }) =>
    [formatCount(count), cut(outcome), tape] as const
  );
  const [counts, texts] = [0, 1].map((column) =>
    Math.max(...rows.map((row) => (row[column] as string).length))
  ) as [number, number];
  const lines = rows.map(([count, text, tape]) =>
    `${count.padStart(counts)} x  ${text.padEnd(texts)}  ${tape}`
  );
  if (outcomes.length > OUTCOMES_MAX) lines.push(`… ${outcomes.length - OUTCOMES_MAX} more`);
  return lines;
}

function cut(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > OUTCOME_LENGTH ? `${line.slice(0, OUTCOME_LENGTH - 1)}…` : line;
}
