/**
 * The contracts of servers and clients on simulated hosts, also where a seed decides what happens
 * first and how much each send and receive moves.
 *
 * @module
 */

import { random } from "../../../sim/mod.ts";
import { simWorld } from "../../contract/sim_world.ts";
import { tcpClientContract } from "../../contract/tcp_client_contract.ts";
import { tcpServerContract } from "../../contract/tcp_server_contract.ts";
import { LOOPS } from "../loops.ts";

for (const { name, makeLoop } of LOOPS) {
  tcpClientContract({ test: Deno.test, world: simWorld(), name, makeLoop });
  tcpServerContract({ test: Deno.test, world: simWorld(), name, makeLoop });
}

for (let seed = 1; seed <= 6; seed++) {
  const world = simWorld(() => ({ seed, strategy: random(seed), traceMax: 0 }));
  const { name, makeLoop } = LOOPS[0] as (typeof LOOPS)[number];
  const options = { test: Deno.test, world: { ...world, name: `sim ${seed}` }, name, makeLoop };
  tcpClientContract({ ...options, isUnsteady: true });
  tcpServerContract({ ...options, isUnsteady: true });
}
