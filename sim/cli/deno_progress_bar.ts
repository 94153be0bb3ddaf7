/**
 * Progress as a bar on a terminal.
 *
 * @module
 */

import cliProgress from "cli-progress";
import process from "node:process";
import type { ExploreProgress } from "../explore/explore_options.ts";
import { describeProgress, expectedTotal, type ProgressView } from "./progress_view.ts";

/** What of the library is used; it has no types of its own. */
interface Bar {
  start(total: number, value: number, payload: { text: string }): void;
  setTotal(total: number): void;
  update(value: number, payload: { text: string }): void;
  stop(): void;
}

const OPTIONS = {
  format: "{bar} {percentage} %  {text}",
  stream: process.stderr,
  barsize: 24,
  hideCursor: true,
  clearOnComplete: true,
};

/** Draws a bar on standard error. */
export class ProgressBar implements ProgressView {
  #bar: Bar | null = null;

  /** Draws it, or draws it anew. */
  show(progress: ExploreProgress): void {
    const text = describeProgress(progress);
    const total = Math.ceil(expectedTotal(progress) ?? progress.schedules);
    if (this.#bar === null) {
      const { SingleBar, Presets } = cliProgress;
      const bar: Bar = new SingleBar(OPTIONS, Presets.shades_classic);
      this.#bar = bar;
      bar.start(total, progress.schedules, { text });
      return;
    }
    this.#bar.setTotal(Math.max(total, progress.schedules));
    this.#bar.update(progress.schedules, { text });
  }

  /** Takes the bar away. */
  end(): void {
    this.#bar?.stop();
    this.#bar = null;
  }
}
