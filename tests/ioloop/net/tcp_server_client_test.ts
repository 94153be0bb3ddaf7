/**
 * The contracts of servers and clients on simulated hosts.
 *
 * @module
 */

import { simWorld } from "../../contract/sim_world.ts";
import { tcpClientContract } from "../../contract/tcp_client_contract.ts";
import { tcpServerContract } from "../../contract/tcp_server_contract.ts";
import { LOOPS } from "../loops.ts";

for (const { name, makeLoop } of LOOPS) {
  tcpClientContract({ test: Deno.test, world: simWorld(), name, makeLoop });
  tcpServerContract({ test: Deno.test, world: simWorld(), name, makeLoop });
}
