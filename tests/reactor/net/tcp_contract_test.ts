import { simWorld } from "../../contract/sim_world.ts";
import { tcpContract } from "../../contract/tcp_contract.ts";
import { linkLocalCases } from "../../contract/tcp_link_local_cases.ts";
import { REACTORS } from "../reactors.ts";

for (const kind of REACTORS) {
  const options = { test: Deno.test, world: simWorld(), ...kind };
  tcpContract(options);
  // The address of the first host of a simulation.
  linkLocalCases(options, "fe80::a00:1%eth0");
}
