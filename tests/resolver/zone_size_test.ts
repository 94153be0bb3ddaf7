/** How large a zone may be that is transferred. */

import { assertEquals, assertInstanceOf } from "@std/assert";
import { DNSMalformedError } from "../../resolver/mod.ts";
import { frame } from "../../resolver/tcp_frames.ts";
import type { Simulation } from "../../sim/mod.ts";
import { packet } from "./packets.ts";
import { withServers } from "./resolver_world.ts";

const SOA = {
  name: "test",
  type: "SOA",
  ttl: 1,
  data: { mname: "a", rname: "b", serial: 1, refresh: 2, retry: 3, expire: 4, minimum: 5 },
};

const ADDRESS = { name: ".", type: "A", ttl: 1, data: "10.0.0.1" };

/** How many addresses a packet holds: 15 bytes each. */
const CHUNK = 4000;

/** Answers one question over TCP with the packets, whatever it is. */
async function serve(sim: Simulation, packets: readonly Uint8Array[]): Promise<void> {
  const listener = sim.host("big").network.listen({
    transport: "tcp",
    hostname: "0.0.0.0",
    port: 53,
  });
  const arrival = async <T>(look: () => T | undefined): Promise<T> => {
    for (let found = look();; found = look()) {
      if (found !== undefined) return found;
      await sim.sleep(0.01);
    }
  };
  const stream = await arrival(() => listener.accept());
  const query = await arrival(() => stream.receive());
  for (const bytes of packets) {
    const answer = bytes.slice();
    // The id stands behind the length.
    if (query !== null) answer.set(query.subarray(2, 4));
    let rest = frame(answer);
    while (rest.length > 0) {
      rest = rest.subarray(stream.send(rest));
      await sim.sleep(0.01);
    }
  }
  await arrival(() => stream.receive());
  stream.close();
  listener.close();
}

/** Packets that begin a zone, with so many records in all. */
function beginning(count: number): Uint8Array[] {
  const packets = [packet({ questions: [], answers: [SOA] })];
  for (let rest = count - 1; rest > 0; rest -= CHUNK) {
    packets.push(packet({ questions: [], answers: Array(Math.min(CHUNK, rest)).fill(ADDRESS) }));
  }
  return packets;
}

for (
  const [what, packets, outcome] of [
    ["takes 100,000 records and the last", () => [
      ...beginning(100_000),
      packet({ questions: [], answers: [SOA] }),
    ], 100_001],
    ["refuses more than 100,000 records", () => beginning(100_001), null],
    ["refuses a packet without records", () => [
      ...beginning(1),
      packet({ questions: [], answers: [] }),
    ], null],
  ] as const
) {
  Deno.test(`DNSClient.lookupZone() ${what}`, () =>
    withServers(async ({ sim, client }) => {
      const servers = [sim.host("big").address];
      const served = serve(sim, packets());
      const result = await client({ servers }).lookupZone("test", [600])
        .then(({ answers }) => answers.length, (error: unknown) => error);
      if (outcome === null) assertInstanceOf(result, DNSMalformedError);
      else assertEquals(result, outcome);
      await served;
    }, { servers: [] }));
}
