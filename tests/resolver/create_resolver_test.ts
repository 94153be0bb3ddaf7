import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import {
  createResolver,
  DNSClient,
  getResolver,
  type IResolver,
  parseResolvConf,
  ResolverBase,
} from "../../resolver/mod.ts";
import { MemoryFiles } from "./memory_files.ts";
import { withServers } from "./resolver_world.ts";

Deno.test("NCLI-01 getResolver() provides IResolver", () =>
  withServers(({ loop }) => {
    const resolver: IResolver = getResolver(loop);
    assert(resolver instanceof ResolverBase);
    return Promise.resolve();
  }));

/** The functions of Twisted's module `names.client`, each of which asks its `getResolver()`. */
const MODULE_FUNCTIONS = [
  "query",
  "getHostByName",
  "lookupAddress",
  "lookupAddress6",
  "lookupIPV6Address",
  "lookupMailExchange",
  "lookupNameservers",
  "lookupCanonicalName",
  "lookupMailBox",
  "lookupMailGroup",
  "lookupMailRename",
  "lookupPointer",
  "lookupAuthority",
  "lookupNull",
  "lookupWellKnownServices",
  "lookupHostInfo",
  "lookupMailboxInfo",
  "lookupText",
  "lookupResponsibility",
  "lookupAFSDatabase",
  "lookupService",
  "lookupAllRecords",
  "lookupSenderPolicy",
  "lookupNamingAuthorityPointer",
  "lookupZone",
] as const satisfies readonly (keyof IResolver)[];

Deno.test("NCLI-11 getResolver() has all lookups that Twisted has at module level", () =>
  withServers(({ loop }) => {
    const resolver: IResolver = getResolver(loop);
    const missing = MODULE_FUNCTIONS.filter((name) => typeof resolver[name] !== "function");
    assertEquals(missing, []);
    return Promise.resolve();
  }));

Deno.test("NCLI-02 getResolver() returns the same resolver for a loop each time", () =>
  withServers(({ loop }) => {
    assertStrictEquals(getResolver(loop), getResolver(loop));
    return Promise.resolve();
  }));

Deno.test("NCLI-03 createResolver() reads /etc/hosts by default", () =>
  withServers(async ({ loop }) => {
    const files = new MemoryFiles({ "/etc/hosts": "10.1.1.1 here" });
    using resolver = createResolver(loop, { files });
    assertEquals(resolver.hosts.path, "/etc/hosts");
    assertEquals(await resolver.getHostByName("here"), "10.1.1.1");
  }));

Deno.test("NCLI-04 createResolver() reads another hosts file when told", () =>
  withServers(async ({ loop }) => {
    const files = new MemoryFiles({ "/my/hosts": "10.1.1.2 here" });
    using resolver = createResolver(loop, { files, hosts: "/my/hosts" });
    assertEquals(await resolver.getHostByName("here"), "10.1.1.2");
  }));

Deno.test("NCLI-05 createResolver() runs on the loop that it is given", () =>
  withServers(async ({ loop, servers, addresses }) => {
    using resolver = createResolver(loop, { files: new MemoryFiles(), servers: addresses });
    await resolver.lookupAddress("a.test");
    assertEquals(servers[0]?.queries.length, 1);
  }));

Deno.test("NCLI-06 createResolver() reads /etc/resolv.conf by default", () =>
  withServers(({ loop }) => {
    const files = new MemoryFiles({ "/etc/resolv.conf": "nameserver 10.7.7.7" });
    using resolver = createResolver(loop, { files });
    assertEquals(resolver.client.servers[0]?.hostname, "10.7.7.7");
    return Promise.resolve();
  }));

Deno.test("NCLI-07 createResolver() reads another resolv.conf when told", () =>
  withServers(({ loop }) => {
    const files = new MemoryFiles({ "/my/conf": "nameserver 10.7.7.8" });
    using resolver = createResolver(loop, { files, resolvConf: "/my/conf" });
    assertEquals(resolver.client.servers[0]?.hostname, "10.7.7.8");
    return Promise.resolve();
  }));

Deno.test("NCLI-08 createResolver() asks the servers of resolv.conf", () =>
  withServers(async ({ loop, servers, addresses }) => {
    const files = new MemoryFiles({ "/etc/resolv.conf": `nameserver ${addresses[0]}` });
    using resolver = createResolver(loop, { files });
    assertEquals(await resolver.getHostByName("four.test"), "10.9.0.4");
    assertEquals(servers[0]?.queries.length, 2);
  }));

Deno.test("NCLI-09 createResolver() asks the servers given in addition, and before", () =>
  withServers(({ loop }) => {
    const files = new MemoryFiles({ "/etc/resolv.conf": "nameserver 10.7.7.7" });
    using resolver = createResolver(loop, { files, servers: ["10.8.8.8:5300"] });
    const servers = resolver.client.servers.map(({ hostname, port }) => `${hostname} ${port}`);
    assertEquals(servers, ["10.8.8.8 5300", "10.7.7.7 53"]);
    return Promise.resolve();
  }));

Deno.test("NCLI-10 createResolver() puts a cache into the chain, and fills it", () =>
  withServers(async ({ loop, servers, addresses }) => {
    using resolver = createResolver(loop, { files: new MemoryFiles(), servers: addresses });
    await resolver.lookupAddress("a.test");
    assertEquals((await resolver.lookupAddress("A.test")).source.kind, "cache");
    assertEquals(servers[0]?.queries.length, 1);
    assertStrictEquals(resolver.resolvers[1], resolver.cache);
  }));

Deno.test("NCLI-12 DNSClient provides IResolver", () =>
  withServers(({ client }) => {
    const resolver: IResolver = client();
    assertEquals(typeof resolver.lookupService, "function");
    return Promise.resolve();
  }));

Deno.test("NCLI-13 DNSClient throws when neither servers nor files are given", () =>
  withServers(({ loop }) => {
    assertThrows(() => new DNSClient(loop, {}), TypeError, "neither servers nor files");
    return Promise.resolve();
  }));

Deno.test("NCLI-14 DNSClient asks 127.0.0.1:53 when resolv.conf is missing", () =>
  withServers(({ loop }) => {
    using client = new DNSClient(loop, { files: new MemoryFiles() });
    assertEquals(client.servers, [{ transport: "udp", hostname: "127.0.0.1", port: 53 }]);
    return Promise.resolve();
  }));

Deno.test("NCLI-16 parseResolvConf() takes domain without argument for none", () => {
  const { value, skipped } = parseResolvConf("domain\n");
  assertEquals([value.search, skipped], [[], []]);
});

Deno.test("NCLI-17 parseResolvConf() takes search without argument for none", () => {
  const { value, skipped } = parseResolvConf("search a.test b.test\nsearch\n");
  assertEquals([value.search, skipped], [[], []]);
});

Deno.test("parseResolvConf() reads what resolv.conf(5) says, and skips garbage", () => {
  const { value, skipped } = parseResolvConf([
    "# comment",
    "nameserver 10.0.0.1 # first",
    "nameserver 2001:DB8:0::1",
    "nameserver fe80::1%eth0",
    "nameserver",
    "domain one.test ignored",
    "search two.test. bad..domain",
    "options ndots:99 rotate edns0 use-vc",
    "\u0000\u00ff garbage",
    "nameserver 10.0.0.1",
  ].join("\n"));
  assertEquals(value, {
    servers: ["10.0.0.1", "2001:db8::1"],
    search: ["two.test."],
    ndots: 15,
    rotate: true,
    useTCP: true,
  });
  assertEquals(skipped, [4, 5, 7, 9]);
});

Deno.test("DNSClient throws for servers and time-outs that make no sense", () =>
  withServers(({ loop }) => {
    for (const server of ["", "name.test", "10.0.0.1:0", "10.0.0.1:99999", "fe80::1%eth0"]) {
      assertThrows(
        () => new DNSClient(loop, { servers: [server] }),
        TypeError,
        "Cannot use server",
      );
    }
    const servers = ["10.0.0.1"];
    for (const timeouts of [[], [0], [-1], [NaN]]) {
      assertThrows(() => new DNSClient(loop, { servers, timeouts }), RangeError);
    }
    return Promise.resolve();
  }));

Deno.test("parseResolvConf() takes no more than 8 servers and 32 domains", () => {
  const servers = Array.from({ length: 9 }, (_, i) => `10.0.0.${i}`);
  const domains = Array.from({ length: 33 }, (_, i) => `d${i}.test`);
  const lines = [...servers.map((server) => `nameserver ${server}`), `search ${domains.join(" ")}`];
  const { value } = parseResolvConf(lines.join("\n"));
  assertEquals(value.servers, servers.slice(0, 8));
  assertEquals(value.search, domains.slice(0, 32));
});
