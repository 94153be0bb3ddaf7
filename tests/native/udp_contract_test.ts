import { DenoWorld } from "../contract/deno_world.ts";
import { udpContract } from "../contract/udp_contract.ts";
import { REACTORS } from "../reactor/reactors.ts";

for (const kind of REACTORS) {
  udpContract({ test: Deno.test, world: new DenoWorld(), ...kind });
}
