import { assert, assertEquals, assertThrows } from "@std/assert";
import { READ, type StreamHandle, WRITE } from "../../../poller/mod.ts";
import { Simulation } from "../../../sim/mod.ts";
import { RawLoop, ready } from "../raw_loop.ts";
import { ANY, codeOf, HTTP, outcome, TwoHosts } from "../two_hosts.ts";

const UDP = { transport: "udp", hostname: "0.0.0.0", port: 0 } as const;

Deno.test("HostControl.limitDescriptors() has what opens handles fail with EMFILE", async () => {
  const world = new TwoHosts();
  const { network } = world.client.platform;
  world.listen();
  await world.sim.run(async () => {
    const socket = network.bindDatagram(UDP);
    const stream = world.connect();
    await ready(world.client, stream, WRITE);
    const limit = world.sim.hosts.limitDescriptors("client", 2);
    assertEquals(codeOf(() => network.listen(ANY)), "EMFILE");
    assertEquals(codeOf(() => network.bindDatagram(UDP)), "EMFILE");
    const refused = world.connect();
    assertEquals(refused.connecting, true);
    assertEquals((await outcome(world, refused))[0], "EMFILE");
    refused.close();
    stream.close();
    network.bindDatagram(UDP).close();
    assertEquals((await outcome(world, world.connect()))[0], "connected");
    assertEquals((await outcome(world, world.connect()))[0], "EMFILE");
    limit[Symbol.dispose]();
    assertEquals((await outcome(world, world.connect()))[0], "connected");
    socket.close();
  });
  assertThrows(() => world.sim.hosts.limitDescriptors("client", -1), RangeError);
  assertThrows(() => world.sim.hosts.limitDescriptors("nobody", 1), TypeError);
});

Deno.test("SimListener.accept() closes all for whom there is no descriptor", async () => {
  const world = new TwoHosts();
  const listener = world.listen();
  await world.sim.run(async () => {
    using _limit = world.sim.hosts.limitDescriptors("server", 2);
    const streams = [world.connect(), world.connect(), world.connect(), world.connect()];
    for (const stream of streams) assertEquals((await outcome(world, stream))[0], "connected");
    const [first, second, third, fourth] = streams as [StreamHandle, ...StreamHandle[]];
    third?.abort();
    fourth?.send(new Uint8Array(5));
    await world.sim.sleep(1);
    await ready(world.server, listener, READ);
    const server = listener.accept() as StreamHandle;
    assertEquals([server.closed, listener.accept()], [false, undefined]);
    for (const stream of [second, fourth]) {
      assertEquals((await ready(world.client, stream as StreamHandle, READ)) & READ, READ);
    }
    assertEquals(second?.receive(), null);
    // As for all whose bytes were not received.
    assertEquals(codeOf(() => fourth?.receive()), "ECONNRESET");
    assertEquals([first.receive(), world.server.platform.network.handles.size], [undefined, 2]);
    let isReady = false;
    ready(world.server, listener, READ).then(() => isReady = true);
    await world.sim.sleep(10);
    assertEquals(isReady, false);
    server.close();
    const fifth = world.connect();
    assertEquals((await outcome(world, fifth))[0], "connected");
    await world.sim.sleep(1);
    assertEquals([isReady, listener.accept()?.closed], [true, false]);
  });
});

Deno.test("SimListener.accept() waits for descriptors and is not ready meanwhile, with none in reserve", async () => {
  const world = new TwoHosts();
  const listener = world.listen();
  await world.sim.run(async () => {
    using _limit = world.sim.hosts.limitDescriptors("server", 2, { reserve: false });
    const streams = [world.connect(), world.connect(), world.connect()];
    for (const stream of streams) assertEquals((await outcome(world, stream))[0], "connected");
    await ready(world.server, listener, READ);
    const first = listener.accept() as StreamHandle;
    assertEquals(listener.accept(), undefined);
    let isReady = false;
    const waiting = ready(world.server, listener, READ).then(() => isReady = true);
    await world.sim.sleep(10);
    assertEquals(isReady, false);
    first.close();
    await waiting;
    const second = listener.accept() as StreamHandle;
    const more = ready(world.server, listener, READ);
    world.sim.hosts.limitDescriptors("server", 10);
    await more;
    assertEquals([second.closed, listener.accept()?.closed], [false, false]);
    assertEquals(listener.accept(), undefined);
  });
});

Deno.test("SimNetwork picks no port that a connection, a listener or a socket uses, and fails without one", async () => {
  const sim = new Simulation();
  const loop = new RawLoop(sim.host("a")).start();
  const { network } = loop.platform;
  const tcp = { transport: "tcp", hostname: "0.0.0.0", port: 0 } as const;
  const listener = network.listen({ ...tcp, port: 49_153 });
  const address = { ...tcp, hostname: "localhost", port: 49_153 };
  const used = network.connect(address);
  await sim.run(() => ready(loop, used, WRITE));
  assert(used.localAddress !== null && "port" in used.localAddress);
  assertEquals(used.localAddress.port, 49_152);
  const ports = new Set<number>();
  for (let i = 0; i < 16_382; i++) {
    const one = network.listen(tcp).localAddress;
    assert("port" in one);
    ports.add(one.port);
  }
  assertEquals([ports.size, ports.has(49_152), ports.has(49_153)], [16_382, false, false]);
  assertEquals(codeOf(() => network.listen(tcp)), "EADDRNOTAVAIL");
  await sim.run(async () => {
    const failing = network.connect(address);
    await ready(loop, failing, WRITE);
    assertEquals(failing.takeError()?.code, "EADDRNOTAVAIL");
    // The port of the connection is free again once both of its ends have closed.
    used.close();
    await ready(loop, listener, READ);
    listener.accept()?.close();
    await sim.sleep(1);
    const next = network.connect(address);
    await ready(loop, next, WRITE);
    assertEquals(next.takeError(), null);
  });
});

Deno.test("SimNetwork keeps the port of the end that closed first for the time of TIME_WAIT", async () => {
  for (const first of ["server", "client"] as const) {
    const world = new TwoHosts({ timeWait: 60 });
    const from = { transport: "tcp", hostname: "client", port: 5000 } as const;
    const rebind = (name: "server" | "client", port: number) => {
      const listener = world[name].platform.network.listen({ ...ANY, port });
      listener.close();
    };
    await world.sim.run(async () => {
      const listener = world.listen();
      const client = world.client.platform.network.connect(HTTP, { from });
      await Promise.all([ready(world.client, client, WRITE), ready(world.server, listener, READ)]);
      const server = listener.accept() as StreamHandle;
      listener.close();
      const [one, other] = first === "server" ? [server, client] : [client, server];
      one.close();
      await world.sim.sleep(1);
      other.close();
      await world.sim.sleep(1);
      const keeps = () => first === "server" ? rebind("server", 80) : rebind("client", 5000);
      const frees = () => first === "server" ? rebind("client", 5000) : rebind("server", 80);
      frees();
      assertEquals(codeOf(keeps), "EADDRINUSE");
      await world.sim.sleep(60);
      keeps();
    });
  }
});

Deno.test("SimNetwork lets a server listen again at once unless TIME_WAIT is asked for", async () => {
  const world = new TwoHosts();
  await world.sim.run(async () => {
    const { client, server } = await world.pair();
    server.close();
    client.close();
    await world.sim.sleep(1);
    world.listen().close();
  });
});

Deno.test("SimNetwork.connect() from a port in TIME_WAIT, and ports that linger, are not picked", async () => {
  const world = new TwoHosts({ timeWait: 60 });
  await world.sim.run(async () => {
    const { client, server } = await world.pair();
    const from = client.localAddress;
    client.close();
    await world.sim.sleep(1);
    server.close();
    await world.sim.sleep(1);
    assert(from !== null);
    const again = world.client.platform.network.connect(HTTP, { from });
    assertEquals((await outcome(world, again))[0], "EADDRINUSE");
    const { network } = world.client.platform;
    for (let i = 0; i < 16_383; i++) network.listen({ ...ANY, port: 0 });
    assertEquals(codeOf(() => network.listen({ ...ANY, port: 0 })), "EADDRNOTAVAIL");
    await world.sim.sleep(60);
    assertEquals(network.listen({ ...ANY, port: 0 }).localAddress, {
      ...ANY,
      port: from !== null && "port" in from ? from.port : 0,
    });
  });
});

Deno.test("SimDatagram on a path carries datagrams on its host, with the name of the sender", async () => {
  const sim = new Simulation({ datagramQueue: 2 });
  const loop = new RawLoop(sim.host("a")).start();
  const { network } = loop.platform;
  const at = (path: string) => ({ transport: "unixpacket", path }) as const;
  const server = network.bindDatagram(at("/run/server"));
  const client = network.bindDatagram(at("/run/client"));
  assertEquals(codeOf(() => network.bindDatagram(at("/run/server"))), "EADDRINUSE");
  using _cut = sim.network.addRule(() => "drop");
  await sim.run(async () => {
    for (const byte of [1, 2, 3]) client.send(Uint8Array.of(byte), server.localAddress);
    await ready(loop, server, READ);
    assertEquals(server.receive(), { bytes: Uint8Array.of(1), from: at("/run/client") });
    assertEquals([server.receive()?.bytes[0], server.receive()], [2, undefined]);
    server.send(new Uint8Array(0), at("/run/client"));
    await ready(loop, client, READ);
    assertEquals(client.receive(), { bytes: new Uint8Array(0), from: at("/run/server") });
    client.send(Uint8Array.of(1), at("/run/nobody"));
    const udp = network.bindDatagram(UDP);
    assertEquals(codeOf(() => udp.send(Uint8Array.of(1), at("/run/server"))), "EAFNOSUPPORT");
    assertEquals(codeOf(() => client.send(Uint8Array.of(1), udp.localAddress)), "EAFNOSUPPORT");
    const other = sim.host("b").network.bindDatagram(at("/run/server"));
    await sim.sleep(1);
    assertEquals([other.receive(), server.receive()], [undefined, undefined]);
    server.close();
    network.bindDatagram(at("/run/server"));
  });
});

Deno.test("SimStream.close() by a reader while news of room are on their way does not wake the sender again", async () => {
  const world = new TwoHosts({ sendBuffer: 1000, receiveBuffer: 1000 });
  const { sim } = world;
  await sim.run(async () => {
    const { client, server } = await world.pair();
    assertEquals(client.send(new Uint8Array(2000)), 2000);
    await sim.sleep(1);
    assertEquals(server.receive()?.length, 1000);
    server.abort();
    await sim.sleep(1);
    // The room arrived before the reset; what it let go was thrown away.
    assertEquals(client.takeError()?.code, "ECONNRESET");
    assertEquals(codeOf(() => client.send(new Uint8Array(1))), "EPIPE");
    assertEquals([...sim.trace].filter(({ kind }) => kind === "reset").length, 1);
  });
});

Deno.test("HostControl.limitDescriptors() gives a guard that lifts its own limit only", () => {
  const sim = new Simulation();
  const { network } = sim.host("a");
  const listen = () => network.listen({ ...ANY, port: 0 });
  const first = sim.hosts.limitDescriptors("a", 1);
  const second = sim.hosts.limitDescriptors("a", 0);
  first[Symbol.dispose]();
  assertEquals(codeOf(listen), "EMFILE");
  second[Symbol.dispose]();
  const third = sim.hosts.limitDescriptors("a", 1);
  second[Symbol.dispose]();
  listen();
  assertEquals(codeOf(listen), "EMFILE");
  third[Symbol.dispose]();
  listen();
});

/** An address of the client that it asks for. */
const FROM = { transport: "tcp", hostname: "client", port: 5000 } as const;

Deno.test("SimNetwork.connect() from a port that is asked for succeeds again after a time-out that nobody heard of", async () => {
  const world = new TwoHosts();
  const { sim } = world;
  await sim.run(async () => {
    const { network } = world.client.platform;
    world.listen();
    const first = network.connect(HTTP, { from: FROM });
    await ready(world.client, first, WRITE);
    {
      using _partition = sim.network.partition("server");
      first.send(new Uint8Array(1));
      first.close();
      const early = network.connect(HTTP, { from: FROM });
      await ready(world.client, early, WRITE);
      assertEquals(early.takeError()?.code, "EADDRNOTAVAIL");
      await sim.sleep(1000);
    }
    assertEquals((await outcome(world, network.connect(HTTP, { from: FROM })))[0], "connected");
  });
});

Deno.test("SimListener leaves handshakes under way to the parent that has the socket as well", async () => {
  const world = new TwoHosts();
  const { sim, server: { platform: { network } } } = world;
  await sim.run(async () => {
    const inherit = (port: number) => {
      const listener = world.listen({ ...ANY, port }, 0);
      return network.adoptListener?.(sim.hosts.bequeath("server", listener));
    };
    const [kept, lost] = [inherit(80), inherit(81)];
    const client = world.connect();
    const gone = sim.host("other").network.connect({ ...HTTP, port: 81 });
    await sim.sleep(0.0015);
    kept?.close();
    lost?.close();
    sim.hosts.crash("other");
    await sim.sleep(100);
    // One waits at the parent's end, the other is forgotten.
    assertEquals([client.connecting, client.takeError(), gone.closed], [false, null, true]);
    const next = world.connect({ ...HTTP, port: 81 });
    assertEquals((await outcome(world, next))[0], "connected");
  });
});
