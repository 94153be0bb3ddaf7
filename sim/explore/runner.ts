/**
 * Runs a scenario again and again.
 *
 * @module
 */

import { emptyContext } from "../../poller/mod.ts";
import { drive } from "../deno_drain.ts";
import { takeRejections } from "../deno_rejections.ts";
import { beginRun, type DrivenRun, type SimScenario, Simulation } from "../simulation.ts";
import type { SimulationOptions } from "../simulation_options.ts";
import type { Strategy } from "../strategy.ts";
import { quietly } from "./deno_console.ts";
import { describeValue, identify } from "./identity.ts";
import { type Decisions, Recorder } from "./recorder.ts";

/** How many runs a batch has at most; the first has one, each further one eight times as many. */
const BATCH_RUNS_MAX = 256;
/** How many turns a batch takes, about. */
const BATCH_TURNS_MAX = 4096;

/** What a run did. */
export interface Run {
  /** Its world. */
  readonly sim: Simulation;
  /** Its decisions. */
  readonly decisions: Decisions;
  /** What it came to: equal texts are equal outcomes. */
  readonly outcome: string;
  /** What it failed with; `null` if it passed. */
  readonly failure: { readonly error: unknown } | null;
}

/** A run that is to be made, possibly twice. */
export type Plan = () => Strategy;

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
    this.#scenario = scenario;
    this.#options = options;
  }

  /**
   * Makes one run.
   *
   * @param recorder What answers the decisions and keeps them.
   * @param traceMax How many entries its trace keeps.
   */
  async one(recorder: Recorder, traceMax = 0): Promise<Run> {
    const active = this.#begin(recorder, traceMax);
    const giveBack = takeRejections((reason) => active.run.reject(reason));
    try {
      await this.#drive(() => active.run.step());
    } finally {
      giveBack();
    }
    return finish(active);
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
    const giveBack = takeRejections(() => hasRejected = true);
    const step = (): boolean => {
      if (hasRejected) return false;
      if (active === null) {
        const plan = plans.length < this.#batchRuns && turns < BATCH_TURNS_MAX ? next() : null;
        if (plan === null) return false;
        plans.push(plan);
        active = this.#begin(new Recorder(plan()), 0);
      }
      if (active.run.step()) return true;
      turns += active.sim.turns;
      const run = finish(active);
      active = null;
      runs.push(run);
      onEnd(run.decisions);
      return run.failure === null;
    };
    try {
      await this.#drive(step);
    } finally {
      giveBack();
    }
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
    const sim = new Simulation({ ...this.#options.world, strategy: recorder, traceMax });
    return { sim, recorder, run: beginRun(sim, this.#scenario) };
  }

  #drive(step: () => boolean): Promise<unknown> {
    const { quiet, world } = this.#options;
    const drain = () => emptyContext(() => drive(step, world.drain));
    return quiet ? quietly(drain) : drain();
  }
}

function finish({ sim, run, recorder }: Active): Run {
  try {
    const outcome = describeValue(run.end());
    return { sim, decisions: recorder, outcome, failure: null };
  } catch (error) {
    return { sim, decisions: recorder, outcome: `failed: ${identify(error)}`, failure: { error } };
  }
}
