import { random } from "../../sim/mod.ts";
import { reactorProcessContract } from "../contract/reactor_process_contract.ts";
import { simWorld } from "../contract/sim_world.ts";
import { REACTORS } from "./reactors.ts";

for (const kind of REACTORS) {
  reactorProcessContract({ test: Deno.test, world: simWorld(), ...kind });
}

for (let seed = 1; seed <= 5; seed++) {
  const world = {
    ...simWorld(() => ({ seed, strategy: random(seed), traceMax: 0 })),
    name: `sim ${seed}`,
  };
  for (const kind of REACTORS.slice(0, 1)) {
    reactorProcessContract({ test: Deno.test, world, ...kind });
  }
}
