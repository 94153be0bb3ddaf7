/**
 * Five hosts that tell each other what they know, lose contact and try again: a program with
 * sockets, timers, randomness and promises, for tests about whole runs.
 *
 * @module
 */

import { READ, WRITE } from "../../poller/mod.ts";
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
  const listener = network.listen({ transport: "tcp", hostname: "0.0.0.0", port: 80 });
  loop.add(listener, READ, () => {
    const stream = listener.accept();
    if (stream === undefined) return;
    loop.add(stream, READ, () => {
      const bytes = stream.receive();
      if (bytes === undefined) return;
      if (bytes !== null) {
        knowledge.bits |= bytes[0] as number;
        stream.send(new Uint8Array([knowledge.bits]));
      }
      loop.remove(stream);
      stream.close();
    });
  });
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
    stream.send(new Uint8Array([knowledge.bits]));
    const answer = await receiveExactly(loop, stream, 1);
    knowledge.bits |= answer[0] ?? 0;
    stream.close();
  }
  return calls;
}
