/** A program with many outcomes, and the ways to search it that can be kept and split. */

import type { ExploreOptions, ExploreStrategy, Simulation } from "../../../sim/mod.ts";

/** Ten outcomes, of which one is a failure; runs of different lengths. */
export function dice(sim: Simulation): number {
  let sum = 0;
  for (let i = 0; i < 3; i++) sum += sim.choose("die", 4);
  if (sum > 4 && sim.choose("again", 3) === 2) sum += sim.choose("more", 2);
  if (sum === 9) throw new Error("nine");
  return sum;
}

/** Every strategy that has checkpoints and shards, each within a bound that is reached. */
export const STRATEGIES: readonly ExploreOptions[] = [
  { strategy: "exhaustive" },
  { strategy: "exhaustive", deviations: 2 },
  { strategy: "delayBounded", delays: 4 },
  ...(["random", "pct", "pos", "portfolio"] satisfies ExploreStrategy[]).map((strategy) => ({
    strategy,
    maxSchedules: 90,
    seed: 5,
  })),
];
