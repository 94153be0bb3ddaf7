/**
 * How long things take when that differs from one time to the next.
 *
 * @module
 */

import type { RandomSource } from "../poller/mod.ts";

/** Times to draw from, in seconds. */
export interface Distribution {
  /** What it is called in reports: `uniform(0.001, 0.002)`. */
  readonly name: string;
  /**
   * Draws a time.
   *
   * @param random Where the randomness comes from.
   * @returns The time in seconds, not negative.
   */
  sample(random: RandomSource): number;
}

/**
 * Makes a distribution that has one value only.
 *
 * @param seconds The value.
 * @returns The distribution; it draws nothing.
 * @throws {RangeError} If `seconds` is negative or not finite.
 */
export function fixed(seconds: number): Distribution {
  check("fixed", "seconds", seconds);
  return { name: `fixed(${seconds})`, sample: () => seconds };
}

/**
 * Makes a distribution whose values are all equally likely.
 *
 * @example Latencies of 1 to 3 ms
 * ```ts
 * import { SeededRandom, uniform } from "@twinloop/twinloop/sim";
 * import { assert } from "@std/assert";
 *
 * const seconds = uniform(0.001, 0.003).sample(new SeededRandom(1));
 * assert(seconds >= 0.001 && seconds < 0.003);
 * ```
 *
 * @param least The least value, in seconds.
 * @param most What no value reaches, in seconds.
 * @returns The distribution.
 * @throws {RangeError} If a value is negative or not finite, or `most` is less than `least`.
 */
export function uniform(least: number, most: number): Distribution {
  check("uniform", "least", least);
  check("uniform", "most", most);
  if (most < least) {
    throw new RangeError(`Cannot make uniform: most ${most} is less than least ${least}`);
  }
  return {
    name: `uniform(${least}, ${most})`,
    sample: (random) => least + (most - least) * random.next(),
  };
}

/**
 * Makes the distribution of the time between events that happen independently of each other: often
 * short, seldom long.
 *
 * @param mean The mean, in seconds.
 * @param least What is added to every value, in seconds.
 * @returns The distribution.
 * @throws {RangeError} If a value is negative or not finite.
 */
export function exponential(mean: number, least: number = 0): Distribution {
  check("exponential", "mean", mean);
  check("exponential", "least", least);
  return {
    name: `exponential(${mean}, ${least})`,
    sample: (random) => least - mean * Math.log(1 - random.next()),
  };
}

/**
 * Makes a distribution whose logarithm is normal, as round trips on the internet roughly are.
 *
 * @param median Half of the values are less, in seconds.
 * @param sigma The standard deviation of the logarithm: at 1, one value of six is more than 2.7
 * times the median.
 * @returns The distribution.
 * @throws {RangeError} If a value is negative or not finite.
 */
export function logNormal(median: number, sigma: number): Distribution {
  check("logNormal", "median", median);
  check("logNormal", "sigma", sigma);
  return {
    name: `logNormal(${median}, ${sigma})`,
    sample: (random) => median * Math.exp(sigma * drawNormal(random)),
  };
}

/**
 * Makes a distribution that takes most values from one and some from another: a cache that misses,
 * a path with a detour.
 *
 * @param usual Where most values come from; a number counts as fixed.
 * @param rare Where the others come from.
 * @param share The share of the others, 0 to 1.
 * @returns The distribution.
 * @throws {RangeError} If `share` is not from 0 to 1.
 */
export function bimodal(
  usual: number | Distribution,
  rare: number | Distribution,
  share: number,
): Distribution {
  if (!(share >= 0 && share <= 1)) {
    throw new RangeError(`Cannot make bimodal: share ${share} is not from 0 to 1`);
  }
  const one = toDistribution(usual);
  const other = toDistribution(rare);
  return {
    name: `bimodal(${one.name}, ${other.name}, ${share})`,
    sample: (random) => (random.next() < share ? other : one).sample(random),
  };
}

/**
 * Makes a distribution of values that were measured: each is as likely as any other.
 *
 * @param seconds The values; copied.
 * @returns The distribution.
 * @throws {RangeError} If there are none, or one is negative or not finite.
 */
export function fromTrace(seconds: Iterable<number>): Distribution {
  const values = [...seconds];
  if (values.length === 0) throw new RangeError("Cannot make fromTrace: there are no values");
  for (const value of values) check("fromTrace", "value", value);
  return {
    name: `fromTrace(${values.length} values)`,
    sample: (random) => values[Math.floor(random.next() * values.length)] as number,
  };
}

/** Takes a number for a distribution that has only that value. */
export function toDistribution(value: number | Distribution): Distribution {
  return typeof value === "number" ? fixed(value) : value;
}

/** Draws from the normal distribution with mean 0 and deviation 1 (the method of Box and Muller). */
function drawNormal(random: RandomSource): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
  return radius * Math.cos(2 * Math.PI * random.next());
}

function check(what: string, name: string, value: number): void {
  if (value >= 0 && value < Infinity) return;
  throw new RangeError(`Cannot make ${what}: ${name} ${value} is negative or not finite`);
}
