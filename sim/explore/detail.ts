/**
 * Running a schedule once more, with everything noted that a report needs.
 *
 * @module
 */

import type { Simulation } from "../simulation.ts";
import type { Strategy } from "../strategy.ts";
import { NondeterminismError } from "./errors.ts";
import { type Decisions, DetailedRecorder } from "./recorder.ts";
import type { Run, Runner } from "./runner.ts";
import { PrefixStrategy } from "./search.ts";
import { Tape } from "./tape.ts";

/** How many entries the trace of such a run keeps. */
const TRACE_MAX = 10_000;

/** A run with its tape. */
export interface DetailedRun extends Run {
  /** Its world. */
  readonly sim: Simulation;
  /** Its tape. */
  readonly tape: Tape;
  /** The times that the answers to decisions about times stood for, if they deviate, by their numbers. */
  readonly times: ReadonlyMap<number, readonly number[]>;
}

/** Makes a run and its tape. */
export async function runInDetail(
  runner: Runner,
  strategy: Strategy,
  scenario: string,
): Promise<DetailedRun> {
  const recorder = new DetailedRecorder(strategy);
  const run = await runner.one(recorder, TRACE_MAX);
  const { deviations, values, times } = recorder;
  const tape = new Tape({ scenario, seed: run.sim.seed, length: values.length, deviations });
  return { ...run, tape, times };
}

/**
 * Makes a run again.
 *
 * @throws {NondeterminismError} If it is not the same.
 */
export async function repeat(runner: Runner, run: Run, scenario: string): Promise<DetailedRun> {
  const again = await runInDetail(runner, new PrefixStrategy(run.decisions.values), scenario);
  compare(run.decisions, again.decisions);
  if (run.outcome !== again.outcome) {
    throw new NondeterminismError("the outcome of a schedule", run.outcome, again.outcome);
  }
  return again;
}

/** Throws the first difference between two runs with the same answers. */
function compare(first: Decisions, second: Decisions): void {
  const length = Math.max(first.values.length, second.values.length);
  for (let i = 0; i < length; i++) {
    const isSame = first.labels[i] === second.labels[i] && first.bounds[i] === second.bounds[i] &&
      first.causes[i] === second.causes[i] && first.values[i] === second.values[i];
    if (!isSame) throw new NondeterminismError(`decision ${i}`, at(first, i), at(second, i));
  }
}

function at({ labels, bounds, causes }: Decisions, index: number): string {
  if (index >= labels.length) return "not made";
  const event = (causes[index] as number).toString(16);
  return `"${labels[index]}" with ${bounds[index]} answers in event ${event}`;
}
