/** Servers that end TCP connections on which questions wait (RFC 7766 6.2.3, 6.2.4). */

import { assert, assertEquals, assertLess } from "@std/assert";
import type { DNSQueryEntry } from "../../sim/dns/mod.ts";
import { codeOf, type ResolverWorld, withServers } from "./resolver_world.ts";

/** Asks so many questions at once over TCP; returns how each ended, and how often. */
async function burst({ client }: ResolverWorld, size: number): Promise<Record<string, number>> {
  const dns = client({ transport: "tcp", timeouts: [5] });
  const names = Array.from({ length: size }, (_, i) => `name${i}.test`);
  const codes = await Promise.all(names.map((name) => codeOf(dns.lookupAddress(name))));
  const counts: Record<string, number> = {};
  for (const code of codes) counts[code ?? "answer"] = (counts[code ?? "answer"] ?? 0) + 1;
  return counts;
}

/** How many questions came over each connection. */
function connections(queries: readonly DNSQueryEntry[] = []): number[] {
  const ports = queries.map(({ fromPort }) => fromPort);
  return [...new Set(ports)].map((port) => ports.filter((each) => each === port).length);
}

for (const [perConnection, size] of [[100, 1050], [1, 40], [7, 300]] as const) {
  Deno.test(`DNSClient has ${size} questions answered, ${perConnection} a connection`, () =>
    withServers(async (world) => {
      assertEquals(await burst(world, size), { NXDOMAIN: size });
      const [server] = world.servers;
      const full = Array(Math.floor(size / perConnection)).fill(perConnection);
      const rest = size % perConnection;
      assertEquals(connections(server?.queries), rest === 0 ? full : [...full, rest]);
      assertLess(world.sim.now, 5, "no question waited for its time-out");
    }, { servers: [{ answersPerConnection: perConnection }] }));
}

Deno.test("DNSClient gives a server up that ends a connection without having answered anything", () =>
  withServers(async (world) => {
    assertEquals(await burst(world, 300), { CONNECTION: 300 });
    assertEquals(connections(world.servers[0]?.queries), [1]);
    assertLess(world.sim.now, 5, "no question waited for its time-out");
  }, { servers: [{ answersPerConnection: 0 }] }));

Deno.test("DNSClient goes to the next server when one ends connections without an answer", () =>
  withServers(async (world) => {
    assertEquals(await burst(world, 300), { NXDOMAIN: 300 });
    assertEquals(connections(world.servers[1]?.queries), [300]);
  }, { servers: [{ answersPerConnection: 0 }, {}] }));

Deno.test("DNSClient gives a server up that ends a second connection without an answer", () => {
  let asked = 0;
  return withServers(async (world) => {
    assertEquals(await burst(world, 50), { CONNECTION: 30, NXDOMAIN: 20 });
    assertEquals(connections(world.servers[0]?.queries), [20, 20]);
  }, { servers: [{ answersPerConnection: 20, decideTCP: () => asked++ < 20 ? null : "drop" }] });
});

Deno.test("DNSClient gives a server up that no longer listens after it has ended a connection", () =>
  withServers(async (world) => {
    const [server] = world.servers;
    const dns = world.client({ transport: "tcp", timeouts: [5] });
    const lookups = ["a.test", "four.test"].map((name) => codeOf(dns.lookupAddress(name)));
    assertEquals(await lookups[0], null);
    server?.close();
    assertEquals(await lookups[1], "CONNECTION");
  }, { servers: [{ decideTCP: ({ name }) => name === "a.test" ? null : "drop" }] }));

Deno.test("DNSClient leaves no question more time because connections end under it", () => {
  const decideTCP = ({ name }: DNSQueryEntry) => name === "silent.test" ? "drop" : null;
  return withServers(async ({ sim, servers, client }) => {
    const dns = client({ transport: "tcp", timeouts: [5] });
    const began = sim.now;
    const silent = codeOf(dns.lookupAddress("silent.test"));
    for (let i = 0; sim.now - began < 4.8; i++) {
      assertEquals(await codeOf(dns.lookupAddress(`name${i}.test`)), "NXDOMAIN");
      await sim.sleep(0.25);
    }
    assertEquals(await silent, "TIMEOUT");
    assertEquals(Math.round((sim.now - began) * 10), 50);
    assert(connections(servers[0]?.queries).length > 10);
  }, { servers: [{ answersPerConnection: 2, decideTCP }] });
});

Deno.test("DNSClient sends 256 questions ahead, and the others as answers come or are given up", () => {
  let isSilent = true;
  const decideTCP = () => isSilent ? "drop" : null;
  return withServers(async ({ sim, servers, client }) => {
    const dns = client({ transport: "tcp", timeouts: [5] });
    const early = Array.from({ length: 256 }, (_, i) => codeOf(dns.lookupAddress(`a${i}.test`)));
    await sim.sleep(1);
    const late = Array.from({ length: 10 }, (_, i) => codeOf(dns.lookupAddress(`b${i}.test`)));
    assertEquals(await codeOf(dns.lookupAddress("brief.test", [1])), "TIMEOUT");
    assertEquals(connections(servers[0]?.queries), [256]);
    isSilent = false;
    assertEquals(new Set(await Promise.all(early)), new Set(["TIMEOUT"]));
    assertEquals(new Set(await Promise.all(late)), new Set(["NXDOMAIN"]));
    assertEquals(connections(servers[0]?.queries), [266], "one was given up before it was sent");
  }, { servers: [{ decideTCP }] });
});
