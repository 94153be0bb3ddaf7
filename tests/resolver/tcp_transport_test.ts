import { assertEquals } from "@std/assert";
import { AF_INET, DNSClient } from "../../resolver/mod.ts";
import { MemoryFiles } from "./memory_files.ts";
import { codeOf, withServers } from "./resolver_world.ts";

const NAMES = ["a.test", "four.test", "alias.test"];

Deno.test("StubResolver asks over TCP alone when it is told so, a burst over one connection", () =>
  withServers(async ({ servers, stub }) => {
    const resolver = stub({ transport: "tcp" });
    const lookups = NAMES.map((name) => resolver.resolve(name, 1, AF_INET));
    assertEquals((await Promise.all(lookups)).map((found) => found.length), [1, 1, 1]);
    const queries = servers[0]?.queries ?? [];
    assertEquals(queries.map(({ transport }) => transport), ["tcp", "tcp", "tcp"]);
    assertEquals(new Set(queries.map(({ fromPort }) => fromPort)).size, 1);
  }));

Deno.test("StubResolver keeps its TCP connection from one question to the next", () =>
  withServers(async ({ servers, stub }) => {
    const resolver = stub({ transport: "tcp", cacheEntries: 0 });
    for (let i = 0; i < 3; i++) await resolver.resolve("a.test", 1, AF_INET);
    const ports = servers[0]?.queries.map(({ fromPort }) => fromPort) ?? [];
    assertEquals(ports.length, 3);
    assertEquals(new Set(ports).size, 1);
  }));

Deno.test("StubResolver sends the questions of a burst together over TCP", () =>
  withServers(async ({ loop, stub }) => {
    const { network } = loop.platform;
    const connect = network.connect.bind(network);
    let sends = 0;
    network.connect = (...args) => {
      const stream = connect(...args);
      const send = stream.send.bind(stream);
      stream.send = (bytes) => {
        sends++;
        return send(bytes);
      };
      return stream;
    };
    const resolver = stub({ transport: "tcp", cacheEntries: 0 });
    await resolver.resolve("a.test", 1, AF_INET);
    assertEquals(sends, 1);
    await Promise.all(NAMES.map((name) => resolver.resolve(name, 1, AF_INET)));
    assertEquals(sends, 2);
  }));

Deno.test("StubResolver asks over TCP alone when resolv.conf says use-vc", () =>
  withServers(async ({ addresses, servers, loop }) => {
    const text = `nameserver ${addresses[0]}\noptions use-vc`;
    const files = new MemoryFiles({ "/etc/resolv.conf": text });
    const client = new DNSClient(loop, { files });
    await client.lookupAddress("a.test");
    assertEquals(servers[0]?.queries.map(({ transport }) => transport), ["tcp"]);
    client.close();
  }));

Deno.test("DNSClient over TCP goes to the next server when one does not listen or is silent", () =>
  withServers(async ({ servers, client }) => {
    const { source } = await client({ transport: "tcp" }).lookupAddress("a.test");
    assertEquals(source.kind === "server" && source.server.hostname, servers[2]?.host.address);
  }, { servers: [{ tcp: false }, { decideTCP: () => "drop" }, {}] }));

Deno.test("DNSClient asks again over a new connection when one timed out", () => {
  let count = 0;
  return withServers(async ({ servers, client }) => {
    const dns = client({ transport: "tcp" });
    await dns.lookupAddress("a.test");
    await dns.lookupAddress("four.test");
    const ports = servers[0]?.queries.map(({ fromPort }) => fromPort) ?? [];
    assertEquals(ports.length, 3);
    assertEquals(ports[0], ports[1]);
    assertEquals(new Set(ports).size, 2);
  }, { servers: [{ decideTCP: () => ++count === 2 ? "drop" : null }] });
});

Deno.test("DNSClient opens another connection when 4,096 questions wait on one", () =>
  withServers(async ({ servers, client }) => {
    const dns = client({ transport: "tcp" });
    const names = Array.from({ length: 4097 }, (_, i) => `name${i}.test`);
    const codes = await Promise.all(names.map((name) => codeOf(dns.lookupAddress(name))));
    assertEquals(new Set(codes), new Set(["NXDOMAIN"]));
    assertEquals(new Set(servers[0]?.queries.map(({ fromPort }) => fromPort)).size, 2);
  }));
