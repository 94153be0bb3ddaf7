/** Bugs in which a timer and something else meet. */

import { DatagramProtocol, Deferred, PollReactor } from "../../../reactor/mod.ts";
import type { Simulation } from "../../../sim/mod.ts";
import {
  askFrom,
  expect,
  LATENCY,
  onMessage,
  send,
  startHelper,
  startLoop,
  type ZooCase,
} from "./zoo_case.ts";

/** A waits for B, and B tells before A listens. */
async function lostWakeUp(
  sim: Simulation,
  isFixed: boolean,
): Promise<void> {
  const loop = startLoop(sim, "server");
  let isReady = false;
  let wake = () => {};
  onMessage(loop, () => {
    isReady = true;
    wake();
  });
  send(sim.host("client"), "ready");
  let hasFinished = false;
  const wait = () => {
    wake = () => hasFinished = true;
    if (isFixed && isReady) wake();
  };
  // Usually the message is handled before the check.
  loop.callLater(LATENCY, () => {
    if (isReady) hasFinished = true;
    else loop.callLater(0, wait);
  });
  await sim.sleep(20 * LATENCY);
  expect(hasFinished, true, "A's end");
}

/** Data comes in the moment in which the time is over. */
async function timeoutAndData(
  sim: Simulation,
  isFixed: boolean,
): Promise<void> {
  const loop = startLoop(sim, "server");
  const outcomes: string[] = [];
  const timeout = loop.callLater(LATENCY, () => {
    outcomes.push("aborted");
  });
  onMessage(loop, () => {
    if (isFixed && outcomes.length > 0) return;
    loop.removeTimeout(timeout);
    outcomes.push("received");
  });
  send(sim.host("client"), "data");
  await sim.sleep(20 * LATENCY);
  expect(outcomes.length, 1, "the number of outcomes");
}

/** The keep-alive timer of a connection that is gone closes the next one. */
async function staleTimer(sim: Simulation, isFixed: boolean): Promise<void> {
  const server = startLoop(sim, "server");
  const client = startLoop(sim, "client");
  let connection = 1;
  let closed = 0;
  const keepAlive = server.callLater(3 * LATENCY, () => closed = connection);
  onMessage(server, () => {
    connection = 2;
    if (isFixed) server.removeTimeout(keepAlive);
  });
  // The client is asked to wait before it comes again; its own timer is due in the same moment.
  const reconnect = () => send(client.platform, "reconnect");
  const impatience = client.callLater(LATENCY, reconnect);
  onMessage(client, () => {
    client.removeTimeout(impatience);
    client.callLater(10 * LATENCY, reconnect);
  });
  send(server.platform, "come later", undefined, "client");
  await sim.sleep(20 * LATENCY);
  expect(closed === 2, false, "the closing of connection 2");
}

/** A Deferred is given up in the moment in which its result comes. */
async function cancelAfterFire(
  sim: Simulation,
  isFixed: boolean,
): Promise<void> {
  const loop = startLoop(sim, "server");
  const deferred = new Deferred<string>();
  const results: string[] = [];
  deferred.addCallbacks((text) => results.push(text), () => results.push("late"));
  const timeout = loop.callLater(LATENCY, () => {
    deferred.errback(new Error("late"));
  });
  onMessage(loop, (text) => {
    if (isFixed && deferred.called) return;
    loop.removeTimeout(timeout);
    deferred.callback(text);
  });
  send(sim.host("client"), "answer");
  await sim.sleep(20 * LATENCY);
  expect(results.length, 1, "the number of results");
}

/** A periodic job overlaps itself when the helper that it asks is slow once. */
async function overlappingJob(sim: Simulation, isFixed: boolean): Promise<void> {
  const loop = startLoop(sim, "server");
  const ask = askFrom(loop);
  startHelper(sim, "helper", LATENCY);
  let running = 0;
  let most = 0;
  const job = async (round: number) => {
    if (round === 2) return;
    const next = () => loop.callLater(10 * LATENCY, () => void job(round + 1));
    if (!isFixed) next();
    most = Math.max(most, ++running);
    await ask("helper", `round ${round}`);
    running--;
    if (isFixed) next();
  };
  job(0);
  await sim.sleep(100 * LATENCY);
  expect(most, 1, "the most jobs at once");
}

/** Hears that what was written is safe. */
class Acknowledgements extends DatagramProtocol {
  readonly #onAcknowledged: () => void;

  constructor(onAcknowledged: () => void) {
    super();
    this.#onAcknowledged = onAcknowledged;
  }

  override datagramReceived(): void {
    this.#onAcknowledged();
  }
}

/** A trigger before the shutdown has to wait for an acknowledgement and does not say so. */
async function shutdownOrder(sim: Simulation, isFixed: boolean): Promise<void> {
  const reactor = new PollReactor(sim.host("server"));
  const log: string[] = [];
  const acknowledged = new Deferred<void>();
  reactor.listenUDP(7, new Acknowledgements(() => acknowledged.callback()));
  reactor.addSystemEventTrigger("before", "shutdown", () => {
    const flushed = acknowledged.addCallback(() => void log.push("flushed"));
    return isFixed ? flushed : undefined;
  });
  reactor.addSystemEventTrigger("during", "shutdown", () => void log.push("closed"));
  reactor.callLater(LATENCY, () => void reactor.stop());
  send(sim.host("disk"), "written");
  await reactor.run();
  await sim.sleep(0.1);
  expect(log[0], "flushed", "the first entry");
}

/** The cases of this file. */
export const timerCases: readonly ZooCase[] = [
  { name: "Z1 a wake-up is lost between check and wait", depth: 1, run: lostWakeUp },
  { name: "Z6 data comes in the moment of the timeout", depth: 1, run: timeoutAndData },
  { name: "Z7 a stale timer closes the next connection", depth: 1, run: staleTimer },
  { name: "Z8 a Deferred is fired twice", depth: 1, run: cancelAfterFire },
  { name: "Z19 a periodic job overlaps itself", depth: 1, run: overlappingJob },
  { name: "Z23 a shutdown does not wait for a trigger", depth: 1, run: shutdownOrder },
];
