/** Servers that send back what they were asked, more or less: no answer, though all else fits. */

import { assertEquals } from "@std/assert";
import { PollIOLoop } from "../../ioloop/mod.ts";
import { READ } from "../../poller/mod.ts";
import { DNSClient } from "../../resolver/mod.ts";
import { Simulation } from "../../sim/mod.ts";
import { codeOf } from "./resolver_world.ts";

/** The byte that holds the flags which say what a message is, and where it stands in a frame. */
const FLAGS = { udp: 2, tcp: 4 } as const;

/** What makes of a query something that is none, and no answer to it either. */
const TAMPERINGS: Readonly<Record<string, (flags: number) => number>> = {
  "the query itself": (flags) => flags,
  "an answer to another kind of query": (flags) => flags | 0x80 | (2 << 3),
};

/** A server that sends back each query, over UDP and TCP, with the flags changed. */
function reflect(sim: Simulation, tamper: (flags: number) => number): PollIOLoop {
  const host = sim.host("server");
  const loop = new PollIOLoop(host);
  const any = { hostname: "0.0.0.0", port: 53 } as const;
  const changed = (bytes: Uint8Array, at: number) => {
    const copy = bytes.slice();
    copy[at] = tamper(copy[at] as number);
    return copy;
  };
  const socket = host.network.bindDatagram({ transport: "udp", ...any });
  loop.addHandler(socket, () => {
    const query = socket.receive();
    if (query !== undefined) socket.send(changed(query.bytes, FLAGS.udp), query.from);
  }, READ);
  const listener = host.network.listen({ transport: "tcp", ...any });
  loop.addHandler(listener, () => {
    const stream = listener.accept();
    if (stream === undefined) return;
    loop.addHandler(stream, () => {
      const bytes = stream.receive();
      if (bytes instanceof Uint8Array) stream.send(changed(bytes, FLAGS.tcp));
      else if (bytes === null) stream.close();
    }, READ);
  }, READ);
  return loop;
}

for (const transport of ["udp", "tcp"] as const) {
  for (const [what, tamper] of Object.entries(TAMPERINGS)) {
    Deno.test(`DNSClient over ${transport} takes ${what} for no answer`, async () => {
      const sim = new Simulation({ seed: 1 });
      const server = reflect(sim, tamper);
      const loop = new PollIOLoop(sim.host("client"));
      const servers = [sim.host("server").address];
      const client = new DNSClient(loop, { servers, transport, timeouts: [1] });
      await sim.run(async () => {
        const serving = server.start();
        const code = await loop.runSync(() => codeOf(client.lookupAddress("a.test")));
        assertEquals(code, "TIMEOUT");
        client.close();
        server.stop();
        await serving;
      });
      server.close({ allFds: true });
      loop.close();
    });
  }
}
