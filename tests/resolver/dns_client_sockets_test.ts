/** The UDP sockets that questions leave from. */

import { assert, assertEquals, assertGreater, assertRejects } from "@std/assert";
import { DNSClient, DNSConnectionError } from "../../resolver/mod.ts";
import { bindingLoop, drawingLoop } from "./broken_loop.ts";
import { codeOf, DROP, openOn, withServers } from "./resolver_world.ts";

function pass(seconds: number, loop: { callLater(s: number, f: () => void): unknown }) {
  return new Promise<void>((resolve) => loop.callLater(seconds, resolve));
}

Deno.test("NCLI-23 DNSClient asks from a fresh socket on a random port each time", () =>
  withServers(async ({ loop, servers, client }) => {
    const dns = client();
    for (let i = 0; i < 20; i++) {
      await dns.lookupAddress("a.test");
      await pass(0.1, loop);
    }
    const ports = servers[0]?.queries.map(({ fromPort }) => fromPort) ?? [];
    const ids = new Set(servers[0]?.queries.map(({ id }) => id));
    assertEquals(new Set(ports).size, 20);
    assertGreater(ids.size, 18);
    assert(ports.every((port) => port >= 1024));
    assertGreater(Math.max(...ports) - Math.min(...ports), 10_000);
  }));

Deno.test("NCLI-24 DNSClient uses the platform that it is given for everything", () =>
  withServers(async ({ sim, loop, addresses }) => {
    const { loop: wrapped, tried } = bindingLoop(loop, () => null);
    using dns = new DNSClient(wrapped, { servers: addresses });
    await dns.lookupAddress("a.test");
    assertEquals(tried.length, 1);
    assertEquals(openOn(sim, "ns0"), ["datagram", "listener"]);
  }));

Deno.test("NCLI-25 DNSClient matches answers to questions that share a socket in a burst", () =>
  withServers(async ({ sim, servers, client }) => {
    const dns = client();
    const names = Array.from({ length: 100 }, (_, i) => i % 2 === 0 ? "a.test" : `no${i}.test`);
    const codes = await Promise.all(names.map((name) => codeOf(dns.lookupText(name))));
    assertEquals(codes, names.map((name) => name === "a.test" ? null : "NXDOMAIN"));
    const ports = servers[0]?.queries.map(({ fromPort }) => fromPort) ?? [];
    assertEquals(new Set(ports).size, 2, "51 questions, 32 to a socket");
    assertEquals(dns.inquiryCount, 0);
    assertEquals(openOn(sim, "client").length <= 2, true);
  }));

Deno.test("NCLI-26 DNSClient binds :: for an IPv6 server, and ::1 for one on this machine", () =>
  withServers(async ({ loop }) => {
    const { loop: wrapped, tried } = bindingLoop(loop, () => null);
    for (const server of ["fd00::53", "::1", "10.3.3.3", "127.0.0.1"]) {
      using dns = new DNSClient(wrapped, { servers: [server], timeouts: [1] });
      assertEquals(await codeOf(dns.lookupAddress("a.test")), "TIMEOUT");
    }
    assertEquals(tried.map(({ hostname }) => hostname), ["::", "::1", "0.0.0.0", "127.0.0.1"]);
  }));

Deno.test("NCLI-27 DNSClient tries another random port when one is taken or not allowed", () =>
  withServers(async ({ loop, addresses }) => {
    const errors = ["EADDRINUSE", "EACCES", null] as const;
    const { loop: wrapped, tried } = bindingLoop(loop, (i) => errors[i] ?? null);
    using dns = new DNSClient(wrapped, { servers: addresses });
    assertEquals((await dns.lookupAddress("a.test")).answers.length, 1);
    assertEquals(new Set(tried.map(({ port }) => port)).size, 3);
  }));

Deno.test("NCLI-28 DNSClient gives up after 1,000 ports", () =>
  withServers(async ({ loop, addresses }) => {
    const { loop: wrapped, tried } = bindingLoop(loop, () => "EADDRINUSE");
    using dns = new DNSClient(wrapped, { servers: addresses });
    const error = await assertRejects(() => dns.lookupAddress("a.test"), DNSConnectionError);
    assertEquals((error.cause as { code: string }).code, "EADDRINUSE");
    assertEquals(tried.length, 1000);
  }));

Deno.test("NCLI-29 DNSClient gives up at once when descriptors have run out", () =>
  withServers(async ({ loop, addresses }) => {
    const { loop: wrapped, tried } = bindingLoop(loop, () => "EMFILE");
    using dns = new DNSClient(wrapped, { servers: addresses });
    await assertRejects(() => dns.lookupAddress("a.test"), DNSConnectionError);
    assertEquals(tried.length, 1);
  }));

Deno.test("NCLI-30 DNSClient asks again from another socket after a time-out", () => {
  let count = 0;
  return withServers(async ({ servers, client }) => {
    await client().lookupAddress("a.test", [0.25, 0.25]);
    const [first, second] = servers[0]?.queries ?? [];
    assert(first !== undefined && second !== undefined);
    assert(first.fromPort !== second.fromPort);
  }, { servers: [{ decide: () => count++ === 0 ? "drop" : null }] });
});

Deno.test("NCLI-31 DNSClient closes its socket after the answer", () =>
  withServers(async ({ sim, loop, client }) => {
    await client().lookupAddress("a.test");
    await pass(0, loop);
    await pass(0, loop);
    assertEquals(openOn(sim, "client"), []);
  }));

Deno.test("NCLI-32 DNSClient closes the socket of a question that timed out, answered elsewhere", () =>
  withServers(async ({ sim, loop, client }) => {
    await client().lookupAddress("a.test");
    await pass(0, loop);
    await pass(0, loop);
    assertEquals(openOn(sim, "client"), []);
  }, { servers: [DROP, {}] }));

Deno.test("NCLI-33 DNSClient closes its sockets after a failure", () =>
  withServers(async ({ sim, loop, client }) => {
    assertEquals(await codeOf(client().lookupAddress("a.test", [1, 2])), "TIMEOUT");
    await pass(0, loop);
    await pass(0, loop);
    assertEquals(openOn(sim, "client"), []);
  }, { servers: [DROP] }));

Deno.test("DNSClient asks from another socket once one is a second old", () =>
  withServers(async ({ sim, servers, client }) => {
    const dns = client();
    // As long as this one waits, the sockets are not put to rest.
    const silent = codeOf(dns.lookupText("a.test", [5]));
    for (const seconds of [0.5, 1]) {
      await sim.sleep(seconds);
      await dns.lookupAddress("a.test");
    }
    const [first, young, old] = servers[0]?.queries.map(({ fromPort }) => fromPort) ?? [];
    assertEquals([young === first, old === first], [true, false]);
    assertEquals(await silent, "TIMEOUT");
  }, { servers: [{ decide: ({ type }) => type === "TXT" ? "drop" : null }] }));

Deno.test("DNSClient gives questions that wait on one socket different identifiers", () =>
  withServers(async ({ loop, addresses, servers }) => {
    const port = 0x2000;
    using dns = new DNSClient(drawingLoop(loop, [port, 7, 7, 8]), { servers: addresses });
    await Promise.all([dns.lookupAddress("a.test"), dns.lookupAddress("four.test")]);
    assertEquals(servers[0]?.queries.map(({ id, fromPort }) => [id, fromPort]), [[7, port], [
      8,
      port,
    ]]);
  }));
