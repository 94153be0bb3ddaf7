import { DenoWorld } from "../contract/deno_world.ts";
import { protocolsContract } from "../contract/protocols_contract.ts";
import { REACTORS } from "../reactor/reactors.ts";

for (const kind of REACTORS) {
  protocolsContract({ test: Deno.test, world: new DenoWorld(), ...kind });
}
