import { assert, assertEquals, assertLess } from "@std/assert";
import { PollIOLoop } from "../../ioloop/mod.ts";
import { READ } from "../../poller/mod.ts";
import { AF_INET, StubResolver } from "../../resolver/mod.ts";
import type { DNSFault } from "../../sim/dns/mod.ts";
import { Simulation } from "../../sim/mod.ts";
import { packet } from "./packets.ts";
import { codeOf, openOn, withServers } from "./resolver_world.ts";

/** Runs a lookup against a server whose first answer has a fault. */
function withFirst(fault: DNSFault) {
  let count = 0;
  return { decide: () => count++ === 0 ? fault : null };
}

for (const fault of ["wrong id", "wrong question"] as const) {
  Deno.test(`StubResolver takes no answer with a ${fault} for one`, () =>
    withServers(async ({ sim, stub, servers }) => {
      const began = sim.now;
      assertEquals((await stub().resolve("a.test", 1, AF_INET))[0]?.[1][0], "10.9.0.1");
      assertEquals(servers[0]?.queries.length, 2);
      assert(sim.now - began >= 1, "the wrong answer counts as none");
    }, { servers: [withFirst(fault)] }));
}

Deno.test("StubResolver remembers nothing that an answer says besides", () =>
  withServers(async ({ stub }) => {
    const resolver = stub();
    const { addresses } = await resolver.lookup("a.test");
    assertEquals(addresses.map(({ address }) => address), ["10.9.0.1", "fd00::1"]);
    assertEquals(resolver.cache.size, 2);
    assertEquals(await codeOf(resolver.resolve("bank.test", 1)), "NXDOMAIN");
  }, { servers: [{ decide: () => "lie" }] }));

Deno.test("StubResolver goes to the next server when an answer is malformed", () =>
  withServers(async ({ stub, servers }) => {
    assertEquals((await stub().resolve("a.test", 1, AF_INET)).length, 1);
    const alone = stub({ servers: [servers[0]?.host.address as string] });
    assertEquals(await codeOf(alone.resolve("a.test", 1, AF_INET)), "MALFORMED");
  }, { servers: [{ decide: () => "malformed" }, {}] }));

Deno.test("StubResolver does not mind answers that come twice, or too late", () =>
  withServers(async ({ sim, stub, servers }) => {
    const resolver = stub({ cacheEntries: 0 });
    for (let i = 0; i < 3; i++) {
      assertEquals((await resolver.resolve("a.test", 1, AF_INET))[0]?.[1][0], "10.9.0.1");
    }
    await sim.sleep(200);
    assert((servers[0]?.queries.length ?? 0) >= 4);
  }, { servers: [{ decide: ({ id }) => id % 2 === 0 ? "duplicate" : "late" }] }));

Deno.test("StubResolver ignores answers from another address or port, and survives a flood of them", async () => {
  const sim = new Simulation({ datagramQueue: 4096 });
  const loop = new PollIOLoop(sim.host("client"));
  const attacker = sim.host("attacker");
  const server = sim.host("server");
  const forge = attacker.network.bindDatagram({ transport: "udp", hostname: "0.0.0.0", port: 53 });
  const silent = server.network.bindDatagram({ transport: "udp", hostname: "0.0.0.0", port: 53 });
  const resolver = new StubResolver(loop, { servers: [server.address], timeouts: [1] });
  let flooded = 0;
  server.poller.register(silent, READ);
  server.poller.poll(Infinity, () => {
    const query = silent.receive();
    assert(query !== undefined && "port" in query.from);
    const id = ((query.bytes[0] as number) << 8) | (query.bytes[1] as number);
    const answers = [{ name: "a.test", type: "A", ttl: 60, data: "10.66.66.66" }];
    const to = query.from;
    // The right identifier and question, but from elsewhere; then a thousand guesses.
    forge.send(packet({ questions: ["a.test A"], answers, id }), to);
    for (; flooded < 1000; flooded++) {
      forge.send(packet({ questions: ["a.test A"], answers, id: flooded }), to);
    }
  }, () => server.poller.pause());
  const began = sim.now;
  const code = await sim.run(() =>
    loop.runSync(() => codeOf(resolver.resolve("a.test", 1, AF_INET)))
  );
  // The server answers neither over UDP nor over TCP, where the resolver went because of the flood.
  assertEquals(code, "CONNECTION");
  assertLess(sim.now - began, 1);
  assertEquals(resolver.cache.size, 0);
  resolver.close();
  for (const handle of [forge, silent]) handle.close();
  loop.close();
  assertEquals(openOn(sim, "client"), []);
});

Deno.test("StubResolver stops speaking EDNS(0) to a server that does not know it", () =>
  withServers(async ({ stub, servers }) => {
    const resolver = stub({ cacheEntries: 0 });
    for (let i = 0; i < 2; i++) await resolver.resolve("a.test", 1, AF_INET);
    assertEquals(servers[0]?.queries.map(({ edns }) => edns), [true, false, false]);
  }, { servers: [{ decide: ({ edns }) => edns ? "format error" : null }] }));

Deno.test("StubResolver fetches an answer of 40 addresses over TCP when it does not fit", () => {
  const records = Array.from({ length: 80 }, (_, i) => ({
    name: "many.test",
    type: "A",
    data: `10.8.0.${i}`,
  }));
  return withServers(async ({ stub, servers }) => {
    assertEquals((await stub().resolve("many.test", 1, AF_INET)).length, 80);
    assertEquals(servers[0]?.queries.map(({ transport }) => transport), ["udp", "tcp"]);
  }, { servers: [{ records }] });
});
