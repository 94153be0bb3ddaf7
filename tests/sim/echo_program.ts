/**
 * A program on two hosts, for tests about whole runs.
 *
 * @module
 */

import { READ, WRITE } from "../../poller/mod.ts";
import type { Simulation } from "../../sim/mod.ts";
import { RawLoop, ready, receiveExactly } from "./raw_loop.ts";

/** Sends bytes from `client` to `server`, which sends them back; returns what came back. */
export async function echo(sim: Simulation, bytes: Uint8Array): Promise<Uint8Array> {
  const server = new RawLoop(sim.host("server")).start();
  const client = new RawLoop(sim.host("client")).start();
  const closed = serveEcho(server);
  const { network } = client.platform;
  const stream = network.connect({ transport: "tcp", hostname: "server", port: 80 });
  await ready(client, stream, WRITE);
  const error = stream.takeError();
  if (error !== null) throw error;
  const answer = receiveExactly(client, stream, bytes.length);
  for (let sent = 0; sent < bytes.length;) {
    sent += stream.send(bytes.subarray(sent));
    // The answer waits for READ of the same stream, so look again a little later.
    if (sent < bytes.length) await sim.sleep(1e-4);
  }
  const received = await answer;
  stream.close();
  await closed;
  server.stop();
  client.stop();
  return received;
}

/** Serves one connection; resolves when it is over and the listener closed. */
function serveEcho(loop: RawLoop): Promise<void> {
  const { network } = loop.platform;
  const listener = network.listen({ transport: "tcp", hostname: "0.0.0.0", port: 80 });
  return new Promise((resolve) => {
    loop.add(listener, READ, () => {
      const stream = listener.accept();
      if (stream === undefined) return;
      listener.close();
      let unsent: Uint8Array = new Uint8Array(0);
      loop.add(stream, READ, () => {
        if (unsent.length === 0) {
          const bytes = stream.receive();
          if (bytes === null) {
            stream.close();
            return resolve();
          }
          unsent = bytes?.slice() ?? unsent;
        }
        unsent = unsent.subarray(stream.send(unsent));
        loop.platform.poller.modify(stream, unsent.length > 0 ? WRITE : READ);
      });
    });
  });
}
