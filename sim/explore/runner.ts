/**
 * Runs a scenario again and again.
 *
 * @module
 */

import { captureContext, emptyContext } from "../../poller/mod.ts";
import { drive, type DriveScope } from "../driver/deno_drain.ts";
import { holdPatches } from "../globals/deno_patches.ts";
import { takeUncaught, type UncaughtTaker } from "../driver/deno_uncaught.ts";
import { beginRun, type DrivenRun, type SimScenario, Simulation } from "../simulation.ts";
import type { SimulationOptions } from "../simulation_options.ts";
import type { Strategy } from "../strategy.ts";
import { mute } from "./deno_console.ts";
import { describeValue, identify } from "./identity.ts";
import { type Decisions, Recorder } from "./recorder.ts";

/** How many runs a batch has at most; the first has one, each further one eight times as many. */
const BATCH_RUNS_MAX = 256;
/** How many turns a batch takes, about. */
const BATCH_TURNS_MAX = 4096;

/** What a run did. */
export interface Run {
  /** Its decisions. */
  readonly decisions: Decisions;
  /** What it came to: equal texts are equal outcomes. */
  readonly outcome: string;
  /** What it failed with; `null` if it passed. */
  readonly failure: { readonly error: unknown } | null;
}

/** A run that is to be made, possibly twice. */
export interface Plan {
  /** Makes what answers its decisions. */
  (): Strategy;
  /** Whether it is another shard's, run here only because others are made of it: not counted. */
  readonly isOthers?: boolean;
}

/** How a runner is made. */
export interface RunnerOptions {
  /** What the worlds are like. */
  readonly world: SimulationOptions;
  /** Whether what the scenario writes to the console is dropped. */
  readonly quiet: boolean;
}

/** A run under way. */
interface Active {
  readonly sim: Simulation;
  readonly run: DrivenRun;
  readonly recorder: Recorder;
}

/** Runs a scenario, each time in a fresh world: many in one macrotask. */
export class Runner {
  readonly #scenario: SimScenario;
  readonly #options: RunnerOptions;
  #batchRuns = 1;

  /** Made by a search. */
  constructor(scenario: SimScenario, options: RunnerOptions) {
    const context = captureContext();
    this.#scenario = (sim) => context(() => scenario(sim));
    this.#options = options;
  }

  /**
   * Keeps the globals of the process under the rule of simulations between runs too, which spares
   * their exchange for each batch.
   *
   * @returns Gives them back.
   */
  hold(): () => void {
    return this.#options.world.fences === false ? () => {} : holdPatches();
  }

  /**
   * Makes one run.
   *
   * @param recorder What answers the decisions and keeps them.
   * @param traceMax How many entries its trace keeps.
   */
  async one(recorder: Recorder, traceMax = 0): Promise<Run & { readonly sim: Simulation }> {
    // A run looks at its begin whether the patches are held.
    const release = this.hold();
    try {
      const active = this.#begin(recorder, traceMax);
      await this.#drive(() => active.run.step(), active.run, active.run);
      return { ...finish(active), sim: active.sim };
    } finally {
      release();
    }
  }

  /**
   * Makes some runs. Deno tells of unhandled rejections between macrotasks: if it does, it is not
   * known whose they are, and the runs are made again one by one.
   *
   * @param next Says what to run next; `null` ends the batch.
   * @param onEnd Told of each run when it has ended, before it is known about rejections.
   */
  async batch(next: () => Plan | null, onEnd: (decisions: Decisions) => void): Promise<Run[]> {
    const plans: Plan[] = [];
    const runs: Run[] = [];
    let active: Active | null = null;
    let turns = 0;
    let hasRejected = false;
    const step = (): boolean => {
      if (hasRejected) return false;
      if (active === null) {
        const plan = plans.length < this.#batchRuns && turns < BATCH_TURNS_MAX ? next() : null;
        if (plan === null) return false;
        plans.push(plan);
        active = this.#begin(new Recorder(plan()), 0);
        active.run.enter();
      }
      if (active.run.step()) return true;
      turns += active.sim.turns;
      active.run.leave();
      const run = finish(active);
      active = null;
      runs.push(run);
      onEnd(run.decisions);
      return run.failure === null;
    };
    const scope = {
      enter: () => active?.run.enter(),
      leave: () => active?.run.leave(),
      stuck: () => active?.run.stuck?.(),
    };
    await this.#drive(step, scope, {
      reject: () => hasRejected = true,
      threw: (error) => {
        if (active === null) hasRejected = true;
        else active.run.threw(error);
      },
    });
    this.#batchRuns = Math.min(BATCH_RUNS_MAX, this.#batchRuns * 8);
    if (!hasRejected) return runs;
    return await this.#again(plans, runs.length, onEnd);
  }

  async #again(
    plans: readonly Plan[],
    told: number,
    onEnd: (decisions: Decisions) => void,
  ): Promise<Run[]> {
    const runs: Run[] = [];
    for (const plan of plans) {
      const run = await this.one(new Recorder(plan()));
      if (runs.length >= told) onEnd(run.decisions);
      runs.push(run);
    }
    return runs;
  }

  #begin(recorder: Recorder, traceMax: number): Active {
    const { world } = this.#options;
    const traceParents = traceMax > 0 || (world.traceParents ?? false);
    const sim = new Simulation({ ...world, strategy: recorder, traceMax, traceParents });
    return { sim, recorder, run: beginRun(sim, this.#scenario) };
  }

  async #drive(
    step: () => boolean,
    runScope: DriveScope,
    taker: UncaughtTaker,
  ): Promise<void> {
    const { quiet, world } = this.#options;
    const release = this.hold();
    const { scope, giveBack } = takeUncaught(taker, runScope);
    const unmute = quiet ? mute() : null;
    try {
      const options = { mode: world.drain, scope, watchdog: world.watchdog };
      await emptyContext(() => drive(step, options));
    } finally {
      unmute?.();
      giveBack();
      release();
    }
  }
}

function finish({ run, recorder }: Active): Run {
  try {
    const outcome = describeValue(run.end());
    return { decisions: recorder, outcome, failure: null };
  } catch (error) {
    return { decisions: recorder, outcome: `failed: ${identify(error)}`, failure: { error } };
  }
}
