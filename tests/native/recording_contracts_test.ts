/**
 * The contracts of the seam and of the loops on real sockets that are recorded, and on the recordings.
 *
 * @module
 */

import { DenoWorld } from "../contract/deno_world.ts";
import { ioLoopContract } from "../contract/io_loop_contract.ts";
import { ioStreamContract } from "../contract/io_stream_contract.ts";
import { networkContract } from "../contract/network_contract.ts";
import { pollerContract } from "../contract/poller_contract.ts";
import { processesContract } from "../contract/processes_contract.ts";
import { reactorContract } from "../contract/reactor_contract.ts";
import { recordedTests } from "../contract/recorded_tests.ts";
import { recordedWorld } from "../contract/recorded_world.ts";
import { tcpContract } from "../contract/tcp_contract.ts";
import { tlsContract } from "../contract/tls_contract.ts";
import { udpContract } from "../contract/udp_contract.ts";
import { LOOPS } from "../ioloop/loops.ts";
import { REACTORS } from "../reactor/reactors.ts";

const { test, end } = recordedTests(Deno.test);
const world = recordedWorld(new DenoWorld());

pollerContract({ test, world });
networkContract({ test, world });
tlsContract({ test, world });
processesContract({ test, world });
for (const kind of [REACTORS[0], REACTORS[2]] as (typeof REACTORS)[number][]) {
  reactorContract({ test, world, ...kind });
}
for (const kind of REACTORS.slice(1, 2)) {
  tcpContract({ test, world, ...kind });
  udpContract({ test, world, ...kind });
}
for (const { name, makeLoop } of LOOPS.slice(0, 1)) {
  ioLoopContract({ test, world, name, makeLoop });
  ioStreamContract({ test, world, name, makeLoop });
}
end();
