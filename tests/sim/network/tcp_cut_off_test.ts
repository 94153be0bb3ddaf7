/**
 * Connections whose host, listener or network goes away in the middle of something.
 *
 * @module
 */

import { assertEquals, assertLess } from "@std/assert";
import { WRITE } from "../../../poller/mod.ts";
import { RawLoop, ready, receiveExactly } from "../raw_loop.ts";
import { ANY, HTTP, outcome, TwoHosts } from "../two_hosts.ts";

Deno.test("SimListener forgets a handshake that a partition cut off in the middle", async () => {
  const world = new TwoHosts();
  const { sim } = world;
  await sim.run(async () => {
    // Room for one connection.
    world.listen(ANY, 0);
    const lost = world.connect();
    // The question has arrived over a perfect network; what confirms the answer gets lost.
    await sim.sleep(0.0015);
    {
      using _partition = sim.network.partition("server");
      await sim.sleep(2000);
    }
    assertEquals(lost.takeError()?.code, "ETIMEDOUT");
    assertEquals((await outcome(world, world.connect()))[0], "connected");
  });
});

Deno.test("SimListener forgets a handshake with a host that has crashed in the middle", async () => {
  const world = new TwoHosts();
  const { sim } = world;
  await sim.run(async () => {
    world.listen(ANY, 0);
    world.connect();
    await sim.sleep(0.0015);
    sim.hosts.crash("client");
    await sim.sleep(100);
    const loop = new RawLoop(sim.hosts.restart("client")).start();
    const again = loop.platform.network.connect(HTTP);
    await ready(loop, again, WRITE);
    assertEquals([again.takeError(), again.connecting], [null, false]);
    again.abort();
  });
});

Deno.test("SimStream.send() waits as at first after what was not confirmed has been", async () => {
  const world = new TwoHosts();
  const { sim } = world;
  await sim.run(async () => {
    const { client, server } = await world.pair();
    {
      // What the client sends arrives, but the news of it do not come back.
      using _deaf = sim.network.partitionOneWay({ from: "server", to: "client" });
      client.send(new Uint8Array(1));
      await sim.sleep(100);
    }
    await sim.sleep(300);
    assertEquals(server.receive()?.length, 1);
    const cut = sim.network.partition("server");
    client.send(new Uint8Array(2));
    await sim.sleep(0.1);
    cut[Symbol.dispose]();
    const begin = sim.now;
    assertEquals((await receiveExactly(world.server, server, 2)).length, 2);
    assertLess(sim.now - begin, 1);
  });
});

Deno.test("SimStream.send() has room again after a partition in which the peer has read", async () => {
  const world = new TwoHosts({ sendBuffer: 100, receiveBuffer: 100 });
  const { sim } = world;
  await sim.run(async () => {
    const { client, server } = await world.pair();
    assertEquals(client.send(new Uint8Array(100)), 100);
    await sim.sleep(1);
    {
      // Longer than the news of room are told again and again.
      using _partition = sim.network.partition("server");
      assertEquals(server.receive()?.length, 100);
      await sim.sleep(600);
    }
    await sim.sleep(300);
    assertEquals(client.send(new Uint8Array(300)), 200);
  });
});

Deno.test("SimStream is writable again once half of what it takes is sent", async () => {
  const world = new TwoHosts({ sendBuffer: 100, receiveBuffer: 20 });
  const { sim } = world;
  await sim.run(async () => {
    const { client, server } = await world.pair();
    assertEquals(client.send(new Uint8Array(1000)), 120);
    let isWritable = false;
    ready(world.client, client, WRITE).then(() => isWritable = true);
    for (const waits of [80, 60, 40]) {
      assertEquals(isWritable, false);
      await sim.sleep(1);
      assertEquals(server.receive()?.length, 20);
      await sim.sleep(1);
      assertEquals(client.send(new Uint8Array(0)), 0);
      assertEquals(isWritable, waits <= 50);
    }
  });
});

Deno.test("SimStream.shutdownWrite() is told again to a host that crashed before it came", async () => {
  const world = new TwoHosts();
  const { sim } = world;
  await sim.run(async () => {
    const { client } = await world.pair();
    client.shutdownWrite();
    sim.hosts.crash("server");
    await sim.sleep(1);
    sim.hosts.restart("server");
    await sim.sleep(10);
    assertEquals(client.takeError()?.code, "ECONNRESET");
  });
});

Deno.test("HeldMessages lets all go at its end that wait behind one that it holds", async () => {
  const world = new TwoHosts();
  const { sim } = world;
  await sim.run(async () => {
    const { client, server } = await world.pair();
    {
      using held = sim.network.hold({ from: "client" });
      for (let i = 0; i < 3; i++) client.send(Uint8Array.of(i));
      await sim.sleep(1);
      assertEquals(held.messages.length, 1);
    }
    const bytes = await receiveExactly(world.server, server, 3);
    assertEquals([[...bytes], sim.now < 2], [[0, 1, 2], true]);
  });
});

Deno.test("NetworkControl.hold() of what the peer sends leaves the connection up", async () => {
  const world = new TwoHosts();
  const { sim } = world;
  await sim.run(async () => {
    const { client, server } = await world.pair();
    using _held = sim.network.hold({ from: "server" });
    client.send(new Uint8Array(1));
    await sim.sleep(2000);
    assertEquals([client.takeError(), server.receive()?.length], [null, 1]);
  });
});

Deno.test("SimListener.close() resets a connection that is in its handshake", async () => {
  const world = new TwoHosts();
  const { sim } = world;
  await sim.run(async () => {
    const listener = world.listen();
    const client = world.connect();
    await sim.sleep(0.0015);
    listener.close();
    await sim.sleep(1);
    assertEquals(client.takeError()?.code, "ECONNRESET");
  });
});
