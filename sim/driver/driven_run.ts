/**
 * Runs whose turns somebody else takes: a search takes those of many runs in one macrotask.
 *
 * @module
 */

import type { DriveScope } from "./deno_drain.ts";
import type { UncaughtTaker } from "./deno_uncaught.ts";
import type { Simulation } from "../simulation.ts";

/** A test that a search runs again and again, each time in a world of its own. */
export type SimScenario = (sim: Simulation) => unknown;

/** A run that is driven from outside, turn by turn. */
export interface DrivenRun extends DriveScope, UncaughtTaker {
  /** Takes one turn, which must find the microtask queue empty; returns whether there is one more. */
  step(): boolean;
  /** Ends the run with a failure unless it has failed already. */
  fail(error: unknown): void;
  /**
   * Ends the run.
   *
   * @returns The outcome of the scenario.
   * @throws {Error} What the run failed with.
   */
  end(): unknown;
}
