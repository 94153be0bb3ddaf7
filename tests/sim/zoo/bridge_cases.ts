/** Bugs on the way of a result through both families, and of names into addresses. */

import { PollIOLoop, TwistedIOLoop } from "../../../ioloop/mod.ts";
import type { StreamHandle } from "../../../poller/mod.ts";
import { Deferred, PollReactor } from "../../../reactor/mod.ts";
import { AF_INET, StubResolver } from "../../../resolver/mod.ts";
import { SimDNSServer } from "../../../sim/dns/mod.ts";
import type { Simulation } from "../../../sim/mod.ts";
import { expect, LATENCY, onMessage, send, type ZooCase } from "./zoo_case.ts";

/** What a Deferred was given up for is on its way through a Future, and is dropped there. */
async function resultInFlight(sim: Simulation, isFixed: boolean): Promise<void> {
  const loop = new TwistedIOLoop(new PollReactor(sim.host("server")));
  loop.start();
  let open = 0;
  const below = new Deferred<string>(() => {});
  const above = new Deferred<string>(() => below.cancel());
  above.addCallbacks(() => open--, () => {});
  // Deferred, promise, Tornado's Future, Deferred: the last hop takes a pass.
  loop.addFuture(below.asPromise(), (future) => {
    if (future.exception() !== null) return;
    if (!above.called) above.callback(future.result());
    else if (isFixed) open--;
  });
  onMessage(loop, () => above.cancel(), 8);
  onMessage(loop, () => {
    if (below.called) return;
    open++;
    below.callback("connection");
  }, 9);
  const client = sim.host("client");
  send(client, "cancel", 8);
  send(client, "result", 9);
  await sim.sleep(20 * LATENCY);
  expect(open, 0, "the number of open connections");
}

/** A connection is made when its name is found, although nobody wants it any more. */
async function lateAnswer(sim: Simulation, isFixed: boolean): Promise<void> {
  const names = new SimDNSServer(sim, "ns", {
    records: [{ name: "db.test", type: "A", data: "10.0.0.9" }],
    faults: ["delay"],
    delaySeconds: 0.5,
  });
  const platform = sim.host("client");
  const loop = new PollIOLoop(platform);
  loop.start();
  const resolver = new StubResolver(loop, { servers: [names.host.address] });
  let stream: StreamHandle | null = null;
  let isDestroyed = false;
  const open = async () => {
    const [first] = await resolver.resolve("db.test", 80, AF_INET);
    if (isFixed && isDestroyed) return;
    const [hostname] = (first as [number, [string, number]])[1];
    stream = platform.network.connect({ transport: "tcp", hostname, port: 80 });
  };
  loop.addCallback(open);
  loop.callLater(0.3, () => {
    isDestroyed = true;
    stream?.abort();
  });
  await sim.sleep(1);
  const left = [...platform.network.handles.values()].filter(({ kind }) => kind === "stream");
  for (const handle of left) handle.close();
  expect(left.length, 0, "the number of streams left");
}

/** The cases of this file. */
export const bridgeCases: readonly ZooCase[] = [
  { name: "Z10 a name is found after its connection was given up", depth: 1, run: lateAnswer },
  { name: "Z29 a result is dropped between two families", depth: 1, run: resultInFlight },
];
