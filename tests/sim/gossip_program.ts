/**
 * Five hosts that tell each other what they know, lose contact and try again: a program with
 * sockets, timers, randomness and promises, for tests about whole runs.
 *
 * @module
 */

import { READ, type StreamHandle, WRITE } from "../../poller/mod.ts";
import type { Simulation } from "../../sim/mod.ts";
import { RawLoop, ready, receiveExactly } from "./raw_loop.ts";

const NAMES = ["a", "b", "c", "d", "e"];

/** What a host knows, as a set of bits, one for each name. */
type Knowledge = { bits: number };

/** Runs until every host knows of every other; returns how often each one called another. */
export async function gossip(sim: Simulation): Promise<number[]> {
  const nodes = NAMES.map((name, i) => {
    const loop = new RawLoop(sim.host(name)).start();
    const knowledge: Knowledge = { bits: 1 << i };
    serve(loop, knowledge);
    return { loop, knowledge };
  });
  const calls = await Promise.all(nodes.map(({ loop, knowledge }) => tell(sim, loop, knowledge)));
  for (const { loop } of nodes) loop.stop();
  return calls;
}

/** Takes one byte from each caller and answers with what is known then. */
function serve(loop: RawLoop, knowledge: Knowledge): void {
  const { network } = loop.platform;
  const isTold = new Set<StreamHandle>();
  const listener = network.listen({ transport: "tcp", hostname: "0.0.0.0", port: 80 });
  loop.add(listener, READ, () => {
    const stream = listener.accept();
    if (stream === undefined) return;
    loop.add(stream, READ, () => {
      const bytes = isTold.has(stream) ? undefined : stream.receive();
      if (bytes) {
        knowledge.bits |= bytes[0] as number;
        isTold.add(stream);
        loop.platform.poller.modify(stream, WRITE);
      }
      if (bytes === null || (isTold.has(stream) && send(stream, knowledge))) {
        loop.remove(stream);
        stream.close();
      }
    });
  });
}

/** Sends what is known; returns false if there is no room. */
function send(stream: StreamHandle, knowledge: Knowledge): boolean {
  return stream.send(new Uint8Array([knowledge.bits])) > 0;
}

/** Calls others, drawn at random, until all is known. */
async function tell(sim: Simulation, loop: RawLoop, knowledge: Knowledge): Promise<number> {
  const { network, random } = loop.platform;
  let calls = 0;
  while (knowledge.bits !== 31) {
    await sim.sleep(0.001 + random.next() * 0.01);
    const hostname = NAMES[Math.floor(Math.random() * NAMES.length)] as string;
    const stream = network.connect({ transport: "tcp", hostname, port: 80 });
    calls++;
    await ready(loop, stream, WRITE);
    while (!send(stream, knowledge)) await ready(loop, stream, WRITE);
    const answer = await receiveExactly(loop, stream, 1);
    knowledge.bits |= answer[0] ?? 0;
    stream.close();
  }
  return calls;
}
