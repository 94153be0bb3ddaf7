/** Bugs in which a timer and something else meet. */

import { Deferred, PollReactor } from "../../../reactor/mod.ts";
import type { Simulation } from "../../../sim/mod.ts";
import { expect, LATENCY, onMessage, send, startLoop, type ZooCase } from "./zoo_case.ts";

/** A waits for B, and B tells before A listens. */
async function lostWakeUp(
  sim: Simulation,
  isFixed: boolean,
  unrelated: () => void,
): Promise<void> {
  const loop = startLoop(sim, "server");
  let isReady = false;
  let wake = () => {};
  onMessage(loop, () => {
    isReady = true;
    unrelated();
    wake();
  });
  send(sim.host("client"), "ready");
  let hasFinished = false;
  const wait = () => {
    unrelated();
    wake = () => hasFinished = true;
    if (isFixed && isReady) wake();
  };
  // Usually the message is handled before the check.
  loop.callLater(LATENCY, () => {
    unrelated();
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
  unrelated: () => void,
): Promise<void> {
  const loop = startLoop(sim, "server");
  const outcomes: string[] = [];
  const timeout = loop.callLater(LATENCY, () => {
    unrelated();
    outcomes.push("aborted");
  });
  onMessage(loop, () => {
    unrelated();
    if (isFixed && outcomes.length > 0) return;
    loop.removeTimeout(timeout);
    outcomes.push("received");
  });
  send(sim.host("client"), "data");
  await sim.sleep(20 * LATENCY);
  expect(outcomes.length, 1, "the number of outcomes");
}

/** The keep-alive timer of a connection that is gone closes the next one. */
async function staleTimer(
  sim: Simulation,
  isFixed: boolean,
  unrelated: () => void,
): Promise<void> {
  const loop = startLoop(sim, "server");
  let connection = 1;
  let closed = 0;
  const keepAlive = loop.callLater(2 * LATENCY, () => {
    unrelated();
    closed = connection;
  });
  onMessage(loop, () => {
    unrelated();
    connection = 2;
    if (isFixed) loop.removeTimeout(keepAlive);
  });
  const { platform } = startLoop(sim, "client");
  // Usually the client comes again long after the timer.
  const delay = [5, 1][sim.choose("client reconnects fast", 2)] as number;
  await sim.sleep(delay * LATENCY);
  send(platform, "reconnect");
  await sim.sleep(20 * LATENCY);
  expect(closed === 2, false, "the closing of connection 2");
}

/** A Deferred is given up in the moment in which its result comes. */
async function cancelAfterFire(
  sim: Simulation,
  isFixed: boolean,
  unrelated: () => void,
): Promise<void> {
  const loop = startLoop(sim, "server");
  const deferred = new Deferred<string>();
  const results: string[] = [];
  deferred.addCallbacks((text) => results.push(text), () => results.push("late"));
  const timeout = loop.callLater(LATENCY, () => {
    unrelated();
    deferred.errback(new Error("late"));
  });
  onMessage(loop, (text) => {
    unrelated();
    if (isFixed && deferred.called) return;
    loop.removeTimeout(timeout);
    deferred.callback(text);
  });
  send(sim.host("client"), "answer");
  await sim.sleep(20 * LATENCY);
  expect(results.length, 1, "the number of results");
}

/** A periodic job overlaps itself when one run of it is slow. */
async function overlappingJob(
  sim: Simulation,
  isFixed: boolean,
  unrelated: () => void,
): Promise<void> {
  const loop = startLoop(sim, "server");
  let running = 0;
  let most = 0;
  const job = async (round: number) => {
    if (round === 3) return;
    const next = () => loop.callLater(0.01, () => void job(round + 1));
    if (!isFixed) next();
    most = Math.max(most, ++running);
    unrelated();
    await sim.sleep(sim.choose("job takes", 2) === 0 ? 0.005 : 0.02);
    running--;
    if (isFixed) next();
  };
  loop.addCallback(() => void job(0));
  await sim.sleep(0.2);
  expect(most, 1, "the most jobs at once");
}

/** A trigger before the shutdown takes its time and does not say so. */
async function shutdownOrder(
  sim: Simulation,
  isFixed: boolean,
  unrelated: () => void,
): Promise<void> {
  const reactor = new PollReactor(sim.host("server"));
  const log: string[] = [];
  const flush = async () => {
    unrelated();
    if (sim.choose("flush is slow", 2) === 1) await sim.sleep(0.005);
    log.push("flushed");
  };
  reactor.addSystemEventTrigger("before", "shutdown", () => {
    const flushed = flush();
    return isFixed ? Deferred.fromPromise(flushed) : undefined;
  });
  reactor.addSystemEventTrigger("during", "shutdown", () => void log.push("closed"));
  reactor.callLater(0.01, () => void reactor.stop());
  await reactor.run();
  await sim.sleep(0.1);
  expect(log.join(), "flushed,closed", "the order");
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
