import { DenoWorld } from "../contract/deno_world.ts";
import { endpointsContract } from "../contract/endpoints_contract.ts";
import { REACTORS } from "../reactor/reactors.ts";

for (const kind of REACTORS) {
  endpointsContract({ test: Deno.test, world: new DenoWorld(), ...kind });
}
