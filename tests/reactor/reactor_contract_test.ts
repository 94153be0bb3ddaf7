import { reactorContract } from "../contract/reactor_contract.ts";
import { simWorld } from "../contract/sim_world.ts";
import { REACTORS } from "./reactors.ts";

for (const { label, make } of REACTORS) {
  reactorContract({ test: Deno.test, world: simWorld(), label, make });
}
