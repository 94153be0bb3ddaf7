/**
 * The contracts of servers and clients on real sockets.
 *
 * @module
 */

import { DenoWorld } from "../contract/deno_world.ts";
import { tcpClientContract } from "../contract/tcp_client_contract.ts";
import { tcpServerContract } from "../contract/tcp_server_contract.ts";
import { LOOPS } from "../ioloop/loops.ts";

for (const { name, makeLoop } of LOOPS) {
  tcpClientContract({ test: Deno.test, world: new DenoWorld(), name, makeLoop });
  tcpServerContract({ test: Deno.test, world: new DenoWorld(), name, makeLoop });
}
