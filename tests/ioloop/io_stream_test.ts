/**
 * The contract of streams on simulated hosts: where nothing surprises, and where a seed decides how
 * many bytes each send and receive moves and in which order things happen.
 *
 * @module
 */

import { random } from "../../sim/mod.ts";
import { ioStreamContract } from "../contract/io_stream_contract.ts";
import { simWorld } from "../contract/sim_world.ts";
import type { World } from "../contract/world.ts";
import { LOOPS } from "./loops.ts";

/** How many seeds each loop is tried with. */
const SEEDS = [6, 2, 2];

/** A world of its own name, whose decisions a seed answers. */
function seeded(seed: number): World {
  const world = simWorld(() => ({ seed, strategy: random(seed), traceMax: 0 }));
  return { ...world, name: `sim ${seed}`, run: world.run };
}

for (const { name, makeLoop } of LOOPS) {
  ioStreamContract({ test: Deno.test, world: simWorld(), name, makeLoop });
}

for (const [index, count] of SEEDS.entries()) {
  const { name, makeLoop } = LOOPS[index] as (typeof LOOPS)[number];
  for (let seed = 1; seed <= count; seed++) {
    ioStreamContract({ test: Deno.test, world: seeded(seed), name, makeLoop, isUnsteady: true });
  }
}
