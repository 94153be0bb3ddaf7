import { assert, assertEquals, assertRejects } from "@std/assert";
import { PollIOLoop } from "../../ioloop/mod.ts";
import { DenoPlatform } from "../../poller/mod.ts";
import { PollReactor } from "../../reactor/mod.ts";
import {
  AF_INET,
  DenoFiles,
  DNSBadNameError,
  DNSCancelledError,
  DNSClient,
  DNSFamilyError,
  DNSNotFoundError,
  Resolver,
  StubResolver,
  SystemResolver,
} from "../../resolver/mod.ts";
import { runChild } from "./child.ts";
import { startNameServer } from "./name_server.ts";

Deno.test("NCLI-15 DenoFiles leaves no file open and sees that one changed", async () => {
  const path = await Deno.makeTempFile();
  try {
    const files = new DenoFiles();
    await Deno.writeTextFile(path, "nameserver 10.5.5.5\n");
    const before = files.version(path);
    assertEquals(files.read(path), "nameserver 10.5.5.5\n");
    const loop = new PollIOLoop(new DenoPlatform());
    using client = new DNSClient(loop, { files, resolvConf: path });
    assertEquals(client.servers[0]?.hostname, "10.5.5.5");
    await Deno.writeTextFile(path, "nameserver 10.5.5.55\n");
    assert(files.version(path) !== before);
    assertEquals(files.version(`${path}.missing`), null);
    loop.close();
  } finally {
    await Deno.remove(path);
  }
});

for (const hostname of ["127.0.0.1", "::1"]) {
  Deno.test(`StubResolver asks a real server on ${hostname}, over UDP and TCP`, async () => {
    await using server = startNameServer(hostname);
    const loop = new PollIOLoop(new DenoPlatform());
    const resolver = new StubResolver(loop, { servers: [server.address] });
    await loop.runSync(async () => {
      const { addresses, path } = await resolver.lookup("a.test", AF_INET);
      assertEquals(addresses, [{ family: AF_INET, address: "10.0.0.1", ttl: 60 }]);
      assertEquals(path[0]?.source?.kind, "server");
      const big = await resolver.lookup("big.test", AF_INET);
      assertEquals(big.addresses.length, 1);
      const source = big.path[0]?.source;
      assert(source?.kind === "server" && source.transport === "tcp");
    });
    resolver.close();
    assertEquals(loop.platform.network.handles.size, 0);
    loop.close();
  });
}

Deno.test("StubResolver works on a reactor with real sockets, many lookups at once", async () => {
  await using server = startNameServer("127.0.0.1");
  const reactor = new PollReactor(new DenoPlatform());
  const resolver = new StubResolver(reactor, { servers: [server.address] });
  const ran = reactor.run();
  const names = Array.from({ length: 200 }, (_, i) => `name${i}.test`);
  const found = await Promise.all(names.map((name) => resolver.resolve(name, i(name), AF_INET)));
  assertEquals(found.map((each) => each[0]?.[1][1]), names.map(i));
  assertEquals(found.every((each) => each[0]?.[1][0] === "10.0.0.1"), true);
  resolver.close();
  assertEquals(reactor.getDelayedCalls(), []);
  reactor.stop();
  await ran;
  assertEquals(reactor.platform.network.handles.size, 0);
});

function i(name: string): number {
  return Number(/\d+/.exec(name)?.[0]);
}

Deno.test("StubResolver.close() ends a lookup that nobody answers", async () => {
  const silent = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  const { port } = silent.addr as Deno.NetAddr;
  const loop = new PollIOLoop(new DenoPlatform());
  const resolver = new StubResolver(loop, { servers: [`127.0.0.1:${port}`] });
  await loop.runSync(async () => {
    const lookup = resolver.resolve("a.test", 1);
    await silent.receive();
    resolver.close();
    await assertRejects(() => lookup, DNSCancelledError);
  });
  silent.close();
  loop.close();
});

Deno.test("NU-05 A module that resolves a name while it is imported does not block", async () => {
  assertEquals(await runChild("import_resolved.ts", ["--allow-net", "--allow-read"]), {
    code: 0,
    lines: ["true"],
    errors: "",
  });
});

Deno.test("SystemResolver finds localhost and rejects what the system does not know", async () => {
  using resolver = new SystemResolver();
  const addresses = await resolver.resolve("localhost", 80, AF_INET);
  assertEquals(addresses[0], [AF_INET, ["127.0.0.1", 80]]);
  await assertRejects(() => resolver.resolve("no such host", 80), DNSBadNameError);
  await assertRejects(() => resolver.resolve("::1", 80, AF_INET), DNSFamilyError);
  const unknown = await assertRejects(() => resolver.resolve("nowhere.invalid", 80));
  assert(unknown instanceof DNSNotFoundError || (unknown as { code: string }).code === "SYSTEM");
  const underWay = resolver.resolve("localhost", 80);
  resolver.close();
  await assertRejects(() => underWay, DNSCancelledError);
  await assertRejects(() => resolver.resolve("localhost", 80), DNSCancelledError);
});

Deno.test("Resolver.create() makes a StubResolver unless configured otherwise", async () => {
  const loop = new PollIOLoop(new DenoPlatform());
  const resolver = Resolver.create(loop);
  assert(resolver instanceof StubResolver);
  resolver.close();
  Resolver.configure(() => new SystemResolver());
  try {
    const chosen = Resolver.create(loop);
    assert(chosen instanceof SystemResolver);
    assertEquals(await chosen.resolve("10.0.0.1", 1), [[AF_INET, ["10.0.0.1", 1]]]);
  } finally {
    Resolver.configure(null);
    loop.close();
  }
});
