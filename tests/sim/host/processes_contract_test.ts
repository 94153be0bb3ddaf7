import { random } from "../../../sim/mod.ts";
import { processesContract } from "../../contract/processes_contract.ts";
import { simProcessWorld, simWorld } from "../../contract/sim_world.ts";

processesContract({ test: Deno.test, world: simWorld() });
processesContract({ test: Deno.test, world: simProcessWorld() });

for (let seed = 1; seed <= 5; seed++) {
  const world = simWorld(() => ({ seed, strategy: random(seed), traceMax: 0 }));
  processesContract({
    test: Deno.test,
    world: { ...world, name: `sim ${seed}`, run: world.run },
  });
}
