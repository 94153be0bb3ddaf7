/**
 * What the command knows of the world around it.
 *
 * @module
 */

import type { LoadedScenario } from "../explore/deno_scenario_module.ts";
import type { ExploreInWorkersOptions } from "../explore/deno_jobs.ts";
import type { SearchResult } from "../explore/search_result.ts";
import type { ProgressView } from "./progress_view.ts";

/** The terminal, the files and the modules that a command works with. */
export interface Terminal {
  /** Writes a text and a line end on standard output. */
  print(text: string): void;
  /** Writes a text and a line end on standard error. */
  tell(text: string): void;
  /** What shows progress. */
  readonly progress: ProgressView;
  /** Aborted by Ctrl+C, from the first call on; until then that ends the process as usual. */
  interrupted(): AbortSignal;
  /**
   * Reads a text file.
   *
   * @throws {UsageError} If it cannot be read.
   */
  read(path: string): string;
  /** Whether there is such a file. */
  has(path: string): boolean;
  /**
   * Writes a text file, all of it or nothing.
   *
   * @throws {UsageError} If it cannot be written.
   */
  save(path: string, text: string): void;
  /**
   * Loads a scenario.
   *
   * @throws {ScenarioModuleError} If there is none.
   */
  load(module: string): Promise<LoadedScenario>;
  /** Searches in workers. */
  exploreInWorkers(module: string, options: ExploreInWorkersOptions): Promise<SearchResult>;
}
