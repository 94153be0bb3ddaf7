/** Asking name servers: whom, how often, and what is shared. */

import { AsyncLocalStorage } from "node:async_hooks";
import {
  assert,
  assertEquals,
  assertGreater,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import {
  DNSClient,
  DNSQueryTimeoutError,
  type ResolverLoop,
  resolverLoop,
} from "../../resolver/mod.ts";
import { PollReactor } from "../../reactor/mod.ts";
import { asked, codeOf, DROP, withServers } from "./resolver_world.ts";

Deno.test("NCLI-18 DNSClient asks the servers in order when one does not answer in time", () =>
  withServers(async ({ sim, servers, client }) => {
    const began = sim.now;
    const { source } = await client().lookupAddress("a.test");
    assert(source.kind === "server" && source.server.hostname === servers[1]?.host.address);
    assertEquals(asked(servers[0]), ["A a.test"]);
    assertGreater(sim.now - began, 1 - 1e-9);
  }, { servers: [DROP, {}] }));

Deno.test("NCLI-19 DNSClient shares one question among identical ones in flight", () =>
  withServers(async ({ servers, client }) => {
    const dns = client();
    const [one, two] = await Promise.all([
      dns.lookupAddress("a.test"),
      dns.lookupAddress("A.TEST"),
    ]);
    assertStrictEquals(one, two);
    assertEquals(asked(servers[0]), ["A a.test"]);
  }));

Deno.test("NCLI-20 DNSClient asks different questions separately", () =>
  withServers(async ({ servers, client }) => {
    const dns = client();
    await Promise.all([dns.lookupAddress("a.test"), dns.lookupIPV6Address("a.test")]);
    await Promise.all([dns.lookupAddress("a.test"), dns.lookupAddress("four.test")]);
    assertEquals(asked(servers[0]), ["A a.test", "AAAA a.test", "A a.test", "A four.test"]);
  }));

Deno.test("NCLI-21 DNSClient asks again when an identical question was answered before", () =>
  withServers(async ({ servers, client }) => {
    const dns = client();
    await dns.lookupAddress("a.test");
    await dns.lookupAddress("a.test");
    assertEquals(asked(servers[0]).length, 2);
  }));

Deno.test("NCLI-22 DNSClient rejects all who share a question that fails", () =>
  withServers(async ({ servers, client }) => {
    const dns = client();
    const codes = await Promise.all([1, 2, 3].map(() => codeOf(dns.lookupAddress("no.test"))));
    assertEquals(codes, ["NXDOMAIN", "NXDOMAIN", "NXDOMAIN"]);
    assertEquals(asked(servers[0]).length, 1);
  }));

Deno.test("NCLI-71 DNSClient asks each server within each time-out, then fails", () =>
  withServers(async ({ sim, servers, client }) => {
    const began = sim.now;
    await assertRejects(() => client().lookupAddress("a.test"), DNSQueryTimeoutError);
    const queries = servers.flatMap((server) => server.queries.map((each) => ({ server, each })));
    queries.sort((a, b) => a.each.at - b.each.at);
    assertEquals(
      queries.map(({ server, each }) => `${server.host.name} ${Math.round(each.at - began)}`),
      ["ns0 0", "ns1 1", "ns0 2", "ns1 5", "ns0 8", "ns1 19", "ns0 30", "ns1 75"],
    );
    assertEquals(Math.round(sim.now - began), 120);
  }, { servers: [DROP, DROP] }));

Deno.test("DNSClient leaves no timer once its sockets are at rest", () =>
  withServers(async ({ sim, addresses }) => {
    const reactor = new PollReactor(sim.host("other"));
    using dns = new DNSClient(reactor, { servers: addresses });
    const ran = reactor.run();
    await dns.lookupAddress("a.test");
    await sim.sleep(0.01);
    assertEquals(reactor.getDelayedCalls().length, 0);
    reactor.stop();
    await ran;
  }));

Deno.test("DNSClient gives up a question with a short time-out before an earlier one with a long", () =>
  withServers(async ({ sim, client }) => {
    const dns = client();
    const began = sim.now;
    const long = codeOf(dns.lookupAddress("a.test", [5]));
    assertEquals(await codeOf(dns.lookupText("a.test", [1])), "TIMEOUT");
    assertEquals(Math.round(sim.now - began), 1);
    assertEquals(await long, "TIMEOUT");
    assertEquals(Math.round(sim.now - began), 5);
  }, { servers: [DROP] }));

Deno.test("DNSClient leaves nothing of the context of a lookup with the loop", () =>
  withServers(async ({ loop, addresses }) => {
    const user = new AsyncLocalStorage<string>();
    const seen: (string | undefined)[] = [];
    const below = resolverLoop(loop);
    const spy: ResolverLoop = {
      platform: below.platform,
      callLater(seconds, callback) {
        seen.push(user.getStore());
        return below.callLater(seconds, callback);
      },
      addHandler(handle, handler, events) {
        seen.push(user.getStore());
        below.addHandler(handle, handler, events);
      },
      updateHandler: (handle, events) => below.updateHandler(handle, events),
      removeHandler: (handle) => below.removeHandler(handle),
    };
    const client = new DNSClient(spy, { servers: addresses });
    const lookup = () => client.lookupAddress("a.test");
    await user.run("ada", lookup);
    await user.run("ada", () => client.lookupText("many.test"));
    client.close();
    assertGreater(seen.length, 3);
    assertEquals(new Set(seen), new Set([undefined]));
  }, {
    servers: [{
      decide: ({ transport }) => transport === "udp" ? "truncate" : null,
      records: [{ name: "a.test", type: "A", data: "10.0.0.1" }, {
        name: "many.test",
        type: "TXT",
        data: "x",
      }],
    }],
  }));
