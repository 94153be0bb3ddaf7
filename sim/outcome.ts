/**
 * What a run came to, in all detail, for comparison with another.
 *
 * @module
 */

import type { DivergenceSide } from "./errors.ts";
import { Simulation } from "./simulation.ts";
import type { SimulationOptions } from "./simulation_options.ts";
import type { Trace, TraceEntry } from "./trace.ts";
import { describeThrown, textOf } from "./thrown.ts";

/** A program that is run several times. */
export type Program = (sim: Simulation) => unknown;

/** What a run came to. */
export interface Outcome {
  /** What it returned or threw. */
  readonly text: string;
  /** What happened. */
  readonly entries: readonly TraceEntry[];
  /** Its trace. */
  readonly trace: Trace;
}

/** The entry of which a run keeps the stacks, and the causal names of its event and of those before it. */
export interface Aim {
  readonly index: number;
  readonly causes: readonly number[];
}

/** Runs a program. */
export async function outcomeOf(
  main: Program,
  options: SimulationOptions,
  aim?: Aim,
): Promise<Outcome> {
  const sim = new Simulation({ traceMax: 1_000_000, ...options, traceParents: true });
  if (aim !== undefined) sim.trace.wantStacks(aim.index, aim.causes);
  const text = await sim.run(() => main(sim) as PromiseLike<unknown>).then(describe, describeError);
  return { text, entries: [...sim.trace], trace: sim.trace };
}

function describe(value: unknown): string {
  return `returned ${JSON.stringify(value) ?? textOf(value)}`;
}

function describeError(error: unknown): string {
  return `failed: ${describeThrown(error)}`;
}

/** The number of the first entry that differs, or that of entries if the results do; else `null`. */
export function differenceOf(first: Outcome, other: Outcome): number | null {
  const count = Math.max(first.entries.length, other.entries.length);
  for (let i = 0; i < count; i++) if (!isEqual(first.entries[i], other.entries[i])) return i;
  return first.text === other.text ? null : count;
}

function isEqual(a: TraceEntry | undefined, b: TraceEntry | undefined): boolean {
  return a?.time === b?.time && a?.cause === b?.cause && a?.host === b?.host &&
    a?.kind === b?.kind && a?.subject === b?.subject && a?.detail === b?.detail;
}

/**
 * Describes what happened at a place of a trace. Stacks are not kept in usual runs: the run is made once
 * more.
 *
 * @param outcome What the run came to.
 * @param index The place.
 * @param again Makes the run again.
 */
export async function describeSide(
  outcome: Outcome,
  index: number,
  again: (aim: Aim) => Promise<Outcome>,
): Promise<DivergenceSide> {
  const entry = outcome.entries[index];
  if (entry === undefined) return { event: outcome.text, frames: [], parents: [] };
  const parents: TraceEntry[] = [];
  for (let one = outcome.trace.parentOf(entry); one !== null; one = outcome.trace.parentOf(one)) {
    if (parents.push(one) === PARENTS_MAX) break;
  }
  const causes = [entry, ...parents].map(({ cause }) => cause);
  const { trace, entries } = await again({ index, causes });
  // A program whose runs differ may differ this time, too; events keep their names as long as they can.
  const recorded = entries[index]?.cause === entry.cause ? trace.framesOf() : [];
  return {
    event: entry,
    frames: recorded.length > 0 ? recorded : trace.framesOf(entry.cause),
    parents: parents.map((event) => ({ event, frames: trace.framesOf(event.cause) })),
  };
}

/** How many causes are told. */
const PARENTS_MAX = 3;
