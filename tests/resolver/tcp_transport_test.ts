import { assertEquals } from "@std/assert";
import { PollIOLoop } from "../../ioloop/mod.ts";
import { READ, type StreamHandle } from "../../poller/mod.ts";
import { AF_INET, decodeMessage, DNSClient, type DNSClientOptions } from "../../resolver/mod.ts";
import { FrameReader } from "../../resolver/tcp_frames.ts";
import { Simulation } from "../../sim/mod.ts";
import { MemoryFiles } from "./memory_files.ts";
import { packet } from "./packets.ts";
import { codeOf, openOn, withServers } from "./resolver_world.ts";

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

/**
 * Asks a server that closes each connection after it has answered some questions; returns for each
 * name the address or the code of the error, and the number of connections.
 */
async function askCloser(
  perConnection: number,
  names: readonly string[],
): Promise<{ results: (string | null)[]; connections: number }> {
  const sim = new Simulation({ seed: 1 });
  const loop = new PollIOLoop(sim.host("client"));
  const server = sim.host("server");
  const listener = server.network.listen({ transport: "tcp", hostname: "0.0.0.0", port: 53 });
  const serving = new PollIOLoop(server);
  let connections = 0;
  const serve = (stream: StreamHandle) => {
    const frames = new FrameReader();
    let answered = 0;
    serving.addHandler(stream, () => {
      for (let bytes = stream.receive(); bytes; bytes = stream.receive()) frames.push(bytes);
      for (let query = frames.next(); query !== null; query = frames.next()) {
        if (answered++ >= perConnection) break;
        const { id, question } = decodeMessage(query);
        const name = question?.name as string;
        const answers = [{ name, type: "A", ttl: 60, data: "10.0.0.1" }];
        const answer = packet({ questions: [`${name} A`], answers, id });
        stream.send(new Uint8Array([answer.length >> 8, answer.length & 0xff, ...answer]));
      }
      if (answered < perConnection) return;
      serving.removeHandler(stream);
      stream.close();
    }, READ);
  };
  serving.addHandler(listener, () => {
    for (let stream = listener.accept(); stream; stream = listener.accept()) {
      connections++;
      serve(stream);
    }
  }, READ);
  const options: DNSClientOptions = { servers: [server.address], transport: "tcp", timeouts: [5] };
  const client = new DNSClient(loop, options);
  let results: (string | null)[] = [];
  await sim.run(async () => {
    const served = serving.start();
    await loop.runSync(async () => {
      results = await Promise.all(names.map((name) => codeOf(client.lookupAddress(name))));
    });
    serving.stop();
    await served;
  });
  client.close();
  serving.close();
  listener.close();
  loop.close();
  assertEquals(openOn(sim, "client"), []);
  return { results, connections };
}

Deno.test("DNSClient asks again what a server did not answer before it closed the connection", async () => {
  const { results, connections } = await askCloser(2, ["a.test", "b.test", "c.test", "d.test"]);
  assertEquals(results, [null, null, null, null]);
  assertEquals(connections, 2);
});

Deno.test("DNSClient gives a server up that closes connection after connection", async () => {
  const { results, connections } = await askCloser(1, ["a.test", "b.test", "c.test", "d.test"]);
  assertEquals(results, [null, null, "CONNECTION", "CONNECTION"]);
  assertEquals(connections, 2);
});
