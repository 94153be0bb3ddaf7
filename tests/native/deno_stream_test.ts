import { createHash } from "node:crypto";
import net from "node:net";
import { assert, assertEquals, assertGreater, assertLess, assertStrictEquals } from "@std/assert";
import { DenoPlatform, READ, type StreamHandle, WRITE } from "../../poller/mod.ts";
import { DenoWorld } from "../contract/deno_world.ts";
import { ANY_PORT, connectTo, pair, pass, ready, until } from "../contract/passes.ts";

const world = new DenoWorld();

Deno.test("DenoStream carries 64 MiB to a slow reader unchanged", () =>
  world.run(async ({ platform }) => {
    const { poller, random } = platform;
    const { client, server } = await pair(platform);
    const total = 64 * 1024 * 1024;
    const block = new Uint8Array(1_000_003); // No multiple of any buffer's size.
    random.fill(block);
    const sent = createHash("md5");
    const received = createHash("md5");
    let taken = 0;
    let arrived = 0;
    let ended = false;
    let passes = 0;
    let waits = 0;
    const scratch = new Uint8Array(3000);
    poller.register(client, WRITE);
    poller.register(server, READ);
    await until(poller, () => ended, (handle) => {
      if (handle === client) {
        const start = taken % block.length;
        const part = block.subarray(start, Math.min(block.length, start + total - taken));
        // The memory is the caller's again at once: it is wiped and used anew.
        const copy = part.slice();
        const count = client.send(copy);
        copy.fill(0xee);
        sent.update(part.subarray(0, count));
        taken += count;
        if (count < part.length) waits++;
        if (taken === total) client.close();
        return;
      }
      // The reader looks at every third chance only, and takes now a little, now all there is.
      if (++passes % 3 !== 0) return;
      if (passes % 2 === 0) {
        const count = server.receiveInto(scratch);
        if (typeof count === "number") received.update(scratch.subarray(0, count));
        arrived += count ?? 0;
      } else {
        const view = server.receive();
        if (view === null) ended = true;
        else if (view !== undefined) {
          received.update(view);
          arrived += view.length;
        }
      }
    });
    assertGreater(waits, 10); // There was back-pressure.
    assertEquals([taken, arrived], [total, total]);
    assertEquals(received.digest("hex"), sent.digest("hex"));
    server.close();
  }));

Deno.test("DenoStream echoes borrowed views unchanged under back-pressure", () =>
  world.run(async ({ platform }) => {
    const { poller } = platform;
    const { client, server } = await pair(platform);
    const total = 8 * 1024 * 1024;
    const there = createHash("md5");
    const back = createHash("md5");
    const block = new Uint8Array(100_001);
    platform.random.fill(block);
    let taken = 0;
    let returned = 0;
    let held: Uint8Array | null = null;
    poller.register(client, READ | WRITE);
    poller.register(server, READ);
    await until(poller, () => returned === total, (handle) => {
      if (handle === server) {
        const view: Uint8Array = held ?? server.receive() ?? new Uint8Array(0);
        const count = server.send(view); // The view itself: the next read overwrites it.
        held = count < view.length ? view.slice(count) : null;
        poller.modify(server, held === null ? READ : WRITE);
        return;
      }
      const part = block.subarray(0, Math.min(block.length, total - taken));
      const count = client.send(part);
      there.update(part.subarray(0, count));
      taken += count;
      if (taken === total) poller.modify(client, READ);
      // The client reads slowly, so that the server's replies pile up.
      if (poller.size > 0 && returned > taken - 2_000_000 && taken < total) return;
      const view = client.receive();
      if (view) {
        back.update(view);
        returned += view.length;
      }
    });
    assertEquals(back.digest("hex"), there.digest("hex"));
    client.close();
    server.close();
  }));

Deno.test("DenoListener survives a peer that resets before it is accepted", () =>
  world.run(async ({ platform }) => {
    const { poller, network } = platform;
    const listener = network.listen(ANY_PORT);
    const { port } = listener.localAddress as { port: number };
    const socket = net.connect(port, "127.0.0.1");
    await new Promise<void>((resolve) => socket.once("connect", resolve));
    socket.resetAndDestroy();
    await new Promise<void>((resolve) => socket.once("close", resolve));
    const client = network.connect(listener.localAddress);
    poller.register(client, WRITE);
    poller.register(listener, READ);
    await ready(poller, client, WRITE);
    const accepted: StreamHandle[] = [];
    await until(
      poller,
      () => accepted.some((stream) => isPeer(stream, client)),
      () => {
        const stream = listener.accept();
        if (stream !== undefined) accepted.push(stream);
      },
    );
    assertEquals(listener.takeError(), null);
    for (const handle of [listener, client, ...accepted]) handle.close();
  }));

function isPeer(server: StreamHandle, client: StreamHandle): boolean {
  const [a, b] = [server.remoteAddress, client.localAddress];
  return a.transport === "tcp" && b?.transport === "tcp" && a.port === b.port;
}

Deno.test("DenoStream reports a reset as ECONNRESET, once", () =>
  world.run(async ({ platform }) => {
    const { poller, network } = platform;
    const listener = network.listen(ANY_PORT);
    const { port } = listener.localAddress as { port: number };
    const socket = net.connect(port, "127.0.0.1");
    await new Promise<void>((resolve) => socket.once("connect", resolve));
    poller.register(listener, READ);
    await ready(poller, listener, READ);
    const server = listener.accept() as StreamHandle;
    poller.register(server, READ);
    socket.resetAndDestroy();
    const events = await ready(poller, server, READ);
    const error = server.takeError();
    assertEquals(error?.code, "ECONNRESET");
    assert(error?.cause instanceof Deno.errors.ConnectionReset);
    assertEquals(events & 0x18, 0x18);
    assertEquals([server.takeError(), server.receive()], [null, null]);
    server.close();
    listener.close();
  }));

Deno.test("10,000 connections leave no handle, registration or descriptor", async () => {
  const platform = new DenoPlatform();
  const { network, poller } = platform;
  const listener = network.listen(ANY_PORT, { backlog: 512 });
  const before = countDescriptors();
  for (let round = 0; round < 100; round++) {
    const clients = Array.from({ length: 100 }, () => network.connect(listener.localAddress));
    let open = 0;
    for (const client of clients) poller.register(client, WRITE);
    poller.register(listener, READ);
    await until(poller, () => open === 100 && poller.size === 1, (handle) => {
      if (handle !== listener) {
        (handle as StreamHandle).close();
        return;
      }
      for (let stream = listener.accept(); stream !== undefined; stream = listener.accept()) {
        open++;
        stream.close();
      }
    });
    poller.unregister(listener);
  }
  assertEquals([network.handles.size, poller.size], [1, 0]);
  await new Promise((resolve) => setTimeout(resolve, 0));
  assertLess(countDescriptors(), before + 5);
  listener.close();
  await listener.released;
  poller.pause();
  assertEquals(network.handles.size, 0);
});

function countDescriptors(): number {
  return Deno.build.os === "linux" ? [...Deno.readDirSync("/proc/self/fd")].length : 0;
}

Deno.test("Busy callbacks do not starve I/O", () =>
  world.run(async ({ platform }) => {
    const { poller } = platform;
    const { client, server } = await pair(platform);
    let rounds = 0;
    client.send(new Uint8Array(1));
    poller.register(client, READ);
    poller.register(server, READ);
    let passes = 0;
    for (; passes < 600; passes++) {
      // A callback of half a millisecond before each pass, and passes that never wait.
      for (const end = performance.now() + 0.5; performance.now() < end;);
      await pass(poller, 0, (handle) => {
        const stream = handle as StreamHandle;
        if (stream.receive() === undefined) return;
        stream.send(new Uint8Array(1));
        if (stream === client) rounds++;
      });
    }
    // The native loop alone would look at its descriptors every 61 passes: 5 rounds.
    assertGreater(rounds, 60);
    client.close();
    server.close();
  }));

Deno.test("ListenerHandle.accept() makes streams that the platform knows", () =>
  world.run(async ({ platform }) => {
    const listener = platform.network.listen(ANY_PORT);
    const { client, server } = await connectTo(platform, listener);
    assertStrictEquals(platform.network.handles.get(server.id), server);
    for (const handle of [listener, client, server]) handle.close();
  }));
