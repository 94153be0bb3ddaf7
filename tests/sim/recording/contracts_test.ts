/**
 * The contracts of the seam and of the loops on platforms that are recorded, and on the recordings.
 *
 * @module
 */

import { random } from "../../../sim/mod.ts";
import { endpointsContract } from "../../contract/endpoints_contract.ts";
import { ioLoopContract } from "../../contract/io_loop_contract.ts";
import { ioStreamContract } from "../../contract/io_stream_contract.ts";
import { networkContract } from "../../contract/network_contract.ts";
import { pollerContract } from "../../contract/poller_contract.ts";
import { processesContract } from "../../contract/processes_contract.ts";
import { protocolsContract } from "../../contract/protocols_contract.ts";
import { reactorContract } from "../../contract/reactor_contract.ts";
import { reactorProcessContract } from "../../contract/reactor_process_contract.ts";
import { recordedTests } from "../../contract/recorded_tests.ts";
import { recordedWorld } from "../../contract/recorded_world.ts";
import { sharedLocks } from "../../contract/shared_lock.ts";
import { simWorld } from "../../contract/sim_world.ts";
import { subprocessContract } from "../../contract/subprocess_contract.ts";
import { tcpContract } from "../../contract/tcp_contract.ts";
import { tlsContract } from "../../contract/tls_contract.ts";
import { tlsReactorContract } from "../../contract/tls_reactor_contract.ts";
import { tlsSimWorld } from "../../contract/tls_world.ts";
import { udpContract } from "../../contract/udp_contract.ts";
import { unixContract } from "../../contract/unix_contract.ts";
import { unixDatagramContract } from "../../contract/unix_datagram_contract.ts";
import { LOOPS } from "../../ioloop/loops.ts";
import { REACTORS } from "../../reactor/reactors.ts";
import { randomOrder } from "../scheduling.ts";

const { test, end } = recordedTests(Deno.test);
const world = recordedWorld(simWorld());

for (const seed of [0, 1, 2]) {
  const strategy = () => ({ strategy: randomOrder(seed) });
  const named = { ...simWorld(strategy), name: `sim in order ${seed}` };
  pollerContract({ test, world: recordedWorld(named) });
  networkContract({ test, world: recordedWorld(named) });
  const shuffled = { ...simWorld(() => ({ seed, strategy: random(seed) })), name: `sim ${seed}` };
  processesContract({ test, world: recordedWorld(shuffled) });
  const tls = { ...tlsSimWorld(seed), name: `sim ${seed}` };
  tlsContract({ test, world: recordedWorld(tls) });
}
const withFolder = (body: (folder: string) => Promise<void>) => body("/sim");
for (const kind of REACTORS.slice(0, 2)) {
  endpointsContract({ test, world, ...kind });
  protocolsContract({ test, world, ...kind });
  reactorProcessContract({ test, world, ...kind });
  unixContract({ test, world, withFolder, lockFor: sharedLocks, ...kind });
  unixDatagramContract({ test, world, withFolder, ...kind });
  reactorContract({ test, world, ...kind });
  tcpContract({ test, world, ...kind });
  udpContract({ test, world, ...kind });
  tlsReactorContract({ test, world: recordedWorld(tlsSimWorld()), ...kind });
}
for (const { name, makeLoop } of [LOOPS[0], LOOPS[2]] as (typeof LOOPS)[number][]) {
  ioLoopContract({ test, world, name, makeLoop });
  subprocessContract({ test, world, name, makeLoop });
  ioStreamContract({ test, world, name, makeLoop });
}
end();
