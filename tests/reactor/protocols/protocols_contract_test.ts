import { protocolsContract } from "../../contract/protocols_contract.ts";
import { simWorld } from "../../contract/sim_world.ts";
import { REACTORS } from "../reactors.ts";

for (const kind of REACTORS) {
  protocolsContract({ test: Deno.test, world: simWorld(), ...kind });
}
