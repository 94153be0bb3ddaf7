/**
 * Which search is made for which options.
 *
 * @module
 */

import { parseSeed } from "../seed.ts";
import { DporSearch } from "./dpor_search.ts";
import { type ExploreOptions, STRATEGIES } from "./explore_options.ts";
import { LevelSearch } from "./level_search.ts";
import { SampleSearch } from "./sample_search.ts";
import type { Search } from "./search.ts";

/**
 * Makes the search that options ask for.
 *
 * @throws {RangeError} If a bound makes no sense, or there is no such strategy.
 */
export function makeSearch(options: ExploreOptions): Search {
  const { strategy = "exhaustive", shard } = options;
  const faults = checkBound("faults", options.faults ?? Infinity);
  if (!STRATEGIES.includes(strategy)) {
    throw new RangeError(
      `Cannot explore: strategy ${strategy} is not one of ${STRATEGIES.join(", ")}`,
    );
  }
  if (strategy === "exhaustive") {
    const bound = checkBound("deviations", options.deviations ?? Infinity);
    return new LevelSearch("deviations", bound, undefined, shard, faults);
  }
  if (strategy === "dpor") return makeDpor(options);
  if (strategy === "delayBounded") {
    const bound = checkBound("delays", options.delays ?? 2);
    return new LevelSearch("delays", bound, undefined, shard, faults);
  }
  const seed = parseSeed(options.seed ?? 0);
  return new SampleSearch(strategy, seed, options.depth ?? 3, shard, faults);
}

function makeDpor(options: ExploreOptions): Search {
  const { deviations, delays, faults, audits = 0, shard } = options;
  if (deviations !== undefined || delays !== undefined) {
    const name = deviations !== undefined ? "deviations" : "delays";
    throw new RangeError(`Cannot explore: dpor takes no bound, and ${name} is one`);
  }
  checkBound("audits", audits);
  return new DporSearch(faults, shard);
}

/** Refuses what is no whole number and not `Infinity`. */
export function checkBound(name: string, value: number): number {
  if (value === Infinity || (Number.isSafeInteger(value) && value >= 0)) return value;
  throw new RangeError(`Cannot explore: ${name} ${value} is not a whole number`);
}

/** Refuses what is no time. */
export function checkSeconds(name: string, value: number): number {
  if (value >= 0) return value;
  throw new RangeError(`Cannot explore: ${name} ${value} is negative or NaN`);
}
