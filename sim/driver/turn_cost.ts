/**
 * How long turns take, in worlds where that is not nothing.
 *
 * @module
 */

import { SeededRandom, splitSeed } from "../seed.ts";
import type { SimulationOptions } from "../simulation_options.ts";

/**
 * Returns what tells how long a turn takes, in seconds; `null` if turns take no time.
 *
 * @throws {RangeError} If the option is negative or not finite.
 */
export function turnCostOf(
  { turnCost = 0 }: SimulationOptions,
  seed: bigint,
): (() => number) | null {
  if (typeof turnCost !== "number") {
    // Its stream is its own: what else is drawn stays the same.
    const random = new SeededRandom(splitSeed(seed, "turn cost"));
    return () => turnCost.sample(random);
  }
  if (!(turnCost >= 0 && turnCost < Infinity)) {
    throw new RangeError(
      `Cannot make a simulation: turnCost ${turnCost} is negative or not finite`,
    );
  }
  return turnCost === 0 ? null : () => turnCost;
}
