import { endpointsContract } from "../../contract/endpoints_contract.ts";
import { simWorld } from "../../contract/sim_world.ts";
import { REACTORS } from "../reactors.ts";

for (const kind of REACTORS) {
  endpointsContract({ test: Deno.test, world: simWorld(), ...kind });
}
