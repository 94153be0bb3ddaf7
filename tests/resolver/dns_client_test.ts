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
  DNSConnectionError,
  DNSFormatError,
  DNSNameError,
  DNSNotImplementedError,
  DNSQueryRefusedError,
  DNSQueryTimeoutError,
  DNSServerError,
  DNSUnknownError,
  type IResolver,
  type LookupMethod,
  type ResolverLoop,
  resolverLoop,
} from "../../resolver/mod.ts";
import { PollReactor } from "../../reactor/mod.ts";
import type { DNSFault, SimDNSServer } from "../../sim/dns/mod.ts";
import { bindingLoop } from "./broken_loop.ts";
import { codeOf, openOn, withServers } from "./resolver_world.ts";

const DROP = { decide: () => "drop" as const };

function asked(server: SimDNSServer | undefined): string[] {
  return server?.queries.map(({ type, name }) => `${type} ${name}`) ?? [];
}

function pass(seconds: number, loop: { callLater(s: number, f: () => void): unknown }) {
  return new Promise<void>((resolve) => loop.callLater(seconds, resolve));
}

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

const TRUNCATE = { decide: () => "truncate" as const };

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

Deno.test("NCLI-39 DNSClient.getHostByName() fulfils with the address", () =>
  withServers(async ({ servers, client }) => {
    const dns = client();
    assertEquals(await dns.getHostByName("a.test"), "10.9.0.1");
    assertEquals(await dns.getHostByName("alias.test"), "10.9.0.1");
    assertEquals(await dns.getHostByName("six.test"), "fd00::6");
    assertEquals(await codeOf(dns.getHostByName("text.test")), "NODATA");
    assertEquals(asked(servers[0]).slice(0, 2), ["A a.test", "AAAA a.test"]);
  }));

/** Sees that a method asks for the type that it is named after. */
async function checkMethod(method: keyof IResolver, type: string): Promise<void> {
  await withServers(async ({ servers, client }) => {
    const dns: IResolver = client();
    await codeOf((dns[method] as LookupMethod).call(dns, "a.test"));
    assertEquals(asked(servers[0]), [`${type} a.test`]);
  });
}

Deno.test("NCLI-40 DNSClient.lookupAddress() asks for A", () => checkMethod("lookupAddress", "A"));
Deno.test("NCLI-41 DNSClient.lookupIPV6Address() asks for AAAA", () =>
  checkMethod("lookupIPV6Address", "AAAA"));
Deno.test("NCLI-42 DNSClient.lookupAddress6() asks for A6", () =>
  checkMethod("lookupAddress6", "UNKNOWN_38"));
Deno.test("NCLI-43 DNSClient.lookupNameservers() asks for NS", () =>
  checkMethod("lookupNameservers", "NS"));
Deno.test("NCLI-44 DNSClient.lookupCanonicalName() asks for CNAME", () =>
  checkMethod("lookupCanonicalName", "CNAME"));
Deno.test("NCLI-45 DNSClient.lookupAuthority() asks for SOA", () =>
  checkMethod("lookupAuthority", "SOA"));
Deno.test("NCLI-46 DNSClient.lookupMailBox() asks for MB", () =>
  checkMethod("lookupMailBox", "UNKNOWN_7"));
Deno.test("NCLI-47 DNSClient.lookupMailGroup() asks for MG", () =>
  checkMethod("lookupMailGroup", "UNKNOWN_8"));
Deno.test("NCLI-48 DNSClient.lookupMailRename() asks for MR", () =>
  checkMethod("lookupMailRename", "UNKNOWN_9"));
Deno.test("NCLI-49 DNSClient.lookupNull() asks for NULL", () => checkMethod("lookupNull", "NULL"));
Deno.test("NCLI-50 DNSClient.lookupWellKnownServices() asks for WKS", () =>
  checkMethod("lookupWellKnownServices", "UNKNOWN_11"));
Deno.test("NCLI-51 DNSClient.lookupPointer() asks for PTR", () =>
  checkMethod("lookupPointer", "PTR"));
Deno.test("NCLI-52 DNSClient.lookupHostInfo() asks for HINFO", () =>
  checkMethod("lookupHostInfo", "HINFO"));
Deno.test("NCLI-53 DNSClient.lookupMailboxInfo() asks for MINFO", () =>
  checkMethod("lookupMailboxInfo", "UNKNOWN_14"));
Deno.test("NCLI-54 DNSClient.lookupMailExchange() asks for MX", () =>
  checkMethod("lookupMailExchange", "MX"));
Deno.test("NCLI-55 DNSClient.lookupText() asks for TXT", () => checkMethod("lookupText", "TXT"));
Deno.test("NCLI-56 DNSClient.lookupSenderPolicy() asks for SPF", () =>
  checkMethod("lookupSenderPolicy", "SPF"));
Deno.test("NCLI-57 DNSClient.lookupResponsibility() asks for RP", () =>
  checkMethod("lookupResponsibility", "RP"));
Deno.test("NCLI-58 DNSClient.lookupAFSDatabase() asks for AFSDB", () =>
  checkMethod("lookupAFSDatabase", "AFSDB"));
Deno.test("NCLI-59 DNSClient.lookupService() asks for SRV", () =>
  checkMethod("lookupService", "SRV"));

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

Deno.test("NCLI-61 DNSClient.lookupAllRecords() asks for records of all types", () =>
  checkMethod("lookupAllRecords", "ANY"));
Deno.test("NCLI-62 DNSClient.lookupNamingAuthorityPointer() asks for NAPTR", () =>
  checkMethod("lookupNamingAuthorityPointer", "NAPTR"));

Deno.test("NCLI-63 DNSClient.query() dispatches on the type", () =>
  withServers(async ({ servers, client }) => {
    const dns = client();
    await dns.query({ name: "a.test", type: "AAAA" });
    await dns.query({ name: "text.test", type: "TXT" });
    assertEquals(asked(servers[0]), ["AAAA a.test", "TXT text.test"]);
    assertEquals(await codeOf(dns.query({ name: "a.test", type: "OPT" })), "UNSUPPORTED");
  }));

Deno.test("NCLI-64 DNSClient asks again over TCP when an answer is truncated", () =>
  withServers(async ({ servers, client }) => {
    const { answers, source } = await client().lookupAddress("a.test");
    assertEquals(answers[0]?.data, "10.9.0.1");
    assert(source.kind === "server" && source.transport === "tcp");
    assertEquals(servers[0]?.queries.map(({ transport }) => transport), ["udp", "tcp"]);
  }, { servers: [TRUNCATE] }));

/** Sees which error an answer of a server becomes, and how often it was asked. */
async function checkRefusal(
  fault: DNSFault,
  ErrorClass: new (message: string) => Error,
  count: number,
): Promise<void> {
  await withServers(async ({ servers, client }) => {
    await assertRejects(() => client().lookupAddress("a.test"), ErrorClass);
    assertEquals(asked(servers[0]).length, count);
  }, { servers: [{ decide: () => fault }] });
}

Deno.test("NCLI-65 DNSClient rejects with DNSFormatError for rcode 1, after a try without EDNS(0)", () =>
  checkRefusal("format error", DNSFormatError, 2));
Deno.test("NCLI-66 DNSClient rejects with DNSServerError for rcode 2", () =>
  checkRefusal("server failure", DNSServerError, 1));
Deno.test("NCLI-67 DNSClient rejects with DNSNameError for rcode 3", () =>
  withServers(async ({ client }) => {
    await assertRejects(() => client().lookupAddress("no.test"), DNSNameError);
  }));
Deno.test("NCLI-68 DNSClient rejects with DNSNotImplementedError for rcode 4", () =>
  checkRefusal("not implemented", DNSNotImplementedError, 2));
Deno.test("NCLI-69 DNSClient rejects with DNSQueryRefusedError for rcode 5", () =>
  checkRefusal("refuse", DNSQueryRefusedError, 1));
Deno.test("NCLI-70 DNSClient rejects with DNSUnknownError for any other rcode", () =>
  checkRefusal("unknown code", DNSUnknownError, 1));

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

Deno.test("DNSClient gives a connection up that brings too many wrong answers", () =>
  withServers(async ({ sim, client }) => {
    const dns = client();
    const began = sim.now;
    const names = Array.from({ length: 100 }, (_, i) => `name${i}.test`);
    const codes = await Promise.all(names.map((name) => codeOf(dns.lookupAddress(name))));
    assertEquals(new Set(codes), new Set(["MALFORMED"]));
    assert(sim.now - began < 1, "before any time-out");
  }, { servers: [{ ...TRUNCATE, decideTCP: () => "wrong question" }] }));

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
