/**
 * Progress as lines of text, for logs.
 *
 * @module
 */

import type { ExploreProgress } from "../explore/explore_options.ts";
import { formatCount } from "../explore/words.ts";

/** How often a line is written, in seconds. */
const LINE_SECONDS = 5;

/** Shows how far a search is. */
export interface ProgressView {
  /** Shows it. */
  show(progress: ExploreProgress): void;
  /** Ends the view, so that other things can be written. */
  end(): void;
}

/** Writes a line every now and then. */
export class ProgressLines implements ProgressView {
  readonly #tell: (text: string) => void;
  #next = LINE_SECONDS;

  /** Made for one search. */
  constructor(tell: (text: string) => void) {
    this.#tell = tell;
  }

  /** Writes a line, if the last one was some seconds ago. */
  show(progress: ExploreProgress): void {
    if (progress.seconds < this.#next) return;
    this.#next = progress.seconds + LINE_SECONDS;
    this.#tell(describeProgress(progress));
  }

  /** There is nothing to end. */
  end(): void {}
}

/** How many schedules there are to run, about; `null` if nothing is known. */
export function expectedTotal({ estimate, maxSchedules }: ExploreProgress): number | null {
  const total = Math.min(maxSchedules, estimate ?? Infinity);
  return total === Infinity ? null : total;
}

/** Says in a line how far a search is. */
export function describeProgress(progress: ExploreProgress): string {
  const { schedules, failed, level, estimate, seconds } = progress;
  const words = [`${formatCount(schedules)} schedules`, `${formatCount(failed)} failed`];
  if (level >= 0 && level < Infinity) words.push(`level ${level} is complete`);
  if (estimate !== null) words.push(`about ${formatCount(estimate)} in all`);
  words.push(`${seconds.toFixed(0)} s`);
  return words.join(", ");
}
