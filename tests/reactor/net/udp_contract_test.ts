import { simWorld } from "../../contract/sim_world.ts";
import { udpContract } from "../../contract/udp_contract.ts";
import { REACTORS } from "../reactors.ts";

for (const kind of REACTORS) {
  udpContract({ test: Deno.test, world: simWorld(), ...kind });
}
