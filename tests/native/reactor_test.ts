import { DenoWorld } from "../contract/deno_world.ts";
import { reactorContract } from "../contract/reactor_contract.ts";
import { REACTORS } from "../reactor/reactors.ts";

for (const { label, make } of REACTORS) {
  reactorContract({ test: Deno.test, world: new DenoWorld(), label, make });
}
