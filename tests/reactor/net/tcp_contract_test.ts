import { simWorld } from "../../contract/sim_world.ts";
import { tcpContract } from "../../contract/tcp_contract.ts";
import { REACTORS } from "../reactors.ts";

for (const kind of REACTORS) {
  tcpContract({ test: Deno.test, world: simWorld(), ...kind });
}
