/** Zone transfers. */

import { assertEquals } from "@std/assert";
import { codeOf, openOn, withServers } from "./resolver_world.ts";

Deno.test("NCLI-60 DNSClient.lookupZone() transfers a zone over TCP", () =>
  withServers(async ({ servers, client }) => {
    const { answers } = await client().lookupZone("test");
    assertEquals(servers[0]?.queries.map(({ type, transport }) => `${type} ${transport}`), [
      "AXFR tcp",
    ]);
    const [first] = answers;
    assertEquals([first?.type, answers.at(-1)?.type], ["SOA", "SOA"]);
    assertEquals(answers.length, 11);
  }));

Deno.test("DNSClient.lookupZone() rejects when a server refuses, is silent, or sends nonsense", () =>
  withServers(async ({ client, addresses }) => {
    const codes = [];
    for (const server of addresses) {
      codes.push(await codeOf(client({ servers: [server] }).lookupZone("test", [2])));
    }
    assertEquals(codes, ["REFUSED", "TIMEOUT", "MALFORMED", "MALFORMED", "CONNECTION"]);
  }, {
    servers: [
      { decideTCP: () => "refuse" },
      { decideTCP: () => "drop" },
      { decideTCP: () => "malformed" },
      { decideTCP: () => "wrong id" },
      { tcp: false },
    ],
  }));

Deno.test("DNSClient.lookupZone() transfers a zone that holds nothing", () =>
  withServers(async ({ client }) => {
    assertEquals((await client().lookupZone("test", [1])).answers.length, 2);
  }, { servers: [{ records: [] }] }));

Deno.test("DNSClient.close() ends a zone transfer", () =>
  withServers(async ({ sim, client }) => {
    const dns = client();
    const transfer = codeOf(dns.lookupZone("test"));
    await sim.sleep(0.1);
    dns.close();
    assertEquals(openOn(sim, "client"), []);
    assertEquals(await transfer, "CANCELLED");
  }, { servers: [{ decideTCP: () => "drop" }] }));
