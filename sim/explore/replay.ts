/**
 * Running what a tape recorded.
 *
 * @module
 */

import type { SimScenario } from "../simulation.ts";
import { runInDetail } from "./detail.ts";
import { TapeError } from "./errors.ts";
import type { ScenarioOptions } from "./explore_options.ts";
import { Replay, type ReplayMode, type ReplayStrategyOptions } from "./replay_strategy.ts";
import { Runner } from "./runner.ts";
import { hashName, Tape } from "./tape.ts";

/** How a tape is replayed. */
export interface ReplayOptions extends ScenarioOptions, ReplayStrategyOptions {
  /**
   * How closely to keep to the tape.
   *
   * @default {"strict"}
   */
  readonly mode?: ReplayMode;
}

/** What a replay that passes came to. */
export interface Replayed {
  /** What the scenario returned, as text. */
  readonly outcome: string;
  /** What happened, a line each. */
  readonly trace: string;
  /** How many deviations of the tape were not taken because they did not fit. */
  readonly skipped: number;
  /** The tape of this run. */
  readonly tape: Tape;
}

/**
 * Runs what a tape recorded, in a fresh world with the tape's seed.
 *
 * @example The line that a report has one paste
 * ```ts
 * import { explore, replay, type Simulation } from "@twinloop/twinloop/sim";
 * import { assertRejects } from "@std/assert";
 *
 * const scenario = (sim: Simulation) => {
 *   if (sim.choose("coin", 2) === 1) throw new Error("tails");
 * };
 * const { failure } = await explore(scenario);
 * await assertRejects(() => replay(scenario, failure!.tape.toString()), Error, "tails");
 * ```
 *
 * @param scenario The scenario.
 * @param tape The tape, or its text.
 * @param options How closely to keep to it, and what the world is like.
 * @returns What the run came to, if it passes.
 * @throws {TapeError} If the text is no tape, or one of another scenario.
 * @throws {TapeMismatchError} If the mode is `"strict"` or `"continue"` and the tape does not fit.
 * @throws {Error} What the run fails with.
 */
export async function replay(
  scenario: SimScenario,
  tape: Tape | string,
  options: ReplayOptions = {},
): Promise<Replayed> {
  const parsed = typeof tape === "string" ? Tape.parse(tape) : tape;
  checkScenario(parsed, options);
  const runner = makeRunner(scenario, { ...options, seed: options.seed ?? parsed.seed });
  const strategy = new Replay(parsed, options.mode, options);
  const run = await runInDetail(runner, strategy, options.name ?? "");
  const misfit = strategy.mismatch;
  strategy.finish();
  // A deviation that does not fit explains whatever came of it; a failure explains an early end.
  const { mismatch } = strategy;
  if (mismatch !== null && (run.failure === null || mismatch === misfit)) throw mismatch;
  if (run.failure !== null) throw run.failure.error;
  const { skipped } = strategy;
  return { outcome: run.outcome, trace: run.sim.trace.toString(), skipped, tape: run.tape };
}

/** Refuses a tape of another scenario. */
export function checkScenario(tape: Tape, options: ScenarioOptions): void {
  const name = options.name ?? "";
  if (tape.scenarioHash === 0 || name === "" || tape.scenarioHash === hashName(name)) return;
  const other = tape.scenario === "" ? "another scenario" : `scenario "${tape.scenario}"`;
  throw new TapeError(`Cannot replay a tape: it was recorded for ${other}, not for "${name}"`);
}

/** Makes what runs a scenario. */
export function makeRunner(scenario: SimScenario, options: ScenarioOptions): Runner {
  const world = { ...options.world, seed: options.seed ?? 0 };
  return new Runner(scenario, { world, quiet: options.quiet ?? false });
}
