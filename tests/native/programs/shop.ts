/** A program with everything that a picture can show: connections, datagrams, losses, a race. */

import { READ } from "../../../poller/mod.ts";
import { PollIOLoop } from "../../../ioloop/mod.ts";
import type { Simulation } from "../../../sim/mod.ts";

const PORT = { transport: "udp", hostname: "0.0.0.0", port: 7 } as const;

/** Two clients order the last book of a shop; a message may be lost. */
export function shop(sim: Simulation): () => string {
  sim.network.shape({}, { latency: 0.01, loss: "choose" });
  let books = 1;
  const loop = new PollIOLoop(sim.host("shop"));
  const socket = loop.platform.network.bindDatagram(PORT);
  const sold: string[] = [];
  loop.addHandler(socket, () => {
    const order = socket.receive();
    if (order === undefined) return;
    const name = new TextDecoder().decode(order.bytes);
    const left = books;
    loop.callLater(0.001 * (1 + sim.choose(`the shelf for ${name} is far`, 2)), () => {
      if (left > 0) sold.push(name);
      books = left - 1;
    });
  }, READ);
  loop.start();
  for (const [index, name] of ["ada", "bob <b>&amp;"].entries()) {
    const client = new PollIOLoop(sim.host(index === 0 ? "ada" : "bob"));
    client.callLater(index * 0.0015, () => {
      const own = client.platform.network.bindDatagram({ ...PORT, port: 0 });
      const bytes = new TextEncoder().encode(name);
      own.send(bytes, { transport: "udp", hostname: "shop", port: 7 });
      own.close();
    });
    client.start();
  }
  return () => {
    if (sold.length > 1) throw new Error(`one book was sold to ${sold.join(" and ")}`);
    return `sold to ${sold.join() || "nobody"}`;
  };
}

/** What its world is like. */
export const options = { seed: 1 } as const;
