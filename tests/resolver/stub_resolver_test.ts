import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  AF_INET,
  AF_INET6,
  CHAIN_MAX,
  CHECK_SECONDS,
  DNSBadNameError,
  DNSFamilyError,
  DNSLookupError,
  OverrideResolver,
  type Resolver,
  searchList,
  StubResolver,
  TwistedResolver,
} from "../../resolver/mod.ts";
import { literalFamily } from "../../resolver/ip_address.ts";
import { codeOf, openOn, RECORDS, withServers } from "./resolver_world.ts";
import { MemoryFiles } from "./memory_files.ts";

Deno.test("NU-01, NU-02 StubResolver.resolve() finds localhost without asking anyone", () =>
  withServers(async ({ servers, stub }) => {
    const resolver = stub();
    const addresses = await resolver.resolve("localhost", 80);
    assertEquals(addresses, [[AF_INET, ["127.0.0.1", 80]], [AF_INET6, ["::1", 80]]]);
    assertEquals(await resolver.resolve("x.LocalHost.", 1, AF_INET6), [[AF_INET6, ["::1", 1]]]);
    assertEquals(servers[0]?.queries, []);
  }));

Deno.test("NU-03, NU-04 StubResolver.resolve() rejects with a DNSLookupError for a bad name", () =>
  withServers(async ({ servers, stub }) => {
    const resolver = stub();
    const label = "x".repeat(64);
    const names = [
      "an invalid domain",
      "",
      ".",
      "a..b",
      ".a",
      "ü.test",
      "a_\0.test",
      "fe80::1%eth0",
    ];
    const long = [
      `${label}.test`,
      `${"x.".repeat(126)}xx`,
      "[::1]",
      "127.1",
      "0x7f.1",
      "1.2.3.256",
    ];
    for (
      const name of [...names, ...long, "-a.test", "a/b.test", "a%b", "a\\.b", "1.2.3.4.", " a"]
    ) {
      const error = await assertRejects(() => resolver.resolve(name, 80), DNSBadNameError);
      assert(error instanceof DNSLookupError);
    }
    assertEquals(servers[0]?.queries, []);
  }));

Deno.test("literalFamily() knows literals from anything else", () => {
  for (
    const good of ["127.0.0.1", "4.4.4.4", "::1", "2620:0:1cfe:face:b00c::3", "::ffff:1.2.3.4"]
  ) {
    assertEquals(literalFamily(good), good.includes(":") ? AF_INET6 : AF_INET, good);
  }
  const bad = ["www.google.com", "localhost", "4.4.4.4<", " 127.0.0.1", "", " ", "\n", "\x00"];
  for (
    const text of [
      ...bad,
      "1.2.3",
      "01.2.3.4",
      ":::",
      "1::2::3",
      "::1%lo",
      "12345::",
      "1:2:3:4:5:6:7",
    ]
  ) {
    assertEquals(literalFamily(text), null, text);
  }
});

Deno.test("NU-09 OverrideResolver.resolve() prefers the most specific entry", async () => {
  const echo: Resolver = {
    resolve: (host, port, family) =>
      Promise.resolve([[family === AF_INET6 ? 10 : 2, [host, port]]]),
    close() {},
  };
  const resolver = new OverrideResolver(
    echo,
    new Map<string | [string, number] | [string, number, 2 | 10], string | [string, number]>([
      ["google.com", "1.2.3.4"],
      [["google.com", 80], ["1.2.3.4", 8080]],
      [["google.com", 80, AF_INET], ["1.2.3.5", 81]],
      [["google.com", 80, AF_INET6], ["2a02:6b8::1", 82]],
    ]),
  );
  assertEquals(await resolver.resolve("google.com", 80, AF_INET), [[2, ["1.2.3.5", 81]]]);
  assertEquals(await resolver.resolve("google.com", 80, AF_INET6), [[10, ["2a02:6b8::1", 82]]]);
  assertEquals(await resolver.resolve("google.com", 80), [[2, ["1.2.3.4", 8080]]]);
  assertEquals(await resolver.resolve("google.com", 443), [[2, ["1.2.3.4", 443]]]);
  assertEquals(await resolver.resolve("other.test", 443), [[2, ["other.test", 443]]]);
});

Deno.test("StubResolver.resolve() answers literals at once, in one way of writing", () =>
  withServers(async ({ servers, stub }) => {
    const resolver = stub();
    assertEquals(await resolver.resolve("10.1.2.3", 7), [[AF_INET, ["10.1.2.3", 7]]]);
    assertEquals(await resolver.resolve("FD00:0::0:1", 7), [[AF_INET6, ["fd00::1", 7]]]);
    await assertRejects(() => resolver.resolve("10.1.2.3", 7, AF_INET6), DNSFamilyError);
    assertEquals(servers[0]?.queries, []);
  }));

Deno.test("StubResolver.resolve() asks A and AAAA in parallel and returns both", () =>
  withServers(async ({ sim, servers, stub }) => {
    const began = sim.now;
    assertEquals(await stub().resolve("a.test", 80), [
      [AF_INET, ["10.9.0.1", 80]],
      [AF_INET6, ["fd00::1", 80]],
    ]);
    assert(sim.now - began < 0.003, "one round trip");
    assertEquals(servers[0]?.queries.map(({ type }) => type), ["A", "AAAA"]);
    assertEquals((await stub({ first: "ipv6" }).resolve("a.test", 80))[0]?.[0], AF_INET6);
  }));

Deno.test("StubResolver.resolve() asks one family only when told", () =>
  withServers(async ({ servers, stub }) => {
    assertEquals(await stub().resolve("a.test", 80, AF_INET6), [[AF_INET6, ["fd00::1", 80]]]);
    assertEquals(await codeOf(stub().resolve("four.test", 80, AF_INET6)), "NODATA");
    assertEquals(servers[0]?.queries.map(({ type }) => type), ["AAAA", "AAAA"]);
  }));

Deno.test("StubResolver.resolve() returns one family when the other fails", () =>
  withServers(async ({ stub }) => {
    assertEquals(await stub().resolve("a.test", 80), [[AF_INET, ["10.9.0.1", 80]]]);
  }, { servers: [{ decide: ({ type }) => type === "AAAA" ? "server failure" : null }] }));

Deno.test("StubResolver.lookup() tells TTLs and the way to the answer", () =>
  withServers(async ({ stub, addresses }) => {
    const resolver = stub();
    const { addresses: found, canonicalName, path } = await resolver.lookup("alias.test");
    assertEquals(canonicalName, "a.test");
    assertEquals(found.map(({ address, ttl }) => `${address} ${ttl}`), [
      "10.9.0.1 20",
      "fd00::1 20",
    ]);
    const server = { transport: "udp", hostname: addresses[0] as string, port: 53 } as const;
    assertEquals(path[0], {
      name: "alias.test",
      family: AF_INET,
      source: { kind: "server", server, transport: "udp" },
      aliases: ["a.test"],
      failure: null,
    });
    assertEquals((await resolver.lookup("alias.test")).path[1]?.source, { kind: "cache" });
  }));

Deno.test("StubResolver remembers answers and absences for as long as they say", () =>
  withServers(async ({ sim, servers, stub }) => {
    const resolver = stub();
    const queries = servers[0]?.queries ?? [];
    for (let i = 0; i < 3; i++) await resolver.resolve("a.test", 80, AF_INET);
    for (let i = 0; i < 3; i++) {
      assertEquals(await codeOf(resolver.resolve("no.test", 80)), "NXDOMAIN");
    }
    assertEquals(queries.length, 3);
    await sim.sleep(60);
    await resolver.resolve("a.test", 80, AF_INET);
    await codeOf(resolver.resolve("no.test", 80));
    assertEquals(queries.length, 6);
  }));

Deno.test("StubResolver with 0 cache entries remembers nothing", () =>
  withServers(async ({ servers, stub }) => {
    const resolver = stub({ cacheEntries: 0 });
    for (let i = 0; i < 3; i++) await resolver.resolve("a.test", 80, AF_INET);
    assertEquals(servers[0]?.queries.length, 3);
  }));

Deno.test("StubResolver.resolve() rejects aliases in a circle", () =>
  withServers(async ({ stub }) => {
    assertEquals(await codeOf(stub().resolve("circle.test", 80)), "CHAIN");
  }));

/** A chain of so many aliases, on two servers' worth of answers. */
function chainOf(length: number) {
  const aliases = Array.from({ length }, (_, i) => ({
    name: `c${i}.test`,
    type: "CNAME",
    data: `c${i + 1}.test`,
  }));
  return [...aliases, { name: `c${length}.test`, type: "A", data: "10.9.1.1" }];
}

Deno.test("StubResolver.resolve() follows aliases up to the limit", () =>
  withServers(async ({ stub }) => {
    assertEquals(await codeOf(stub().resolve("c0.test", 80, AF_INET)), null);
  }, { servers: [{ records: chainOf(CHAIN_MAX) }] }));

Deno.test("StubResolver.resolve() rejects more aliases than the limit", () =>
  withServers(async ({ stub }) => {
    assertEquals(await codeOf(stub().resolve("c0.test", 80, AF_INET)), "CHAIN");
  }, { servers: [{ records: chainOf(CHAIN_MAX + 1) }] }));

Deno.test("StubResolver.resolve() asks on when an answer ends at an alias", () => {
  const records = [
    { name: "www.one.test", type: "CNAME", data: "www.two.test" },
    { name: "www.two.test", type: "A", data: "10.9.1.2" },
  ];
  return withServers(async ({ servers, stub }) => {
    const { path, canonicalName } = await stub().lookup("www.one.test", AF_INET);
    assertEquals(canonicalName, "www.two.test");
    assertEquals(path.map(({ name, aliases }) => `${name} ${aliases}`), [
      "www.one.test www.two.test",
      "www.two.test ",
    ]);
    assertEquals(servers[0]?.queries.length, 2);
  }, { servers: [{ records, followsAliases: false }] });
});

Deno.test("StubResolver.resolve() tries the search domains as ndots says", () =>
  withServers(async ({ servers, stub }) => {
    const resolver = stub({ search: ["nothere.test", "search.test"], ndots: 1 });
    assertEquals(await resolver.resolve("short", 80, AF_INET), [[AF_INET, ["10.9.0.5", 80]]]);
    assertEquals(await resolver.resolve("a.test", 80, AF_INET), [[AF_INET, ["10.9.0.1", 80]]]);
    assertEquals(await codeOf(resolver.resolve("short.", 80, AF_INET)), "NXDOMAIN");
    assertEquals(servers[0]?.queries.map(({ name }) => name), [
      "short.nothere.test",
      "short.search.test",
      "a.test",
      "short",
    ]);
  }));

Deno.test("StubResolver.resolve() says that a name has no address rather than that another does not exist", () =>
  withServers(async ({ stub }) => {
    const resolver = stub({ search: ["test", "none.test"] });
    assertEquals(await codeOf(resolver.resolve("text", 80)), "NODATA");
    assertEquals(await codeOf(resolver.resolve("nothing", 80)), "NXDOMAIN");
  }));

Deno.test("StubResolver prefers the hosts file, family by family, and notices its changes", () =>
  withServers(async ({ sim, loop, addresses, servers }) => {
    const files = new MemoryFiles({ "/etc/hosts": "10.4.4.4 a.test\ngarbage" });
    const timers = loop.platform.clock.now();
    using resolver = new StubResolver(loop, { servers: addresses, files });
    assertEquals(await resolver.resolve("a.test", 1), [[AF_INET, ["10.4.4.4", 1]]]);
    assertEquals(await resolver.resolve("a.test", 1, AF_INET6), [[AF_INET6, ["fd00::1", 1]]]);
    assertEquals(servers[0]?.queries.length, 1);
    files.set("/etc/hosts", "");
    await sim.sleep(CHECK_SECONDS);
    assertEquals((await resolver.resolve("a.test", 1)).length, 2);
    assert(loop.platform.clock.now() > timers);
    assertEquals(sim.takeReports("client").map(({ message }) => message), [
      "Skipped 1 of the lines of /etc/hosts, the first is line 2",
    ]);
  }));

Deno.test("StubResolver notices a change of resolv.conf without a timer", () =>
  withServers(async ({ sim, loop, addresses, servers }) => {
    const files = new MemoryFiles({ "/etc/resolv.conf": `nameserver ${addresses[0]}` });
    using resolver = new StubResolver(loop, { files, cacheEntries: 0 });
    await resolver.resolve("a.test", 1, AF_INET);
    const { turns } = sim;
    await sim.sleep(3600);
    assert(sim.turns - turns < 8, "nothing happens in an hour");
    files.set("/etc/resolv.conf", `nameserver ${addresses[1]}`);
    await resolver.resolve("a.test", 1, AF_INET);
    assertEquals(servers.map(({ queries }) => queries.length), [1, 1]);
  }, { servers: [{}, {}] }));

Deno.test("StubResolver begins with another server each time when it rotates", () =>
  withServers(async ({ servers, stub }) => {
    const resolver = stub({ rotate: true, cacheEntries: 0 });
    for (let i = 0; i < 4; i++) await resolver.resolve("a.test", 1, AF_INET);
    assertEquals(servers.map(({ queries }) => queries.length), [2, 2]);
  }, { servers: [{}, {}] }));

Deno.test("StubResolver passes over a server that fails, and reports its error if none is left", () =>
  withServers(async ({ stub, servers }) => {
    const began = servers[0]?.host.clock.now() ?? 0;
    assertEquals((await stub().resolve("a.test", 1, AF_INET)).length, 1);
    assert((servers[0]?.host.clock.now() ?? 0) - began < 0.1, "at once");
    const first = { servers: [servers[0]?.host.address as string] };
    assertEquals(await codeOf(stub(first).resolve("a.test", 1)), "REFUSED");
  }, { servers: [{ decide: () => "refuse" }, {}] }));

Deno.test("StubResolver.close() rejects what is under way and leaves nothing", () =>
  withServers(async ({ sim, stub, servers }) => {
    const resolver = stub();
    const lookups = ["a.test", "four.test"].map((name) => codeOf(resolver.resolve(name, 1)));
    await sim.sleep(0.5);
    resolver.close();
    assertEquals(openOn(sim, "client"), []);
    assertEquals(await Promise.all(lookups), ["CANCELLED", "CANCELLED"]);
    assertEquals(await codeOf(resolver.resolve("a.test", 1)), "CANCELLED");
    assertEquals(await codeOf(resolver.client.lookupZone("test")), "CANCELLED");
    resolver.close();
    assertEquals(servers[0]?.queries.length, 4);
  }, { servers: [{ decide: () => "drop" }] }));

Deno.test("StubResolver.close() ends questions over TCP", () =>
  withServers(async ({ sim, stub }) => {
    const resolver = stub();
    const lookup = codeOf(resolver.resolve("a.test", 1));
    await sim.sleep(0.003);
    assertEquals(openOn(sim, "client"), ["datagram", "stream"]);
    resolver.close();
    assertEquals(openOn(sim, "client"), []);
    assertEquals(await lookup, "CANCELLED");
  }, { servers: [{ decide: () => "truncate" }] }));

Deno.test("StubResolver throws for options that make no sense", () =>
  withServers(({ loop }) => {
    assertThrows(() => new StubResolver(loop, {}), TypeError);
    assertThrows(() => new StubResolver(loop, { servers: [], cacheEntries: -1 }), RangeError);
    return Promise.resolve();
  }));

Deno.test("TwistedResolver.resolve() returns one address and heeds host and family only", () =>
  withServers(async ({ loop, addresses }) => {
    using resolver = new TwistedResolver(loop, { servers: addresses, files: new MemoryFiles() });
    assertEquals(await resolver.resolve("a.test", 80), [[AF_INET, ["10.9.0.1", 80]]]);
    assertEquals(await resolver.resolve("a.test", 80, AF_INET6), [[AF_INET6, ["fd00::1", 80]]]);
    assertEquals(await resolver.resolve("six.test", 80), [[AF_INET6, ["fd00::6", 80]]]);
    assertEquals(await resolver.resolve("::1", 80), [[AF_INET6, ["::1", 80]]]);
    assertEquals(await codeOf(resolver.resolve("::1", 80, AF_INET)), "FAMILY");
    assertEquals(await codeOf(resolver.resolve("four.test", 80, AF_INET6)), "FAMILY");
    assertEquals(await codeOf(resolver.resolve("no.test", 80)), "NXDOMAIN");
    assertEquals(await codeOf(resolver.resolve("an invalid domain", 80)), "BAD_NAME");
  }));

Deno.test("Resolvers are given names in any case, with or without the last dot", () =>
  withServers(async ({ stub }) => {
    const resolver = stub();
    for (const name of ["A.test", "a.TEST.", "a.test"]) {
      assertEquals((await resolver.resolve(name, 1, AF_INET))[0]?.[1][0], "10.9.0.1");
    }
    assertEquals(RECORDS[0]?.name, "a.test");
  }));

Deno.test("StubResolver.resolve() ends its search at a name whose server fails", () =>
  withServers(async ({ servers, stub }) => {
    const resolver = stub({ search: ["one.test", "search.test"] });
    assertEquals(await codeOf(resolver.resolve("short", 80, AF_INET)), "SERVFAIL");
    assertEquals(servers[0]?.queries.map(({ name }) => name), ["short.one.test"]);
  }, { servers: [{ decide: () => "server failure" }] }));

Deno.test("StubResolver.resolve() goes on with its search when one family says that there is no such name", () =>
  withServers(async ({ stub }) => {
    const resolver = stub({ search: ["one.test", "search.test"] });
    const [address] = await resolver.resolve("short", 80);
    assertEquals(address, [AF_INET, ["10.9.0.5", 80]]);
  }, { servers: [{ decide: ({ type }) => type === "AAAA" ? "server failure" : null }] }));

Deno.test("StubResolver goes on with the search list when aliases lead in a circle", () =>
  withServers(async ({ stub }) => {
    const resolver = stub({ search: ["test"] });
    assertEquals((await resolver.resolve("circle", 1, AF_INET))[0]?.[1][0], "10.9.0.9");
  }, {
    servers: [{ records: [...RECORDS, { name: "circle", type: "A", data: "10.9.0.9" }] }],
  }));

Deno.test("searchList() leaves out names that are longer than 253 bytes", () => {
  const domain = `${"d".repeat(60)}.test`;
  for (const [length, count] of [[187, 2], [188, 1]] as const) {
    const host = Array.from({ length }, (_, i) => i % 64 === 63 ? "." : "a").join("");
    assertEquals(searchList(host, { search: [domain], ndots: 1 }).length, count);
  }
});
