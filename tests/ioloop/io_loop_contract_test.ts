/**
 * The contract of loops on simulated hosts: in the order that production prefers, and in others.
 *
 * @module
 */

import { random } from "../../sim/mod.ts";
import { ioLoopContract } from "../contract/io_loop_contract.ts";
import { simWorld } from "../contract/sim_world.ts";
import { twistedIOLoopContract } from "../contract/twisted_io_loop_contract.ts";
import type { World } from "../contract/world.ts";
import { LOOPS, REACTORS } from "./loops.ts";

/** Worlds whose choices (order of a batch, sizes, delays) are drawn from these seeds. */
const SHUFFLED: readonly World[] = [2, 3, 4].map((seed) => ({
  ...simWorld(() => ({ seed, strategy: random(seed) })),
  name: `sim, seed ${seed}`,
}));

for (const world of [simWorld(), ...SHUFFLED]) {
  for (const { name, makeLoop } of LOOPS) {
    ioLoopContract({ test: Deno.test, world, name, makeLoop });
  }
  for (const { name, makeReactor } of REACTORS) {
    twistedIOLoopContract({ test: Deno.test, world, name, makeReactor });
  }
}
