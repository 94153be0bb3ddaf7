/**
 * What several workers have come to, put together.
 *
 * @module
 */

import { SearchFileError } from "./errors.ts";
import type { ExploreProgress } from "./explore_options.ts";

const FORMAT = "twinloop-jobs";
const VERSION = 1;

/** Writes the checkpoints of workers as one; those that have none yet begin anew. */
export function writeJobsCheckpoint(checkpoints: readonly (string | null)[]): string {
  return `${JSON.stringify({ format: FORMAT, version: VERSION, checkpoints })}\n`;
}

/**
 * Reads what {@linkcode writeJobsCheckpoint} wrote. Whether each is whole is seen by its worker.
 *
 * @throws {SearchFileError} If it is something else, cut or edited, or of another number of workers.
 */
export function parseJobsCheckpoint(text: string, jobs: number): (string | null)[] {
  let value: { format?: unknown; version?: unknown; checkpoints?: unknown } | null = null;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new SearchFileError(
      "Cannot resume a search: the text is no checkpoint of workers, or was cut or edited",
      { cause },
    );
  }
  const { format, version, checkpoints } = value ?? {};
  if (format !== FORMAT || !Array.isArray(checkpoints)) {
    throw new SearchFileError("Cannot resume a search: the text is no checkpoint of workers");
  }
  if (version !== VERSION) {
    throw new SearchFileError(
      `Cannot resume a search: version ${JSON.stringify(version)} is not known, 1 is`,
    );
  }
  if (checkpoints.length !== jobs) {
    throw new SearchFileError(
      `Cannot resume a search: it had ${checkpoints.length} jobs, not ${jobs}`,
    );
  }
  const job = checkpoints.findIndex((part) => part !== null && typeof part !== "string");
  if (job < 0) return checkpoints;
  throw new SearchFileError(
    `Cannot resume a search: the checkpoint of job ${job + 1} of ${jobs} is no text, it was edited`,
  );
}

/** Adds the progress of workers up; those that have not told anything yet count as at the start. */
export function joinProgress(parts: readonly (ExploreProgress | null)[]): ExploreProgress {
  const known = parts.flatMap((part) => part ?? []);
  const estimates = known.flatMap(({ estimate }) => estimate ?? []);
  return {
    schedules: sum(known.map(({ schedules }) => schedules)),
    failed: sum(known.map(({ failed }) => failed)),
    outcomes: Math.max(0, ...known.map(({ outcomes }) => outcomes)),
    seconds: Math.max(0, ...known.map(({ seconds }) => seconds)),
    maxSchedules: sum(known.map(({ maxSchedules }) => maxSchedules)),
    level: known.length < parts.length ? -1 : Math.min(...known.map(({ level }) => level)),
    estimate: estimates.length < parts.length ? null : sum(estimates),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
