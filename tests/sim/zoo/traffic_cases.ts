/** Bugs in what connections and messages do to shared state. */

import { READ, WRITE } from "../../../poller/mod.ts";
import type { Simulation } from "../../../sim/mod.ts";
import {
  askFrom,
  connectPair,
  expect,
  LATENCY,
  onMessage,
  send,
  startHelper,
  startLoop,
  type ZooCase,
} from "./zoo_case.ts";

/** A handler closes another socket of the batch, whose callback is queued already. */
async function useAfterClose(
  sim: Simulation,
  isFixed: boolean,
): Promise<void> {
  const loop = startLoop(sim, "server");
  let uses = 0;
  const second = onMessage(loop, () => {
    loop.addCallback(() => {
      if (second.fileno() >= 0) return;
      if (!isFixed) uses++;
    });
  }, 8);
  onMessage(loop, () => {
    if (second.fileno() < 0) return;
    loop.removeHandler(second);
    second.close();
  }, 9);
  const client = sim.host("client");
  send(client, "close the other", 9);
  send(client, "use me", 8);
  await sim.sleep(20 * LATENCY);
  expect(uses, 0, "the uses after the close");
}

/** A reply that the network takes in parts is cut when the client has closed its direction. */
async function halfClose(
  sim: Simulation,
  isFixed: boolean,
): Promise<void> {
  const loop = startLoop(sim, "server");
  const client = sim.host("client");
  const { accepted, stream } = await connectPair(loop, client, sim);
  let rest: Uint8Array = new Uint8Array(0);
  let hasEnded = false;
  const flush = () => {
    rest = rest.subarray(accepted.send(rest));
    if (rest.length === 0 && hasEnded) loop.closeFd(accepted);
    else loop.updateHandler(accepted, rest.length > 0 ? READ | WRITE : READ);
  };
  loop.addHandler(accepted, (_, events) => {
    if ((events & READ) === 0) return flush();
    const bytes = accepted.receive();
    if (bytes === null) {
      hasEnded = true;
      if (rest.length === 0 || !isFixed) loop.closeFd(accepted);
      else loop.updateHandler(accepted, WRITE);
    } else if (bytes !== undefined && rest.length === 0) {
      rest = new Uint8Array([1, 2, 3, 4, 5, 6]);
      flush();
    }
  }, READ);
  while (stream.send(new Uint8Array(1)) === 0) await sim.sleep(LATENCY);
  stream.shutdownWrite();
  await sim.sleep(0.1);
  expect(countReceived(stream), 6, "the bytes received");
}

/** The count that `send` returns is ignored. */
async function shortWrite(
  sim: Simulation,
  isFixed: boolean,
): Promise<void> {
  const loop = startLoop(sim, "server");
  const { accepted, stream } = await connectPair(loop, sim.host("client"), sim);
  let rest: Uint8Array = new Uint8Array([1, 2, 3, 4, 5, 6]);
  loop.addHandler(accepted, () => {
    rest = rest.subarray(accepted.send(rest));
    if (rest.length === 0 || !isFixed) loop.closeFd(accepted);
  }, WRITE);
  await sim.sleep(0.1);
  expect(countReceived(stream), 6, "the bytes received");
}

function countReceived(stream: { receive(): Uint8Array | null | undefined }): number {
  let count = 0;
  for (let bytes = stream.receive(); bytes; bytes = stream.receive()) count += bytes.length;
  return count;
}

/** Two buyers are told that the last seat is theirs. */
async function checkThenAct(sim: Simulation, isFixed: boolean): Promise<void> {
  const loop = startLoop(sim, "server");
  const ask = askFrom(loop);
  startHelper(sim, "bank", 2 * LATENCY);
  let seats = 1;
  let held = 0;
  onMessage(loop, async (buyer) => {
    if (seats - (isFixed ? held : 0) <= 0) return;
    held++;
    await ask("bank", buyer);
    seats--;
    held--;
  });
  send(sim.host("anna"), "anna");
  // Usually anna has paid by then.
  const bert = startLoop(sim, "bert");
  bert.callLater(5 * LATENCY, () => send(bert.platform, "bert"));
  await sim.sleep(60 * LATENCY);
  expect(seats, 0, "the number of seats");
}

/** The answer to an older question comes last and is shown. */
async function staleAnswer(
  sim: Simulation,
  isFixed: boolean,
): Promise<void> {
  const loop = startLoop(sim, "server");
  let shown = "";
  onMessage(loop, (answer) => {
    if (isFixed && answer < shown) return;
    shown = answer;
  });
  for (const [name, answer] of [["first", "1"], ["second", "2"]] as const) {
    const helper = startLoop(sim, name);
    helper.addCallback(() => send(helper.platform, answer));
  }
  await sim.sleep(20 * LATENCY);
  expect(shown, "2", "what is shown");
}

/** The cases of this file. */
export const trafficCases: readonly ZooCase[] = [
  {
    name: "Z4 a closed socket is used by a callback of the same batch",
    depth: 1,
    run: useAfterClose,
  },
  { name: "Z12 a half-close cuts the reply", depth: 1, run: halfClose },
  { name: "Z13 a short write before a close is taken for a whole one", depth: 1, run: shortWrite },
  { name: "Z27 the last seat is sold twice", depth: 1, run: checkThenAct },
  { name: "ordering: an older answer comes last", depth: 1, run: staleAnswer },
];
