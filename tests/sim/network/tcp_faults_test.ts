import { assertEquals, assertLess } from "@std/assert";
import { ERROR, READ, type StreamHandle, WRITE } from "../../../poller/mod.ts";
import {
  fromTrace,
  type LinkSettings,
  Simulation,
  type Strategy,
  uniform,
} from "../../../sim/mod.ts";
import { RawLoop, ready, receiveExactly } from "../raw_loop.ts";
import { ANY, codeOf, outcome, TwoHosts } from "../two_hosts.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function textOf(stream: StreamHandle): string {
  return decoder.decode(stream.receive() as Uint8Array);
}

/** Sends a pattern from the client to the server and its end; returns whether all came, and when. */
async function transfer(
  settings: LinkSettings,
  count: number,
  seed = 1,
): Promise<[boolean, number]> {
  const world = new TwoHosts({ seed });
  const { sim, client: loop, server: other } = world;
  using _shape = sim.network.shape({}, settings);
  return await sim.run(async () => {
    const { client, server } = await world.pair();
    const bytes = new Uint8Array(count).map((_, i) => i % 251);
    const sent = (async () => {
      for (let at = 0; at < count;) {
        at += client.send(bytes.subarray(at));
        if (at < count) await ready(loop, client, WRITE);
      }
      client.close();
    })();
    const got = await receiveExactly(other, server, count);
    while (server.receive() === undefined) await ready(other, server, READ);
    await sent;
    return [got.every((byte, i) => byte === bytes[i]) && got.length === count, sim.now];
  });
}

Deno.test("SimStream.send() stays in order and whole over a bad link, and is slower", async () => {
  const [, perfect] = await transfer({}, 300_000);
  for (
    const settings of [
      { loss: 0.2, mtu: 1500 },
      { latency: uniform(0.001, 0.5), mtu: 9000 },
      { latency: fromTrace([0.1, 0.2]), loss: 0.1, mtu: 4000 },
      { bandwidth: 100_000, queueLimit: 20_000, mtu: 1500 },
      { duplication: 1, reordering: 1, corruption: 1, mtu: 1500, latency: 0.01 },
    ] satisfies LinkSettings[]
  ) {
    for (const seed of [1, 2]) {
      const [isWhole, seconds] = await transfer(settings, 300_000, seed);
      assertEquals(isWhole, true);
      assertLess(perfect, seconds);
    }
  }
});

Deno.test("SimStream.send() takes the time of the bandwidth", async () => {
  const [isWhole, seconds] = await transfer({ bandwidth: 1000, latency: 0 }, 5000);
  assertEquals([isWhole, seconds], [true, 5]);
});

Deno.test("SimStream.send() is cut into segments that fit the MTU", async () => {
  const world = new TwoHosts();
  using _shape = world.sim.network.shape({ from: "client" }, { mtu: 540 });
  await world.sim.run(async () => {
    const { client } = await world.pair();
    client.send(new Uint8Array(1200));
    await world.sim.sleep(1);
  });
  const sizes = [...world.sim.trace].filter(({ kind }) => kind === "arrive");
  assertEquals(sizes.map(({ detail }) => detail), [500, 500, 200]);
});

Deno.test("SimStream.send() waits while the network is cut, and goes on after it", async () => {
  const world = new TwoHosts();
  const { sim } = world;
  await sim.run(async () => {
    const { client, server } = await world.pair();
    {
      using _cut = sim.network.partition("client");
      client.send(encoder.encode("one"));
      client.send(encoder.encode("two"));
      await sim.sleep(1);
      assertEquals(server.receive(), undefined);
    }
    await ready(world.server, server, READ);
    // Sent again 0.2, 0.6 and 1.4 s after the first time.
    assertEquals(sim.now, 1.404);
    assertEquals(textOf(server), "onetwo");
    server.send(encoder.encode("three"));
    await sim.sleep(0.001);
    assertEquals(textOf(client), "three");
  });
});

Deno.test("SimStream.send() fails with ETIMEDOUT after Linux's 924.6 s; an idle peer hears of it when it sends", async () => {
  const world = new TwoHosts();
  const { sim } = world;
  await sim.run(async () => {
    const { client, server } = await world.pair();
    const start = sim.now;
    {
      using _cut = sim.network.partition(["client"], ["server"]);
      client.send(encoder.encode("lost"));
      const events = await ready(world.client, client, READ);
      assertEquals([events, Number((sim.now - start).toFixed(6))], [READ | ERROR, 924.6]);
      assertEquals(codeOf(() => client.receive()), "ETIMEDOUT");
      assertEquals([client.receive(), codeOf(() => client.send(new Uint8Array(1)))], [
        null,
        "EPIPE",
      ]);
      await sim.sleep(5000);
      assertEquals(server.receive(), undefined);
    }
    assertEquals(server.send(encoder.encode("hello?")), 6);
    await sim.sleep(1);
    assertEquals(codeOf(() => server.receive()), "ECONNRESET");
  });
});

Deno.test("SimStream.send() arrives in a one-way partition, and the sender that hears nothing gives up", async () => {
  const world = new TwoHosts();
  const { sim } = world;
  await sim.run(async () => {
    const { client, server } = await world.pair();
    using _cut = sim.network.partitionOneWay({ from: "server", to: "client" });
    client.send(encoder.encode("a"));
    await sim.sleep(0.01);
    client.send(encoder.encode("b"));
    await sim.sleep(0.01);
    assertEquals(textOf(server), "ab");
    server.send(encoder.encode("c"));
    await sim.sleep(1000);
    assertEquals(codeOf(() => client.receive()), "ETIMEDOUT");
    assertEquals(codeOf(() => server.receive()), "ETIMEDOUT");
  });
});

Deno.test("SimStream.send() does not time out when the news come through after all", async () => {
  const world = new TwoHosts();
  const { sim } = world;
  await sim.run(async () => {
    const { client, server } = await world.pair();
    {
      using _cut = sim.network.partitionOneWay({ from: "server", to: "client" });
      client.send(encoder.encode("a"));
      await sim.sleep(900);
    }
    await sim.sleep(2000);
    server.send(encoder.encode("b"));
    await sim.sleep(1);
    assertEquals([textOf(server), textOf(client)], ["a", "b"]);
  });
});

Deno.test("SimStream.setKeepAlive() finds out about a cut connection without traffic", async () => {
  for (const isOn of [true, false]) {
    const world = new TwoHosts();
    const { sim } = world;
    await sim.run(async () => {
      const { client, server } = await world.pair();
      client.setKeepAlive(true);
      client.setKeepAlive(isOn);
      const start = sim.now;
      using _cut = sim.network.partition("client", "server");
      if (isOn) {
        await ready(world.client, client, READ);
        assertEquals(sim.now - start, 7200 + 9 * 75);
        assertEquals(client.takeError()?.code, "ETIMEDOUT");
      } else {
        await sim.sleep(20_000);
        assertEquals(client.receive(), undefined);
      }
      assertEquals(server.receive(), undefined);
    });
  }
});

Deno.test("SimStream.setKeepAlive() keeps a connection that is cut for less, and learns of a reset that was lost", async () => {
  const world = new TwoHosts();
  const { sim } = world;
  await sim.run(async () => {
    const { client, server } = await world.pair();
    client.setKeepAlive(true);
    {
      using _cut = sim.network.partition("client");
      await sim.sleep(7200 + 8 * 75 + 1);
    }
    await sim.sleep(20_000);
    client.send(encoder.encode("still there"));
    await sim.sleep(1);
    assertEquals(textOf(server), "still there");
    {
      using _cut = sim.network.partition("client");
      server.abort();
      await sim.sleep(10);
    }
    assertEquals(client.receive(), undefined);
    await ready(world.client, client, READ);
    assertEquals(codeOf(() => client.receive()), "ECONNRESET");
  });
});

Deno.test("SimNetwork.connect() asks again what got lost, and hangs when all of it does", async () => {
  for (
    const [kind, end] of [["connect", 1.002], ["answer", 1.003], [
      "acknowledgement",
      0.002,
    ]] as const
  ) {
    const world = new TwoHosts();
    const listener = world.listen(ANY, 1);
    let left = 1;
    using _rule = world.sim.network.addRule((message) =>
      message.kind === kind && message.from !== message.to && left-- > 0 ? "drop" : undefined
    );
    await world.sim.run(async () => {
      const stream = world.connect();
      assertEquals(await outcome(world, stream), ["connected", end, WRITE]);
      await ready(world.server, listener, READ);
      const server = listener.accept() as StreamHandle;
      server.send(encoder.encode("hi"));
      await world.sim.sleep(1);
      assertEquals(textOf(stream), "hi");
      // The backlog counts neither twice.
      assertEquals((await outcome(world, world.connect()))[0], "connected");
    });
  }
  const world = new TwoHosts();
  world.listen();
  using _cut = world.sim.network.partition("client");
  const result = await world.sim.run(() => outcome(world, world.connect()));
  assertEquals(result, ["ETIMEDOUT", 127, WRITE | ERROR]);
});

Deno.test("SimNetwork.connect() that was refused or answered too late is over", async () => {
  const world = new TwoHosts();
  const { sim } = world;
  await sim.run(async () => {
    using held = sim.network.hold(({ kind }) => kind === "answer");
    const refused = world.connect();
    await sim.sleep(500);
    assertEquals([refused.connecting, held.messages.length], [true, 1]);
    held.release();
    assertEquals((await outcome(world, refused))[0], "ECONNREFUSED");
    const listener = world.listen();
    const late = world.connect();
    await sim.sleep(30);
    assertEquals(late.connecting, true);
    held.release();
    assertEquals((await outcome(world, late))[0], "connected");
    await ready(world.server, listener, READ);
    // A listener forgets a question after 63 s, and tells the client so.
    const later = world.connect();
    await sim.sleep(100);
    held.release();
    assertEquals((await outcome(world, later))[0], "connected");
    await ready(world.client, later, READ);
    assertEquals(codeOf(() => later.receive()), "ECONNRESET");
    assertEquals([listener.accept()?.closed, listener.accept()], [false, undefined]);
  });
});

Deno.test("SimListener makes room again for questions that are never confirmed", async () => {
  const world = new TwoHosts();
  const { sim } = world;
  world.listen(ANY, 0);
  await sim.run(async () => {
    const cut = sim.network.partitionOneWay({ from: "server" });
    const hung = world.connect();
    await sim.sleep(50);
    hung.abort();
    cut[Symbol.dispose]();
    const next = world.connect();
    const [code, time] = await outcome(world, next);
    assertEquals([code, time], ["connected", 65.006]);
  });
});

Deno.test("NetworkControl.hold() keeps a stream in order and delivers late", async () => {
  const world = new TwoHosts();
  const { sim } = world;
  await sim.run(async () => {
    const { client, server } = await world.pair();
    const held = sim.network.hold(({ kind, size }) => kind === "data" && size === 1);
    client.send(encoder.encode("a"));
    client.send(encoder.encode("bc"));
    await sim.sleep(2000);
    assertEquals([held.messages.length, server.receive()], [1, undefined]);
    held.release();
    await sim.sleep(0.001);
    assertEquals(textOf(server), "abc");
    client.send(encoder.encode("d"));
    held.drop();
    client.send(encoder.encode("ef"));
    await sim.sleep(10);
    // It was sent again, and is held again.
    assertEquals(held.messages.length, 1);
    held[Symbol.dispose]();
    await sim.sleep(0.001);
    assertEquals(textOf(server), "def");
  });
});

Deno.test("SimStream.abort() overtakes data if the link says so, and may get lost", async () => {
  for (const [resetRace, expected] of [[0, "data"], [1, ""]] as const) {
    const world = new TwoHosts();
    const { sim } = world;
    using _shape = sim.network.shape({}, { resetRace });
    await sim.run(async () => {
      const { client, server } = await world.pair();
      client.send(encoder.encode("data"));
      client.abort();
      await ready(world.server, server, READ);
      const first = server.receive.bind(server);
      if (expected !== "") assertEquals(decoder.decode(first() as Uint8Array), expected);
      else assertEquals(codeOf(first), "ECONNRESET");
      await sim.sleep(1);
    });
  }
  const world = new TwoHosts();
  await world.sim.run(async () => {
    const { client, server } = await world.pair();
    {
      using _cut = world.sim.network.partition("client");
      client.abort();
    }
    await world.sim.sleep(10_000);
    // Half-open: only what is sent is answered.
    assertEquals([server.receive(), server.send(encoder.encode("?"))], [undefined, 1]);
    await world.sim.sleep(1);
    assertEquals(codeOf(() => server.receive()), "ECONNRESET");
  });
});

Deno.test("SimStream.close() has its end be held up if the link says so, and a reset overtake it", async () => {
  for (const endRace of [0, 1] as const) {
    const world = new TwoHosts();
    const { sim } = world;
    using _shape = sim.network.shape({ from: "client" }, { endRace, reorderingDelay: 5 });
    await sim.run(async () => {
      const { client, server } = await world.pair();
      client.send(encoder.encode("data"));
      client.close();
      await sim.sleep(1);
      assertEquals(decoder.decode(server.receive() as Uint8Array), "data");
      assertEquals(server.receive(), endRace === 0 ? null : undefined);
      if (endRace === 0) return;
      await sim.sleep(5);
      assertEquals(server.receive(), null);
      const late = await world.pair();
      late.client.close();
      late.server.send(encoder.encode("?"));
      await sim.sleep(1);
      assertEquals(codeOf(() => late.server.receive()), "ECONNRESET");
      await sim.sleep(10);
      assertEquals(late.server.receive(), null);
    });
  }
});

Deno.test("SimStream.close() asks the strategy whether its end is held up", async () => {
  const labels: string[] = [];
  const strategy: Strategy = {
    name: "all",
    choose(label) {
      labels.push(label);
      return label === "tcp/endRace" ? 1 : 0;
    },
  };
  const world = new TwoHosts({ strategy });
  using _shape = world.sim.network.shape({}, { endRace: "choose", reorderingDelay: 5 });
  await world.sim.run(async () => {
    const { client, server } = await world.pair();
    client.send(encoder.encode("data"));
    client.close();
    await world.sim.sleep(1);
    assertEquals([server.receive()?.length, server.receive()], [4, undefined]);
  });
  assertEquals(labels.filter((label) => label.startsWith("tcp")), ["tcp/endRace"]);
});

Deno.test("SimStream.receive() frees a sender although the news of it get lost", async () => {
  const world = new TwoHosts({ sendBuffer: 1000, receiveBuffer: 1000 });
  const { sim } = world;
  await sim.run(async () => {
    const { client, server } = await world.pair();
    assertEquals(client.send(new Uint8Array(3000)), 2000);
    await sim.sleep(1);
    {
      using _cut = sim.network.partition("client");
      assertEquals(server.receive()?.length, 1000);
      await sim.sleep(5);
    }
    await ready(world.server, server, READ);
    assertEquals(server.receive()?.length, 1000);
  });
});

Deno.test("SimStream is not touched by conditions on its own host", async () => {
  const sim = new Simulation();
  using _cut = sim.network.shape({}, { loss: 1, latency: 10 });
  using _drop = sim.network.addRule(() => "drop");
  const loop = new RawLoop(sim.host("server")).start();
  const listener = loop.platform.network.listen(ANY);
  await sim.run(async () => {
    const stream = loop.platform.network.connect({ ...ANY, hostname: "localhost" });
    await ready(loop, stream, WRITE);
    await ready(loop, listener, READ);
    stream.send(encoder.encode("hi"));
    await ready(loop, listener.accept() as StreamHandle, READ);
  });
  assertLess(sim.now, 0.001);
});

Deno.test("SimStream.receive() tells of room once the news come through", async () => {
  const world = new TwoHosts({ sendBuffer: 1000, receiveBuffer: 1000 });
  const { sim } = world;
  await sim.run(async () => {
    const { client, server } = await world.pair();
    assertEquals(client.send(new Uint8Array(2000)), 2000);
    await sim.sleep(1);
    {
      using _cut = sim.network.partitionOneWay({ from: "server" });
      assertEquals(server.receive()?.length, 1000);
      await sim.sleep(5);
      assertEquals(server.receive(), undefined);
    }
    await ready(world.server, server, READ);
    assertEquals(server.receive()?.length, 1000);
  });
});

Deno.test("SimStream.setKeepAlive() counts probes without an answer in a row", async () => {
  const world = new TwoHosts();
  const { sim } = world;
  await sim.run(async () => {
    const { client } = await world.pair();
    client.setKeepAlive(true);
    for (let i = 0; i < 2; i++) {
      using _cut = sim.network.partition("client");
      await sim.sleep(7200 + 8 * 75 + 1);
      _cut[Symbol.dispose]();
      await sim.sleep(1000);
    }
    assertEquals([client.receive(), client.takeError()], [undefined, null]);
  });
});
