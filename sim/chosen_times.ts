/**
 * Times that are decided by the strategy.
 *
 * @module
 */

/** How many times there are at most. */
const COUNT_MAX = 100_000;

/** Times among which the strategy chooses. */
export interface ChosenTimes {
  /** What they are called in reports: `chosen(0.001, 0.5, 0.001)`. */
  readonly name: string;
  /** The times in seconds, by answer; the first is what usually happens. */
  readonly times: readonly number[];
}

/**
 * Makes evenly spaced times among which the strategy chooses: unlike what is drawn from a
 * distribution, they are on the tape. A search tries them, and a failing tape is made simpler until
 * only those are left that matter, each as round as the failure allows: 1 ms, 10 ms, 100 ms.
 *
 * @example A failure that needs a latency of more than 37 ms
 * ```ts
 * import { chosen, explore, type Simulation } from "@twinloop/twinloop/sim";
 * import { assertEquals } from "@std/assert";
 *
 * const latency = chosen(0.001, 0.5, 0.001);
 * function scenario(sim: Simulation) {
 *   const [first, second] = [sim.chooseTime("first", latency), sim.chooseTime("second", latency)];
 *   if (first > 0.037 || first + second > 2) throw new Error("too late");
 * }
 * const { failure } = await explore(scenario, { strategy: "random" });
 * assertEquals(failure?.narrative, ["decision 0: first is 0.1 s instead of 0.001 s"]);
 * ```
 *
 * @param least The least time, in seconds: what usually happens.
 * @param most What no time exceeds, in seconds.
 * @param step How far one is from the next, in seconds.
 * @returns The times.
 * @throws {RangeError} If a value is negative or not finite, `step` is 0, `most` is less than `least`, or
 * there are more than 100,000.
 */
export function chosen(least: number, most: number, step: number): ChosenTimes {
  for (const [name, value] of Object.entries({ least, most, step })) {
    if (value >= 0 && value < Infinity) continue;
    throw new RangeError(`Cannot make chosen: ${name} ${value} is negative or not finite`);
  }
  if (step === 0) throw new RangeError("Cannot make chosen: step is 0");
  if (most < least) {
    throw new RangeError(`Cannot make chosen: most ${most} is less than least ${least}`);
  }
  // What is missing to a whole step may be a rounding error.
  const count = Math.floor((most - least) / step * (1 + 1e-12)) + 1;
  if (count > COUNT_MAX) {
    throw new RangeError(`Cannot make chosen: ${count} times are more than ${COUNT_MAX}`);
  }
  const times = Array.from({ length: count }, (_, i) => tidy(least + i * step));
  return { name: `chosen(${least}, ${most}, ${step})`, times };
}

/** Leaves out digits that are there only because numbers are binary. */
function tidy(seconds: number): number {
  return Number(seconds.toPrecision(12));
}
