/**
 * Whether a program is a function of its seed: the same runs, in worlds that differ in what the
 * program must not notice.
 *
 * @module
 */

import { DivergenceError } from "./errors.ts";
import {
  type Aim,
  describeSide,
  differenceOf,
  type Outcome,
  outcomeOf,
  type Program,
} from "./outcome.ts";
import type { Simulation } from "./simulation.ts";
import type { SimulationOptions } from "./simulation_options.ts";

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

/** How many entries before the difference are told. */
const COMMON = 5;

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

/**
 * Runs a program several times in worlds that differ in what it must not notice, and compares
 * traces and outcomes. What differs leaks from outside: module state that survives a run, an
 * iteration order, a clock that the simulation does not know. At a difference the two runs are made once
 * more, to tell where in the program it came from.
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
    const other = await variedOutcome(main, make, variation);
    const index = differenceOf(first, other);
    if (index === null) continue;
    throw new DivergenceError(variation, index, [
      await describeSide(first, index, (aim) => outcomeOf(main, make(), aim)),
      await describeSide(other, index, (aim) => variedOutcome(main, make, variation, aim)),
    ], first.entries.slice(Math.max(0, index - COMMON), index));
  }
  return first.entries.length;
}

/** Runs the program as a variation says. */
async function variedOutcome(
  main: Program,
  make: () => SimulationOptions,
  variation: Variation,
  aim?: Aim,
): Promise<Outcome> {
  if (variation === "after another") await outcomeOf(main, { ...make(), seed: "d15c0" });
  return await outcomeOf(main, vary(make(), variation), aim);
}

function vary(options: SimulationOptions, variation: Variation): SimulationOptions {
  if (variation === "wall clock") {
    return { ...options, wallClock: (options.wallClock ?? 0) + WALL_SHIFT };
  }
  if (variation !== "other drain") return options;
  return { ...options, drain: options.drain === "macrotask" ? "checkpoint" : "macrotask" };
}
