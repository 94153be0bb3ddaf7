/**
 * Making a failing tape simpler.
 *
 * @module
 */

import type { SimScenario } from "../simulation.ts";
import { type DetailedRun, repeat, runInDetail } from "./detail.ts";
import type { ScenarioOptions } from "./explore_options.ts";
import { isSimpler } from "./outcome_table.ts";
import { LevelSearch } from "./level_search.ts";
import { narrate } from "./report.ts";
import { Recorder } from "./recorder.ts";
import { Replay } from "./replay_strategy.ts";
import { checkScenario, makeRunner } from "./replay.ts";
import type { Plan, Run, Runner } from "./runner.ts";
import { PrefixStrategy } from "./search.ts";
import { Tape } from "./tape.ts";

const RUNS_MAX = 500;
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
  /** In which points the run deviates from what usually happens, a line each. */
  readonly narrative: readonly string[];
}

/**
 * Makes a failing tape simpler: fewer deviations, then shorter delays, then fewer decisions, so that
 * the run still fails in the same way, see {@linkcode identify}. The result is run three times more.
 *
 * What it tries: no deviation at all; leaving out deviations by halves, quarters, and one by one;
 * smaller answers; and, with what is left of the runs, all schedules with fewer deviations.
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
  run: Run,
  options: ShrinkOptions,
): Promise<Shrunk & { readonly run: DetailedRun }> {
  const shrinker = new Shrinker(runner, run, options.maxRuns ?? RUNS_MAX);
  const isMinimal = await shrinker.work();
  let verified = await repeat(runner, shrinker.best, options.name ?? "");
  for (let i = 1; i < VERIFICATIONS; i++) {
    verified = await repeat(runner, verified, options.name ?? "");
  }
  return {
    run: verified,
    tape: verified.tape,
    error: verified.failure?.error,
    runs: shrinker.runs,
    isMinimal,
    narrative: narrate(verified.tape),
  };
}

class Shrinker {
  /** The simplest run that fails in the same way. */
  best: Run;
  /** How many runs were made. */
  runs = 0;
  readonly #runner: Runner;
  readonly #max: number;
  /** Whether a run was not made because it would have been one too many. */
  #isSpent = false;
  /** The answers that were tried, as text. */
  readonly #tried = new Set<string>();

  constructor(runner: Runner, run: Run, max: number) {
    this.#runner = runner;
    this.best = run;
    this.#max = max;
  }

  /** Returns whether no schedule with fewer deviations fails in the same way. */
  async work(): Promise<boolean> {
    if (this.#deviations().length === 0) return true;
    if (await this.#try([])) return true;
    await this.#leaveOut();
    await this.#lower();
    return await this.#searchFewer();
  }

  /** Where the best run deviates. */
  #deviations(): number[] {
    return this.best.decisions.values.flatMap((value, index) => value === 0 ? [] : index);
  }

  /** Leaves out deviations by halves, then by ever smaller parts (ddmin, Zeller and Hildebrandt). */
  async #leaveOut(): Promise<void> {
    let parts = 2;
    for (;;) {
      const deviations = this.#deviations();
      if (deviations.length < 2) return;
      const size = Math.ceil(deviations.length / parts);
      let hasShrunk = false;
      for (let start = 0; start < deviations.length && !hasShrunk; start += size) {
        const values = this.best.decisions.values.slice();
        for (const index of deviations.slice(start, start + size)) values[index] = 0;
        hasShrunk = await this.#try(values);
      }
      if (hasShrunk) parts = Math.max(2, parts - 1);
      else if (size === 1) return;
      else parts = Math.min(parts * 2, deviations.length);
    }
  }

  /** Lowers answers: to 1, to half, by one. */
  async #lower(): Promise<void> {
    for (let hasShrunk = true; hasShrunk;) {
      hasShrunk = false;
      for (const index of this.#deviations()) {
        const value = this.best.decisions.values[index] ?? 0;
        for (const lower of [1, value >> 1, value - 1]) {
          if (lower < 1 || lower >= value || hasShrunk) continue;
          const values = this.best.decisions.values.slice();
          values[index] = lower;
          hasShrunk = await this.#try(values);
        }
      }
    }
  }

  /** Runs all schedules with fewer deviations, as far as the budget goes; returns whether it did. */
  async #searchFewer(): Promise<boolean> {
    const count = this.#deviations().length;
    if (count < 2) return true;
    const search = new LevelSearch("deviations", count - 1);
    for (;;) {
      const runs = await this.#runner.batch(
        () => this.#spend(search),
        (decisions) => search.ended(decisions),
      );
      const found = runs.find(({ outcome }) => outcome === this.best.outcome);
      if (found !== undefined) {
        this.best = found;
        await this.#lower();
        return true;
      }
      if (runs.length === 0) return !this.#isSpent;
    }
  }

  #spend(search: LevelSearch): Plan | null {
    const plan = search.next();
    if (plan === null) return null;
    this.#isSpent = this.runs >= this.#max;
    if (this.#isSpent) return null;
    this.runs++;
    return plan;
  }

  /** Tries answers; returns whether they make a simpler run that fails in the same way. */
  async #try(values: readonly number[]): Promise<boolean> {
    const end = values.findLastIndex((value) => value !== 0) + 1;
    const key = values.slice(0, end).join();
    if (this.#tried.has(key) || this.runs >= this.#max) return false;
    this.#tried.add(key);
    this.runs++;
    const run = await this.#runner.one(new Recorder(new PrefixStrategy(values.slice(0, end))));
    const isBetter = run.outcome === this.best.outcome &&
      isSimpler(run.decisions.values, this.best.decisions.values);
    if (isBetter) this.best = run;
    return isBetter;
  }
}
