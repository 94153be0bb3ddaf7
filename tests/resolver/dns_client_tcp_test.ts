/** Answers that come over TCP because they do not fit. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { DNSConnectionError } from "../../resolver/mod.ts";
import { codeOf, TRUNCATE, withServers } from "./resolver_world.ts";

Deno.test("NCLI-34 DNSClient forgets a TCP connection that nothing waits on", () =>
  withServers(async ({ client }) => {
    const dns = client();
    const lookups = ["a.test", "four.test"].map((name) => dns.lookupAddress(name));
    await Promise.all(lookups);
    assertEquals(dns.connectionCount, 0);
  }, { servers: [TRUNCATE] }));

Deno.test("NCLI-35 DNSClient rejects with the cause when the server cannot be reached over TCP", () =>
  withServers(async ({ client }) => {
    const error = await assertRejects(() => client().lookupAddress("a.test"), DNSConnectionError);
    assertEquals((error.cause as { code: string }).code, "ECONNREFUSED");
  }, { servers: [{ ...TRUNCATE, tcp: false }] }));

Deno.test("NCLI-36 DNSClient rejects all questions that wait for a connection that fails", () =>
  withServers(async ({ client }) => {
    const dns = client();
    const names = ["a.test", "four.test", "six.test"];
    const codes = await Promise.all(names.map((name) => codeOf(dns.lookupAddress(name))));
    assertEquals(codes, ["CONNECTION", "CONNECTION", "CONNECTION"]);
    assertEquals(dns.connectionCount, 0);
  }, { servers: [{ ...TRUNCATE, tcp: false }] }));

Deno.test("NCLI-37 DNSClient can be asked again by who hears of the failure", () =>
  withServers(async ({ client }) => {
    const dns = client();
    const again = dns.lookupAddress("a.test").catch(() => dns.lookupAddress("four.test"));
    assertEquals(await codeOf(again), "CONNECTION");
    assertEquals(dns.connectionCount, 0);
  }, { servers: [{ ...TRUNCATE, tcp: false }] }));

Deno.test("NCLI-38 DNSClient goes to the next server from within the failure of a connection", () =>
  withServers(async ({ servers, client }) => {
    const dns = client();
    const names = ["a.test", "four.test"];
    const answers = await Promise.all(names.map((name) => dns.lookupAddress(name)));
    assertEquals(answers.map(({ answers }) => answers[0]?.data), ["10.9.0.1", "10.9.0.4"]);
    assertEquals(servers[1]?.queries.map(({ transport }) => transport), [
      ...["udp", "udp", "tcp", "tcp"],
    ]);
  }, { servers: [{ ...TRUNCATE, tcp: false }, TRUNCATE] }));

Deno.test("NCLI-64 DNSClient asks again over TCP when an answer is truncated", () =>
  withServers(async ({ servers, client }) => {
    const { answers, source } = await client().lookupAddress("a.test");
    assertEquals(answers[0]?.data, "10.9.0.1");
    assert(source.kind === "server" && source.transport === "tcp");
    assertEquals(servers[0]?.queries.map(({ transport }) => transport), ["udp", "tcp"]);
  }, { servers: [TRUNCATE] }));

for (const fault of ["wrong id", "wrong question"] as const) {
  Deno.test(`DNSClient takes no answer over TCP with a ${fault} for one`, () =>
    withServers(async ({ client }) => {
      assertEquals(await codeOf(client().lookupAddress("a.test", [1])), "TIMEOUT");
    }, { servers: [{ ...TRUNCATE, decideTCP: () => fault }] }));
}

Deno.test("DNSClient rejects as malformed what a server sends over TCP, and goes to the next", () =>
  withServers(async ({ client, addresses }) => {
    assertEquals((await client().lookupAddress("a.test")).answers.length, 1);
    const alone = client({ servers: [addresses[0] as string] });
    assertEquals(await codeOf(alone.lookupAddress("a.test")), "MALFORMED");
  }, { servers: [{ ...TRUNCATE, decideTCP: () => "malformed" }, {}] }));

Deno.test("DNSClient gives a connection up that brings too many wrong answers", () =>
  withServers(async ({ sim, client }) => {
    const dns = client();
    const began = sim.now;
    const names = Array.from({ length: 100 }, (_, i) => `name${i}.test`);
    const codes = await Promise.all(names.map((name) => codeOf(dns.lookupAddress(name))));
    assertEquals(new Set(codes), new Set(["MALFORMED"]));
    assert(sim.now - began < 1, "before any time-out");
  }, { servers: [{ ...TRUNCATE, decideTCP: () => "wrong question" }] }));
