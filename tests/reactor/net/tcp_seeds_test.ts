/**
 * Streams under a network that cuts reads and writes anywhere.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { PollReactor } from "../../../reactor/mod.ts";
import { random, Simulation } from "../../../sim/mod.ts";
import { RecordingClients, RecordingServers } from "../../contract/tcp_recorders.ts";

/** What one end writes: pieces of some lengths, each alone or with others in one sequence. */
const WRITES = fc.array(
  fc.array(fc.oneof(fc.nat(100), fc.nat(30_000)), { minLength: 1, maxLength: 3 }),
  { minLength: 1, maxLength: 8 },
);

function pieces(writes: readonly (readonly number[])[], first: number): Uint8Array[][] {
  let next = first;
  return writes.map((lengths) =>
    lengths.map((length) => Uint8Array.from({ length }, () => next++ % 251))
  );
}

function join(sequences: readonly (readonly Uint8Array[])[]): Uint8Array {
  return new Uint8Array(sequences.flat().flatMap((piece) => [...piece]));
}

/** Sends both ways at once over a simulated network; returns what each end got. */
async function exchange(
  seed: number,
  up: readonly Uint8Array[][],
  down: readonly Uint8Array[][],
): Promise<{ atServer: Uint8Array; atClient: Uint8Array; log: string[] }> {
  const sim = new Simulation({ seed, strategy: random(seed) });
  const platform = sim.host("host");
  const log: string[] = [];
  const reactor = new PollReactor(platform);
  let atServer: Uint8Array = new Uint8Array();
  let atClient: Uint8Array = new Uint8Array();
  await sim.run(async () => {
    const running = reactor.run({ installSignalHandlers: false });
    const servers = new RecordingServers(log, { name: "server", halfCloseable: true });
    const port = reactor.listenTCP(0, servers, { interface: "127.0.0.1" });
    const clients = new RecordingClients(log, { name: "client", halfCloseable: true });
    reactor.connectTCP("127.0.0.1", port.getHost().port, clients);
    const [client, server] = [await clients.next(), await servers.next()];
    const over = [client.lost(), server.lost()];
    for (const [protocol, sequences] of [[client, up], [server, down]] as const) {
      for (const sequence of sequences) {
        if (sequence.length === 1) protocol.transport.write(sequence[0] as Uint8Array);
        else protocol.transport.writeSequence(sequence);
        await sim.sleep(0.0001);
      }
      // After all of it; the other end may still be sending.
      protocol.transport.loseWriteConnection();
    }
    await Promise.all([
      client.has(join(down).length),
      server.has(join(up).length),
    ]);
    for (const { transport } of [client, server]) transport.loseConnection();
    await Promise.all(over);
    atServer = server.received;
    atClient = client.received;
    reactor.stop();
    await running;
  });
  assertEquals(sim.leaks(), []);
  return { atServer, atClient, log };
}

Deno.test("TCP transports keep all bytes in order, wherever the network cuts them", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), WRITES, WRITES, async (seed, up, down) => {
      const [upward, downward] = [pieces(up, 0), pieces(down, 100)];
      const { atServer, atClient, log } = await exchange(seed, upward, downward);
      assertEquals(atServer.length, join(upward).length);
      assert(join(upward).every((byte, index) => byte === atServer[index]));
      assert(join(downward).every((byte, index) => byte === atClient[index]));
      assertEquals(atClient.length, join(downward).length);
      for (const end of ["client", "server"]) {
        assertEquals(log.filter((entry) => entry.startsWith(`${end}: lost`)).length, 1);
      }
    }),
    { numRuns: 30 },
  );
});
