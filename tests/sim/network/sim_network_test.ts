import { assertEquals, assertLess, assertThrows } from "@std/assert";
import { ERROR, READ, type StreamHandle, type TCPAddress, WRITE } from "../../../poller/mod.ts";
import { ready } from "../raw_loop.ts";
import { ANY, codeOf, HTTP, outcome, TwoHosts } from "../two_hosts.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

Deno.test("SimNetwork.connect() takes one latency each way", async () => {
  for (const [latency, end] of [[0.001, 0.002], [0.25, 0.5], [0, 0]] as const) {
    const world = new TwoHosts({ latency });
    world.listen();
    const stream = world.connect();
    assertEquals([stream.connecting, stream.localAddress], [true, null]);
    assertEquals(await world.sim.run(() => outcome(world, stream)), ["connected", end, WRITE]);
    assertEquals(stream.localAddress, { transport: "tcp", hostname: "10.0.0.2", port: 49152 });
    assertEquals(stream.remoteAddress, { transport: "tcp", hostname: "10.0.0.1", port: 80 });
  }
});

Deno.test("SimNetwork.connect() reaches its own host by every name, with the local latency", async () => {
  for (
    const [hostname, local] of [
      ["localhost", "127.0.0.1"],
      ["127.0.0.1", "127.0.0.1"],
      ["server", "10.0.0.1"],
      ["10.0.0.1", "10.0.0.1"],
      ["0.0.0.0", "127.0.0.1"],
    ] as const
  ) {
    const world = new TwoHosts();
    world.listen();
    const stream = world.server.platform.network.connect({ ...HTTP, hostname });
    await world.sim.run(() => ready(world.server, stream, WRITE));
    assertEquals(stream.localAddress, { transport: "tcp", hostname: local, port: 49152 });
    assertEquals(world.sim.now, 0.0001);
  }
});

Deno.test("SimNetwork.connect() is refused where nobody listens", async () => {
  const world = new TwoHosts();
  // Only on the loopback address, which other hosts do not reach.
  world.listen({ ...ANY, hostname: "127.0.0.1" });
  const result = await world.sim.run(() => outcome(world, world.connect()));
  assertEquals(result, ["ECONNREFUSED", 0.002, WRITE | ERROR]);
});

Deno.test("SimNetwork.connect() fails for a name that does not exist", async () => {
  const world = new TwoHosts();
  const stream = world.connect({ ...HTTP, hostname: "nowhere" });
  const [code, time] = await world.sim.run(() => outcome(world, stream));
  assertEquals([code, time], ["ENOTFOUND", 0.00005]);
});

Deno.test("SimNetwork.connect() hangs for an address that nobody has, and times out", async () => {
  const world = new TwoHosts();
  const stream = world.connect({ ...HTTP, hostname: "10.9.9.9" });
  const [code, time] = await world.sim.run(() => outcome(world, stream));
  assertEquals([code, time, stream.connecting], ["ETIMEDOUT", 127, false]);
});

Deno.test("SimNetwork.connect() asks again while the backlog is full", async () => {
  const world = new TwoHosts();
  const listener = world.listen(ANY, 0);
  const first = world.connect();
  const second = world.connect();
  await world.sim.run(async () => {
    assertEquals(await outcome(world, first), ["connected", 0.002, WRITE]);
    await world.sim.sleep(0.5);
    assertEquals(second.connecting, true);
    listener.accept();
    assertEquals((await outcome(world, second))[1], 1.003);
  });
});

Deno.test("SimNetwork.connect() from a given port takes it, and fails if it is in use", async () => {
  const world = new TwoHosts();
  world.listen();
  const { network } = world.client.platform;
  const from: TCPAddress = { transport: "tcp", hostname: "client", port: 5000 };
  await world.sim.run(async () => {
    const stream = network.connect(HTTP, { from });
    await ready(world.client, stream, WRITE);
    assertEquals(stream.localAddress, { ...from, hostname: "10.0.0.2" });
    network.listen({ ...ANY, port: 6000 });
    const taken = network.connect(HTTP, { from: { ...from, port: 6000 } });
    assertEquals((await outcome(world, taken))[0], "EADDRINUSE");
    const foreign = network.connect(HTTP, { from: { ...from, hostname: "server" } });
    assertEquals((await outcome(world, foreign))[0], "EADDRNOTAVAIL");
  });
});

Deno.test("SimNetwork.listen() shares a port between addresses, but not with all of them", () => {
  const world = new TwoHosts();
  const loopback = world.listen({ ...ANY, hostname: "127.0.0.1" });
  world.listen({ ...ANY, hostname: "10.0.0.1" });
  assertEquals(codeOf(() => world.listen(ANY)), "EADDRINUSE");
  assertEquals(codeOf(() => world.listen({ ...ANY, hostname: "127.0.0.1" })), "EADDRINUSE");
  assertEquals(codeOf(() => world.listen({ ...ANY, hostname: "client" })), "EADDRNOTAVAIL");
  loopback.close();
  world.listen({ ...ANY, hostname: "localhost" });
  assertThrows(() => world.listen({ ...ANY, port: 70_000 }), RangeError);
  assertThrows(() => world.connect({ ...HTTP, port: 0 }), RangeError);
});

Deno.test("SimNetwork.connect() gives ephemeral ports back", async () => {
  const world = new TwoHosts();
  const listener = world.listen();
  const ports = new Set<number>();
  await world.sim.run(async () => {
    // As many as there are, and a few more.
    for (let i = 0; i < 16_384 + 10; i++) {
      const stream = world.connect();
      await ready(world.client, stream, WRITE);
      assertEquals(stream.takeError(), null);
      ports.add((stream.localAddress as TCPAddress).port);
      await ready(world.server, listener, READ);
      const other = listener.accept() as StreamHandle;
      stream.close();
      await ready(world.server, other, READ);
      other.close();
      await world.sim.sleep(0.002);
    }
  });
  assertEquals([ports.size, Math.min(...ports), Math.max(...ports)], [16_384, 49_152, 65_535]);
});

Deno.test("SimListener.close() resets the connections that wait", async () => {
  const world = new TwoHosts();
  const listener = world.listen();
  const stream = world.connect();
  await world.sim.run(async () => {
    await ready(world.client, stream, WRITE);
    await world.sim.sleep(0.01);
    listener.close();
    const events = await ready(world.client, stream, READ);
    assertEquals(events, READ | ERROR);
  });
  assertEquals(codeOf(() => stream.receive()), "ECONNRESET");
  assertEquals(stream.receive(), null);
});

Deno.test("SimListener.accept() skips a connection that was given up", async () => {
  const world = new TwoHosts();
  const listener = world.listen();
  const given = world.connect();
  await world.sim.run(async () => {
    given.abort();
    await world.sim.sleep(0.01);
    assertEquals(listener.accept(), undefined);
    const aborted = world.connect();
    await ready(world.client, aborted, WRITE);
    aborted.abort();
    const kept = world.connect();
    await ready(world.client, kept, WRITE);
    await world.sim.sleep(0.01);
    const accepted = listener.accept();
    assertEquals(accepted?.remoteAddress, kept.localAddress);
    assertEquals(listener.accept(), undefined);
  });
});

Deno.test("SimStream.send() is held back by a reader that does not read", async () => {
  const world = new TwoHosts({ sendBuffer: 1000, receiveBuffer: 500 });
  await world.sim.run(async () => {
    const { client, server } = await world.pair();
    const bytes = new Uint8Array(5000).map((_, i) => i & 255);
    assertEquals(client.send(bytes), 1500);
    assertEquals(client.send(bytes), 0);
    await world.sim.sleep(10);
    assertEquals(client.send(bytes), 0);
    assertEquals(server.receive()?.length, 500);
    await ready(world.client, client, WRITE);
    assertEquals(client.send(bytes.subarray(1500)), 500);
    let received = 500;
    while (received < 2000) {
      await ready(world.server, server, READ);
      received += server.receive()?.length ?? 0;
    }
    assertEquals(received, 2000);
  });
});

Deno.test("SimStream.abort() resets the peer, also behind bytes on their way", async () => {
  const world = new TwoHosts();
  await world.sim.run(async () => {
    const { client, server } = await world.pair();
    client.send(encoder.encode("last words"));
    client.abort();
    await world.sim.sleep(0.01);
    assertEquals(decoder.decode(server.receive() as Uint8Array), "last words");
    assertEquals(codeOf(() => server.receive()), "ECONNRESET");
    assertEquals([server.receive(), server.takeError()], [null, null]);
    assertEquals(codeOf(() => server.send(new Uint8Array(1))), "EPIPE");
  });
});

Deno.test("SimStream.send() to a peer that has closed breaks the connection", async () => {
  const world = new TwoHosts();
  await world.sim.run(async () => {
    const { client, server } = await world.pair();
    server.close();
    await ready(world.client, client, READ);
    assertEquals(client.receive(), null);
    // The first one is taken: only its answer tells that nobody is there.
    assertEquals(client.send(new Uint8Array(1)), 1);
    await world.sim.sleep(0.01);
    assertEquals(client.takeError()?.code, "EPIPE");
    assertEquals(codeOf(() => client.send(new Uint8Array(1))), "EPIPE");
  });
});

Deno.test("SimStream.close() delivers everything although the peer still sends", async () => {
  const world = new TwoHosts({ sendBuffer: 1000, receiveBuffer: 500 });
  await world.sim.run(async () => {
    const { client, server } = await world.pair();
    assertEquals(client.send(new Uint8Array(1500)), 1500);
    client.close();
    server.send(new Uint8Array(100));
    let received = 0;
    for (;;) {
      await ready(world.server, server, READ);
      const bytes = server.receive();
      if (bytes === null) break;
      received += bytes?.length ?? 0;
    }
    assertEquals(received, 1500);
  });
});

Deno.test("SimStream.close() by a reader that has not read breaks a sender that is held back", async () => {
  const world = new TwoHosts({ sendBuffer: 1000, receiveBuffer: 500 });
  await world.sim.run(async () => {
    const { client, server } = await world.pair();
    assertEquals(client.send(new Uint8Array(1500)), 1500);
    await world.sim.sleep(1);
    server.close();
    while (client.receive() === undefined) await ready(world.client, client, READ);
    await world.sim.sleep(1);
    assertEquals(client.takeError()?.code, "EPIPE");
  });
});

Deno.test("SimStream.close() by a reader that has not read ends cleanly if nothing follows", async () => {
  const world = new TwoHosts();
  await world.sim.run(async () => {
    const { client, server } = await world.pair();
    client.send(new Uint8Array(10));
    await world.sim.sleep(1);
    server.close();
    await ready(world.client, client, READ);
    assertEquals([client.receive(), client.takeError()], [null, null]);
    client.close();
    await world.sim.sleep(1);
  });
});

Deno.test("SimStream.receive() returns at most 64 KiB, and all that came before", async () => {
  const world = new TwoHosts();
  await world.sim.run(async () => {
    const { client, server } = await world.pair();
    for (const text of ["a", "bc", "def"]) client.send(encoder.encode(text));
    await world.sim.sleep(0.01);
    assertEquals(decoder.decode(server.receive() as Uint8Array), "abcdef");
    client.send(new Uint8Array(100_000));
    await world.sim.sleep(0.01);
    assertEquals([server.receive()?.length, server.receive()?.length], [65_536, 34_464]);
    assertEquals(server.receive(), undefined);
  });
});

Deno.test("SimNetwork.listen() on a path serves UNIX streams of its host only", async () => {
  const world = new TwoHosts();
  const { network } = world.server.platform;
  const address = { transport: "unix", path: "/run/s" } as const;
  const listener = network.listen(address);
  assertEquals(codeOf(() => network.listen(address)), "EADDRINUSE");
  await world.sim.run(async () => {
    const stream = network.connect(address);
    await ready(world.server, stream, WRITE);
    await ready(world.server, listener, READ);
    const other = listener.accept() as StreamHandle;
    assertEquals([other.localAddress, other.remoteAddress], [address, { ...address, path: null }]);
    stream.send(encoder.encode("hi"));
    await ready(world.server, other, READ);
    assertEquals(decoder.decode(other.receive() as Uint8Array), "hi");
    const foreign = world.client.platform.network.connect(address);
    assertEquals((await outcome(world, foreign))[0], "ENOENT");
    listener.close();
    network.listen(address).close();
  });
});

Deno.test("SimDatagram carries datagrams between hosts and drops what does not fit", async () => {
  const world = new TwoHosts({ datagramQueue: 2 });
  const udp = { transport: "udp", hostname: "0.0.0.0", port: 53 } as const;
  const server = world.server.platform.network.bindDatagram(udp);
  const client = world.client.platform.network.bindDatagram({ ...udp, port: 0 });
  await world.sim.run(async () => {
    for (const text of ["a", "b", "c"]) {
      assertEquals(client.send(encoder.encode(text), { ...udp, hostname: "server" }), true);
    }
    await ready(world.server, server, READ);
    const from = { transport: "udp", hostname: "10.0.0.2", port: 49152 };
    const first = server.receive();
    assertEquals([decoder.decode(first?.bytes), first?.from], ["a", from]);
    assertEquals(decoder.decode(server.receive()?.bytes), "b");
    assertEquals(server.receive(), undefined);
    server.send(encoder.encode("answer"), first?.from ?? udp);
    await ready(world.client, client, READ);
    assertEquals(client.receive()?.from, { ...udp, hostname: "10.0.0.1" });
    // Nobody is there, or no such host: lost without a word.
    client.send(new Uint8Array(1), { ...udp, hostname: "server", port: 99 });
    client.send(new Uint8Array(1), { ...udp, hostname: "nowhere" });
    client.send(new Uint8Array(1), { ...udp, hostname: "10.9.9.9" });
    await world.sim.sleep(1);
    assertEquals([client.takeError(), client.receive()], [null, undefined]);
  });
});

Deno.test("SimNetwork.handles lists open handles of the host, oldest first", async () => {
  const world = new TwoHosts();
  await world.sim.run(async () => {
    const { client, server } = await world.pair();
    const listener = world.listen({ ...ANY, port: 81 });
    const { handles } = world.server.platform.network;
    assertEquals([...handles.keys()], [server.id, listener.id]);
    assertEquals(handles.get(client.id), undefined);
    server.close();
    assertLess(server.fileno(), 0);
    assertEquals([...handles.values()], [listener]);
  });
});

Deno.test("SimPoller.register() refuses handles of other hosts", async () => {
  const world = new TwoHosts();
  await world.sim.run(async () => {
    const { client } = await world.pair();
    assertThrows(() => world.server.platform.poller.register(client, READ), TypeError);
  });
});
