/**
 * Whether a program is a function of its seed: the same runs, in worlds that differ in what the
 * program must not notice.
 *
 * @module
 */

import { DivergenceError } from "./errors.ts";
import { Simulation } from "./simulation.ts";
import type { SimulationOptions } from "./simulation_options.ts";
import type { TraceEntry } from "./trace.ts";

/** In what a run differs from the first, which it must equal. */
export type Variation =
  /** In nothing. */
  | "again"
  /** In the wall clock: it begins at another date, at another second of the day. */
  | "wall clock"
  /** In what ran before it: the same program with another seed. */
  | "after another"
  /** In how microtasks are drained, see {@linkcode SimulationOptions.drain}. */
  | "other drain";

const ALL: readonly Variation[] = ["again", "wall clock", "after another", "other drain"];

/** Seconds by which the other wall clock differs: more than a year, and no whole number of minutes. */
const WALL_SHIFT = 34_300_801;

/** How a program is checked. */
export interface DeterminismOptions {
  /**
   * Makes the options of a run; called for each, since a strategy serves one simulation only.
   *
   * @default {a world with seed 0}
   */
  readonly options?: () => SimulationOptions;
  /**
   * The runs to make besides the first. Leave `"wall clock"` out for a program that shows the date.
   *
   * @default {all}
   */
  readonly variations?: readonly Variation[];
}

/** What a run came to. */
interface Outcome {
  readonly text: string;
  readonly entries: readonly TraceEntry[];
  readonly parentOf: (entry: TraceEntry) => TraceEntry | null;
}

/**
 * Runs a program several times in worlds that differ in what it must not notice, and compares
 * traces and outcomes. What differs leaks from outside: module state that survives a run, an
 * iteration order, a clock that the simulation does not know.
 *
 * @example State that survives a run is found
 * ```ts
 * import { checkDeterminism, DivergenceError } from "@twinloop/twinloop/sim";
 * import { assertRejects } from "@std/assert";
 *
 * let connections = 0;
 * await assertRejects(
 *   () => checkDeterminism((sim) => sim.sleep(++connections)),
 *   DivergenceError,
 *   'The run "again" differs from the first',
 * );
 * ```
 *
 * @param main The program; called by `Simulation.run`, with the simulation.
 * @param options Which worlds.
 * @returns How many trace entries each run had.
 * @throws {DivergenceError} If a run differs, with the first difference.
 */
export async function checkDeterminism(
  main: (sim: Simulation) => unknown,
  options: DeterminismOptions = {},
): Promise<number> {
  const { options: make = () => ({ seed: 0 }), variations = ALL } = options;
  const first = await outcomeOf(main, make());
  for (const variation of variations) {
    const varied = vary(make(), variation);
    if (variation === "after another") await outcomeOf(main, { ...make(), seed: "d15c0" });
    compare(variation, first, await outcomeOf(main, varied));
  }
  return first.entries.length;
}

function vary(options: SimulationOptions, variation: Variation): SimulationOptions {
  if (variation === "wall clock") {
    return { ...options, wallClock: (options.wallClock ?? 0) + WALL_SHIFT };
  }
  if (variation !== "other drain") return options;
  return { ...options, drain: options.drain === "macrotask" ? "checkpoint" : "macrotask" };
}

async function outcomeOf(
  main: (sim: Simulation) => unknown,
  options: SimulationOptions,
): Promise<Outcome> {
  const sim = new Simulation({ traceMax: 1_000_000, ...options, traceParents: true });
  const text = await sim.run(() => main(sim) as PromiseLike<unknown>).then(describe, describeError);
  return { text, entries: [...sim.trace], parentOf: (entry) => sim.trace.parentOf(entry) };
}

function describe(value: unknown): string {
  return `returned ${JSON.stringify(value) ?? String(value)}`;
}

function describeError(error: unknown): string {
  return `failed: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`;
}

function compare(variation: Variation, first: Outcome, other: Outcome): void {
  const count = Math.max(first.entries.length, other.entries.length);
  for (let i = 0; i < count; i++) {
    const [a, b] = [first.entries[i], other.entries[i]];
    if (a !== undefined && b !== undefined && isEqual(a, b)) continue;
    const parents = [a && first.parentOf(a), b && other.parentOf(b)] as const;
    const common = first.entries.slice(Math.max(0, i - 5), i);
    throw new DivergenceError(variation, i, [a, b], parents, common);
  }
  if (first.text !== other.text) {
    throw new DivergenceError(variation, count, [first.text, other.text], [], []);
  }
}

function isEqual(a: TraceEntry, b: TraceEntry): boolean {
  return a.time === b.time && a.cause === b.cause && a.host === b.host && a.kind === b.kind &&
    a.subject === b.subject && a.detail === b.detail;
}
