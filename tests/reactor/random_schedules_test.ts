/**
 * The suites of reactors in worlds where everything that may vary does: the order of events, the
 * sizes of reads and writes, late wake-ups.
 *
 * @module
 */

import { random } from "../../sim/mod.ts";
import { compatibilityContract } from "../contract/compatibility_contract.ts";
import { reactorContract } from "../contract/reactor_contract.ts";
import { simWorld } from "../contract/sim_world.ts";
import { REACTORS } from "./reactors.ts";

/** More seeds find nothing more today; each costs a third of a second. */
const SEEDS = [1, 2, 3];

for (const seed of SEEDS) {
  const world = {
    ...simWorld(() => ({ seed, strategy: random(seed) })),
    name: `sim, seed ${seed}`,
  };
  for (const { label, make } of REACTORS) reactorContract({ test: Deno.test, world, label, make });
  compatibilityContract({ test: Deno.test, world });
}
