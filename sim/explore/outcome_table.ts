/**
 * What the schedules of a search came to.
 *
 * @module
 */

import type { Run } from "./runner.ts";

/** What some schedules came to, and the simplest of them. */
export interface OutcomeCount {
  /** What the scenario returned, or what it failed with. */
  readonly outcome: string;
  /** How many schedules came to it. */
  readonly count: number;
  /** The answers of the simplest: fewest deviations, then shortest delays, then fewest decisions. */
  readonly values: readonly number[];
}

/** Counts outcomes. */
export class OutcomeTable {
  readonly #outcomes = new Map<string, { count: number; values: readonly number[] }>();

  /** How many different outcomes there were. */
  get size(): number {
    return this.#outcomes.size;
  }

  /** Adds a run. */
  add(run: Run): void {
    const { values } = run.decisions;
    const known = this.#outcomes.get(run.outcome);
    if (known === undefined) {
      this.#outcomes.set(run.outcome, { count: 1, values });
      return;
    }
    known.count++;
    if (isSimpler(values, known.values)) known.values = values;
  }

  /** Adds what another table counted. */
  restore(outcomes: readonly (readonly [string, number, readonly number[]])[]): void {
    for (const [outcome, count, values] of outcomes) this.#outcomes.set(outcome, { count, values });
  }

  /** Returns what {@linkcode OutcomeTable.restore} takes. */
  save(): [string, number, readonly number[]][] {
    return [...this.#outcomes].map(([outcome, { count, values }]) => [outcome, count, values]);
  }

  /** Returns the outcomes, the most frequent first. */
  list(): OutcomeCount[] {
    return [...this.#outcomes].map(([outcome, { count, values }]) => ({ outcome, count, values }))
      .sort((a, b) => b.count - a.count || (a.outcome < b.outcome ? -1 : 1));
  }
}

/**
 * Whether answers are simpler than others: fewer deviations, then shorter delays, then fewer, then
 * deviations that come sooner. Of any two, one is simpler, in whatever order they are found.
 */
export function isSimpler(values: readonly number[], than: readonly number[]): boolean {
  const deviations = countDeviations(values) - countDeviations(than);
  if (deviations !== 0) return deviations < 0;
  const delays = countDelays(values) - countDelays(than);
  if (delays !== 0) return delays < 0;
  if (values.length !== than.length) return values.length < than.length;
  const parting = values.findIndex((value, i) => value !== than[i]);
  return parting >= 0 && (values[parting] as number) > (than[parting] as number);
}

function countDeviations(values: readonly number[]): number {
  let count = 0;
  for (const value of values) if (value !== 0) count++;
  return count;
}

function countDelays(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
