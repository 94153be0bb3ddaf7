/**
 * Making a failing tape simpler.
 *
 * @module
 */

import type { Clock } from "../../poller/mod.ts";
import { DenoClock } from "../../poller/deno_clock.ts";
import type { SimScenario } from "../simulation.ts";
import { type DetailedRun, repeat, runInDetail } from "./detail.ts";
import type { ScenarioOptions } from "./explore_options.ts";
import { narrate } from "./report.ts";
import { Replay } from "./replay_strategy.ts";
import { checkScenario, makeRunner } from "./replay.ts";
import type { Runner } from "./runner.ts";
import { Shrinker } from "./shrinker.ts";
import { Tape } from "./tape.ts";

const RUNS_MAX = 500;
const SECONDS_MAX = 10;
/** How often the result is run again. */
const VERIFICATIONS = 3;

/** How a tape is made simpler. */
export interface ShrinkOptions extends ScenarioOptions {
  /**
   * How many runs to spend.
   *
   * @default {500}
   */
  readonly maxRuns?: number;
  /**
   * How many seconds to spend.
   *
   * @default {10}
   */
  readonly maxSeconds?: number;
  /**
   * What measures `maxSeconds`.
   *
   * @default {the machine's monotonic clock}
   */
  readonly clock?: Clock;
}

/** A failing tape that was made simpler. */
export interface Shrunk {
  /** The tape. */
  readonly tape: Tape;
  /** What the run fails with. */
  readonly error: unknown;
  /** How many runs it took, without those that verified the result. */
  readonly runs: number;
  /** Whether every schedule with fewer deviations was run and does not fail in this way. */
  readonly isMinimal: boolean;
  /** Whether no pass could make it simpler; false if a limit ended them. */
  readonly isLocallyMinimal: boolean;
  /** In which points the run deviates from what usually happens, a line each. */
  readonly narrative: readonly string[];
}

/**
 * Makes a failing tape simpler: fewer deviations, then fewer faults among them, then rounder times (see
 * {@linkcode chosen}), then shorter delays, then fewer changes from host to host and fewer turns, so that the run still fails in the same way, see
 * {@linkcode identify}. The result is run three times more.
 *
 * What it tries, in this order: no deviation at all; only those before the failure, and only those in
 * its causal past; no deviations at the end, at the beginning; none of one kind or on one host; leaving out
 * by halves, quarters, and one by one; 1 ms, 10 ms and so on for a time; smaller answers; the same answer to a decision nearby; and, with what is
 * left of the runs, all schedules with fewer deviations.
 *
 * @example A deviation that does not matter is left out
 * ```ts
 * import { explore, shrink, type Simulation } from "@twinloop/twinloop/sim";
 * import { assertEquals } from "@std/assert";
 *
 * const scenario = (sim: Simulation) => {
 *   const [size, order] = [sim.choose("size", 9), sim.choose("order", 3)];
 *   if (order === 2 && size !== 0) throw new Error("out of order");
 *   if (order === 2) throw new Error("out of order");
 * };
 * const options = { strategy: "random", shrinkRuns: 0 } as const;
 * const { failure } = await explore(scenario, options);
 * const { tape } = await shrink(scenario, failure!.tape);
 * assertEquals(tape.deviations.map(({ label, value }) => [label, value]), [["order", 2]]);
 * ```
 *
 * @param scenario The scenario.
 * @param tape The tape, or its text.
 * @param options What the worlds are like, and how much to spend.
 * @returns The simpler tape.
 * @throws {TapeError} If the text is no tape, or one of another scenario.
 * @throws {TapeMismatchError} If the tape does not fit the scenario.
 * @throws {TypeError} If the tape's run passes.
 * @throws {NondeterminismError} If a run differs from one with the same answers.
 */
export async function shrink(
  scenario: SimScenario,
  tape: Tape | string,
  options: ShrinkOptions = {},
): Promise<Shrunk> {
  const parsed = typeof tape === "string" ? Tape.parse(tape) : tape;
  checkScenario(parsed, options);
  const runner = makeRunner(scenario, { ...options, seed: options.seed ?? parsed.seed });
  const strategy = new Replay(parsed);
  const run = await runInDetail(runner, strategy, options.name ?? "");
  if (strategy.mismatch !== null) throw strategy.mismatch;
  if (run.failure === null) throw new TypeError("Cannot shrink a tape: its run passes");
  return await shrinkRun(runner, run, options);
}

/** As {@linkcode shrink}, for a run that was made. */
export async function shrinkRun(
  runner: Runner,
  run: DetailedRun,
  options: ShrinkOptions,
): Promise<Shrunk & { readonly run: DetailedRun }> {
  const { name = "", maxRuns = RUNS_MAX, maxSeconds = SECONDS_MAX } = options;
  const clock = options.clock ?? new DenoClock();
  const shrinker = new Shrinker(run, { runner, name, maxRuns, maxSeconds, clock });
  const isMinimal = await shrinker.work();
  let verified = await repeat(runner, shrinker.best, name);
  for (let i = 1; i < VERIFICATIONS; i++) verified = await repeat(runner, verified, name);
  return {
    run: verified,
    tape: verified.tape,
    error: verified.failure?.error,
    runs: shrinker.runs,
    isMinimal,
    isLocallyMinimal: !shrinker.isSpent,
    narrative: narrate(verified.tape),
  };
}
