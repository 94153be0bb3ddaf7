import { random } from "../../sim/mod.ts";
import { simWorld } from "../contract/sim_world.ts";
import { subprocessContract } from "../contract/subprocess_contract.ts";
import { LOOPS } from "./loops.ts";

for (const { name, makeLoop } of LOOPS) {
  subprocessContract({ test: Deno.test, world: simWorld(), name, makeLoop });
}

/** Where a seed decides how many bytes each send and receive moves, and when a child's exit is told. */
for (let seed = 1; seed <= 3; seed++) {
  const base = simWorld(() => ({ seed, strategy: random(seed), traceMax: 0 }));
  const world = { ...base, name: `sim ${seed}`, run: base.run };
  for (const { name, makeLoop } of LOOPS.slice(0, 3)) {
    subprocessContract({ test: Deno.test, world, name, makeLoop });
  }
}
