import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { ERROR, type ListenerHandle, READ, type StreamHandle, WRITE } from "../../../poller/mod.ts";
import { DeadlockError, type SeededRandom, Simulation } from "../../../sim/mod.ts";
import { RawLoop, ready } from "../raw_loop.ts";
import { ANY, codeOf, HTTP, outcome, TwoHosts } from "../two_hosts.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function textOf(stream: StreamHandle): string {
  return decoder.decode(stream.receive() as Uint8Array);
}

/** Starts the server's host again, with a loop. */
function restart(world: TwoHosts): RawLoop {
  return new RawLoop(world.sim.hosts.restart("server")).start();
}

Deno.test("HostControl.crash() ends all that the program does, and leaves nothing", async () => {
  for (const how of ["silent", "resets"] as const) {
    const world = new TwoHosts();
    const { sim, server: loop } = world;
    const log: string[] = [];
    await sim.run(async () => {
      const { client, server } = await world.pair();
      const listener = world.listen();
      listener.released.then(() => log.push("released"));
      loop.callLater(0.5, () => log.push("in time"));
      loop.callLater(2, () => log.push("late"));
      loop.add(server, READ, () => log.push(`data ${server.receive()?.length}`));
      loop.platform.signals.addListener("SIGTERM", () => log.push("signal"));
      client.send(encoder.encode("on its way"));
      await sim.sleep(1);
      assertEquals(log, ["data 10", "in time"]);
      client.send(encoder.encode("comes too late"));
      log.length = 0;
      loop.callSoon(() => log.push("soon"));
      sim.signal("server", "SIGTERM");
      sim.hosts.crash("server", how);
      await sim.sleep(10);
      assertEquals(log, []);
      assertEquals([server.closed, server.fileno(), listener.closed], [true, -1, true]);
      client.close();
      await sim.sleep(2000);
    });
    assertEquals(sim.leaks().filter((leak) => leak.host === "server"), []);
  }
});

Deno.test("HostControl.crash() inside of a handler ends the pass", async () => {
  const world = new TwoHosts();
  const { sim, server: loop } = world;
  const log: string[] = [];
  await sim.run(async () => {
    const { server } = await world.pair();
    const other = loop.platform.network.bindDatagram({ ...ANY, transport: "udp" });
    loop.add(server, WRITE, () => {
      log.push("first");
      sim.hosts.crash("server");
    });
    loop.add(other, WRITE, () => log.push("second"));
    await sim.sleep(1);
  });
  assertEquals(log, ["first"]);
});

Deno.test("HostControl.crash() without a word is noticed by time-outs only", async () => {
  const world = new TwoHosts();
  const { sim } = world;
  await sim.run(async () => {
    const { client, server } = await world.pair();
    world.listen();
    server.send(encoder.encode("sent before"));
    client.send(encoder.encode("on its way"));
    sim.hosts.crash("server");
    const start = sim.now;
    await sim.sleep(0.01);
    assertEquals(textOf(client), "sent before");
    assertEquals((await outcome(world, world.connect()))[0], "ETIMEDOUT");
    await ready(world.client, client, READ);
    // Linux gives up 924.6 s after the first time-out was set: when the bytes would have arrived.
    assertEquals(Number((sim.now - start).toFixed(3)), 924.601);
    assertEquals(codeOf(() => client.receive()), "ETIMEDOUT");
  });
});

Deno.test("HostControl.crash() without a word leaves an idle peer half-open, unless it probes", async () => {
  const world = new TwoHosts();
  const { sim } = world;
  await sim.run(async () => {
    const { client } = await world.pair();
    sim.hosts.crash("server");
    await sim.sleep(100_000);
    assertEquals([client.receive(), client.takeError()], [undefined, null]);
    client.setKeepAlive(true);
    assertEquals(await ready(world.client, client, READ), READ | ERROR);
    assertEquals(Math.round(sim.now), 107_875);
    assertEquals(client.takeError()?.code, "ETIMEDOUT");
  });
});

Deno.test("HostControl.restart() has what comes for the old program be reset", async () => {
  const world = new TwoHosts();
  const { sim } = world;
  await sim.run(async () => {
    const { client } = await world.pair();
    const probing = await (async () => {
      const listener = world.listen();
      const stream = world.connect();
      await ready(world.client, stream, WRITE);
      await ready(world.server, listener, READ);
      listener.accept();
      return stream;
    })();
    probing.setKeepAlive(true);
    sim.hosts.crash("server");
    const loop = restart(world);
    client.send(encoder.encode("still there?"));
    await sim.sleep(1);
    assertEquals(codeOf(() => client.receive()), "ECONNRESET");
    assertEquals(probing.receive(), undefined);
    assertEquals(await ready(world.client, probing, READ), READ | ERROR);
    assertEquals(Math.round(sim.now), 7200);
    // The new program serves under the old name and address.
    const listener = loop.platform.network.listen(ANY);
    const stream = world.connect();
    assertEquals((await outcome(world, stream))[0], "connected");
    await ready(loop, listener, READ);
    stream.send(encoder.encode("hello"));
    const accepted = listener.accept() as StreamHandle;
    await ready(loop, accepted, READ);
    assertEquals(textOf(accepted), "hello");
    assertEquals(accepted.localAddress, { ...HTTP, hostname: "10.0.0.1" });
  });
});

Deno.test("HostControl.restart() has a connect that hangs succeed late", async () => {
  const world = new TwoHosts();
  const { sim } = world;
  await sim.run(async () => {
    sim.hosts.crash("server");
    const stream = world.connect();
    await sim.sleep(5);
    restart(world).platform.network.listen(ANY);
    const [code, time] = await outcome(world, stream);
    assertEquals([code, Math.floor(time)], ["connected", 7]);
  });
});

Deno.test("HostControl.crash() with resets tells peers and refuses who connects", async () => {
  const world = new TwoHosts({ sendBuffer: 100, receiveBuffer: 100 });
  const { sim } = world;
  await sim.run(async () => {
    const { client, server } = await world.pair();
    const listener = world.listen();
    const waiting = world.connect();
    await ready(world.client, waiting, WRITE);
    await ready(world.server, listener, READ);
    assertEquals(server.send(new Uint8Array(200)), 200);
    await sim.sleep(1);
    sim.hosts.crash("server", "resets");
    await sim.sleep(1);
    assertEquals(client.receive()?.length, 100);
    assertEquals(codeOf(() => client.receive()), "ECONNRESET");
    assertEquals(codeOf(() => waiting.receive()), "ECONNRESET");
    assertEquals((await outcome(world, world.connect()))[0], "ECONNREFUSED");
  });
});

Deno.test("HostControl.stop() has peers see the end after all that was sent", async () => {
  const world = new TwoHosts({ sendBuffer: 100, receiveBuffer: 100 });
  const { sim } = world;
  await sim.run(async () => {
    const { client, server } = await world.pair();
    assertEquals(server.send(new Uint8Array(200)), 200);
    sim.hosts.stop("server");
    let count = 0;
    for (;;) {
      await ready(world.client, client, READ);
      const bytes = client.receive();
      if (bytes === null) break;
      count += bytes?.length ?? 0;
    }
    assertEquals(count, 200);
    assertEquals((await outcome(world, world.connect()))[0], "ECONNREFUSED");
    restart(world).platform.network.listen(ANY);
    assertEquals((await outcome(world, world.connect()))[0], "connected");
  });
});

Deno.test("HostControl.pause() stops the program and not its system", async () => {
  const world = new TwoHosts({ receiveBuffer: 100, sendBuffer: 100 });
  const { sim, server: loop } = world;
  const log: [string, number][] = [];
  await sim.run(async () => {
    const { client, server } = await world.pair();
    const listener = world.listen();
    const note = (what: string) => () => void log.push([what, Math.round(sim.now)]);
    loop.callLater(1, note("timer"));
    loop.platform.signals.addListener("SIGHUP", note("signal"));
    const resume = sim.hosts.pause("server");
    assertThrows(() => sim.hosts.pause("server"), TypeError);
    loop.callSoon(note("soon"));
    sim.signal("server", "SIGHUP");
    client.send(encoder.encode("waits"));
    assertEquals((await outcome(world, world.connect()))[0], "connected");
    await sim.sleep(60);
    assertEquals(log, []);
    // The buffers of both sides are full at some time.
    assertEquals(client.send(new Uint8Array(500)), 195);
    resume[Symbol.dispose]();
    await sim.sleep(1);
    assertEquals(log.toSorted(), [["signal", 60], ["soon", 60], ["timer", 60]]);
    assertEquals([textOf(server).slice(0, 5), listener.accept()?.closed], ["waits", false]);
    using _again = sim.hosts.pause("server");
    sim.hosts.crash("server");
  });
});

Deno.test("HostControl.crash() makes what is left of the program harmless", async () => {
  const world = new TwoHosts();
  const { sim, server: loop } = world;
  await sim.run(async () => {
    const { client, server } = await world.pair();
    const socket = loop.platform.network.bindDatagram({ ...ANY, transport: "udp" });
    sim.hosts.crash("server");
    const { network, poller } = loop.platform;
    server.close();
    server.abort();
    assertEquals(codeOf(() => server.send(new Uint8Array(1))), "EBADF");
    assertEquals(codeOf(() => network.listen(ANY)), "EBADF");
    assertEquals(codeOf(() => socket.send(new Uint8Array(1), socket.localAddress)), "EBADF");
    assertEquals(codeOf(() => network.bindDatagram({ ...ANY, transport: "udp" })), "EBADF");
    const zombie = network.connect({ ...HTTP, hostname: "client" });
    assertEquals([zombie.closed, network.handles.size], [true, 0]);
    poller.poll(0, () => {}, () => assert(false));
    poller.wake();
    loop.platform.report({ message: "of the dead", error: new Error("dead") });
    await sim.sleep(1);
    assertEquals(client.receive(), undefined);
  });
});

Deno.test("HostControl refuses what makes no sense", () => {
  const sim = new Simulation();
  sim.host("a");
  assertThrows(() => sim.hosts.crash("b"), TypeError, "no such host");
  assertThrows(() => sim.hosts.restart("a"), TypeError, "has not ended");
  sim.hosts.stop("a");
  for (const again of ["crash", "stop", "pause"] as const) {
    assertThrows(() => sim.hosts[again]("a"), TypeError, "has ended");
  }
});

Deno.test("HostControl.restart() gives the host another stream of randomness, the same each time", () => {
  const draw = (restarts: number) => {
    const sim = new Simulation({ seed: 3 });
    let host = sim.host("a");
    for (let i = 0; i < restarts; i++) {
      sim.hosts.crash("a");
      host = sim.hosts.restart("a");
    }
    assertEquals(host, sim.host("a"));
    return (host.random as SeededRandom).next();
  };
  assertEquals([draw(1), draw(2)], [draw(1), draw(2)]);
  assertEquals(new Set([draw(0), draw(1), draw(2)]).size, 3);
});

Deno.test("Simulation.run() tells of hosts that have ended in a deadlock", async () => {
  const sim = new Simulation();
  sim.host("a");
  sim.host("b");
  sim.hosts.crash("a");
  sim.hosts.pause("b");
  const error = await assertRejects(
    () => sim.run(() => new Promise<never>(() => {})),
    DeadlockError,
  );
  assertStringIncludes(error.message, "host a (10.0.0.1): program has ended");
  assertStringIncludes(error.message, "host b (10.0.0.2): program is paused");
});

Deno.test("HostControl.crash() runs the same way each time, also with faults chosen by the strategy", async () => {
  const run = async (seed: number) => {
    const sim = new Simulation({ seed });
    let listener: ListenerHandle | null = null;
    const serve = () => {
      const loop = new RawLoop(sim.host("server")).start();
      listener = loop.platform.network.listen(ANY);
    };
    serve();
    using _shape = sim.network.shape({}, { loss: 0.3 });
    const client = new RawLoop(sim.host("client")).start();
    await sim.run(async () => {
      for (let i = 0; i < 10; i++) {
        const stream = client.platform.network.connect(HTTP);
        await ready(client, stream, WRITE);
        stream.close();
        sim.hosts.crash("server", i % 2 === 0 ? "silent" : "resets");
        sim.hosts.restart("server");
        serve();
      }
      assertEquals(listener?.closed, false);
    });
    return sim.trace.toString();
  };
  assertEquals(await run(1), await run(1));
  assert(await run(1) !== await run(2));
});

Deno.test("HostControl.crash() without a word stops also what a closed stream still had to send", async () => {
  const world = new TwoHosts({ sendBuffer: 1000, receiveBuffer: 1000 });
  const { sim } = world;
  await sim.run(async () => {
    const { client, server } = await world.pair();
    assertEquals(server.send(new Uint8Array(2000)), 2000);
    server.close();
    await sim.sleep(1);
    const other = await world.pair();
    {
      using _cut = sim.network.partition("server");
      other.server.send(encoder.encode("lost"));
      other.server.close();
      sim.hosts.crash("server");
    }
    assertEquals(client.receive()?.length, 1000);
    await sim.sleep(500);
    assertEquals([client.receive(), other.client.receive()], [undefined, undefined]);
  });
});

Deno.test("HostControl.crash() without a word tells of no room, and hears of nothing", async () => {
  const world = new TwoHosts({ sendBuffer: 1000, receiveBuffer: 1000 });
  const { sim } = world;
  await sim.run(async () => {
    const { client } = await world.pair();
    const other = await world.pair();
    assertEquals(client.send(new Uint8Array(2000)), 2000);
    await sim.sleep(1);
    sim.hosts.crash("server");
    other.client.abort();
    await sim.sleep(1);
    assertEquals(client.send(new Uint8Array(1)), 0);
    assertEquals([...sim.trace].filter(({ kind }) => kind === "reset"), []);
  });
});

Deno.test("HostControl.restart() is not noticed while its resets do not come through", async () => {
  const world = new TwoHosts();
  const { sim } = world;
  await sim.run(async () => {
    const { client } = await world.pair();
    sim.hosts.crash("server");
    restart(world);
    {
      using _cut = sim.network.partitionOneWay({ from: "server" });
      client.send(encoder.encode("?"));
      await sim.sleep(10);
      assertEquals(client.receive(), undefined);
    }
    await sim.sleep(20);
    assertEquals(codeOf(() => client.receive()), "ECONNRESET");
  });
});

Deno.test("HostControl.crash() in the middle of a handshake leaves the other side alone", async () => {
  const world = new TwoHosts();
  const { sim } = world;
  await sim.run(async () => {
    world.listen(ANY, 1);
    world.connect();
    sim.hosts.crash("client");
    await sim.sleep(100);
    // The backlog has room again.
    const loop = new RawLoop(sim.hosts.restart("client")).start();
    const stream = loop.platform.network.connect(HTTP);
    await ready(loop, stream, WRITE);
    assertEquals([stream.takeError(), Math.floor(sim.now)], [null, 100]);
    const late = new RawLoop(sim.host("third")).start();
    const other = late.platform.network.connect({ ...HTTP, port: 81 });
    world.listen({ ...ANY, port: 81 });
    await ready(late, other, WRITE);
    sim.hosts.crash("server");
    await sim.sleep(10);
    assertEquals([other.receive(), other.takeError()], [undefined, null]);
  });
});
