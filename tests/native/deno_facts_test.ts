/**
 * What the native platform assumes of Deno. When one of these fails, read `poller/deno_poller.ts`.
 */

import { AsyncLocalStorage } from "node:async_hooks";
import { assert, assertEquals, assertGreater, assertLess, assertNotEquals } from "@std/assert";
import { DenoPlatform, READ, WRITE } from "../../poller/mod.ts";
import { DenoPoller, EAGER_HOPS } from "../../poller/deno_poller.ts";
import { DenoWorld } from "../contract/deno_world.ts";
import { pair, pass } from "../contract/passes.ts";

/** How many microtasks until a promise has settled and its reaction has run; `Infinity` if more than 50. */
async function hops(promise: Promise<unknown>): Promise<number> {
  let settled = false;
  promise.then(() => settled = true, () => settled = true);
  for (let i = 1; i <= 50; i++) {
    await null;
    if (settled) return i;
  }
  return Infinity;
}

/** A turn of the native loop in which it looks at its descriptors. */
function nativeTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 2));
}

Deno.test("An operation that is done at once settles within EAGER_HOPS microtasks", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const client = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
  await nativeTurn();
  const accepting = listener.accept();
  const counts: Record<string, number> = { accept: await hops(accepting) };
  const server = await accepting;
  await nativeTurn();
  await server.write(new Uint8Array(1));
  counts["write"] = await hops(server.write(new Uint8Array(1)));
  await nativeTurn();
  counts["read"] = await hops(client.read(new Uint8Array(8)));
  server.close();
  await nativeTurn();
  counts["end"] = await hops(client.read(new Uint8Array(8)));
  client.close();
  counts["closed"] = await hops(client.read(new Uint8Array(8)));
  listener.close();
  const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  await socket.send(new Uint8Array(1), socket.addr);
  await nativeTurn();
  counts["receive"] = await hops(socket.receive());
  socket.close();
  for (const [name, count] of Object.entries(counts)) {
    assert(count <= EAGER_HOPS, `${name} takes ${count} microtasks`);
  }
});

Deno.test("setImmediate lets microtasks run out", async () => {
  let count = 0;
  const chain = async () => {
    for (let i = 0; i < 1000; i++) {
      await null;
      count++;
    }
  };
  chain();
  assertEquals(await new Promise((resolve) => setImmediate(() => resolve(count))), 1000);
});

Deno.test("DenoPoller runs handlers in the empty context", () =>
  new DenoWorld().run(async ({ platform: { poller, ...rest } }) => {
    const user = new AsyncLocalStorage<string>();
    const { client, server } = await pair({ poller, ...rest });
    const seen: (string | undefined)[] = [];
    await user.run("ada", async () => {
      poller.register(server, READ);
      client.send(new Uint8Array(1)); // The completion of this write belongs to ada.
      await pass(poller, Infinity, () => seen.push(user.getStore()));
      poller.register(client, WRITE);
      await pass(poller, Infinity, () => seen.push(user.getStore()));
    });
    assertEquals([...new Set(seen)], [undefined]);
    client.close();
    server.close();
  }));

Deno.test("DenoPoller arms one native timer under many polls, clamps it and arms it again", async () => {
  const { setTimeout: original, clearTimeout: originalClear } = globalThis;
  const delays: number[] = [];
  let armed = 0;
  let fire = () => {};
  globalThis.setTimeout = ((callback: () => void, delay: number) => {
    delays.push(delay);
    armed++;
    fire = () => {
      armed--;
      callback();
    };
    return 0;
  }) as unknown as typeof setTimeout;
  globalThis.clearTimeout = () => void armed--;
  try {
    let now = 0;
    const poller = new DenoPoller({ now: () => now });
    let done = 0;
    const poll = (timeout: number) =>
      new Promise<void>((resolve) => {
        poller.poll(timeout, () => {}, () => {
          done++;
          resolve();
        });
      });
    const first = poll(2 ** 32); // Seconds: far more than a native timer can wait.
    assertEquals([delays, armed], [[2 ** 31 - 1], 1]);
    now += 2 ** 31 / 1000;
    fire();
    assertEquals([done, delays, armed], [0, [2 ** 31 - 1, 2 ** 31 - 1], 1]);
    poller.wake();
    await first;
    assertEquals([done, armed], [1, 1]);
    // Deadlines that come later need no new timer, an earlier one does.
    for (const timeout of [2 ** 32, Infinity, 2 ** 33]) {
      const ended = poll(timeout);
      poller.wake();
      await ended;
    }
    assertEquals([done, delays.length, armed], [4, 2, 1]);
    poll(10);
    assertEquals([delays.length, armed], [3, 1]);
    assertLess(delays[2] as number, 10_000.5);
    now += 10;
    fire();
    assertEquals([done, armed], [5, 0]);
    poll(10);
    now += 5;
    fire(); // Too early: it is armed for the rest.
    assertEquals([done, armed, delays.at(-1)], [5, 1, 4999]);
    now += 5;
    fire();
    assertEquals(done, 6);
    const last = poll(5);
    poller.wake();
    await last;
    poller.pause();
    assertEquals([done, armed], [7, 0]);
  } finally {
    globalThis.setTimeout = original;
    globalThis.clearTimeout = originalClear;
  }
});

Deno.test("DenoPoller waits for nothing with neither turns nor passes", async () => {
  const platform = new DenoPlatform();
  const poller = platform.poller as DenoPoller;
  const { client, server } = await pair(platform);
  poller.register(server, READ);
  await pass(poller, 0);
  const { plain, forced } = poller.turns;
  const ended = pass(poller, Infinity);
  await nativeTurn();
  assertEquals(poller.turns, { plain, forced });
  client.send(new Uint8Array(1));
  await ended;
  assertEquals(poller.turns, { plain, forced });
  client.close();
  server.close();
  poller.close();
});

Deno.test("DenoRandom and DenoSignals are the system's", async () => {
  const { random, signals } = new DenoPlatform();
  const numbers = Array.from({ length: 100 }, () => random.next());
  assert(numbers.every((number) => number >= 0 && number < 1));
  assertEquals(new Set(numbers).size, 100);
  const bytes = new Uint8Array(200_000);
  random.fill(bytes);
  for (let start = 0; start < bytes.length; start += 50_000) {
    assertGreater(new Set(bytes.subarray(start, start + 50_000)).size, 200);
  }
  assertNotEquals(bytes.subarray(0, 1000), bytes.subarray(65_536, 66_536));
  let calls = 0;
  await new Promise<void>((resolve) => {
    const listener = () => {
      calls++;
      resolve();
    };
    signals.addListener("SIGUSR1", listener);
    signals.addListener("SIGUSR1", listener);
    const alive = setTimeout(() => {}, 10_000);
    Deno.kill(Deno.pid, "SIGUSR1");
    const finish = resolve;
    resolve = () => {
      clearTimeout(alive);
      signals.removeListener("SIGUSR1", listener);
      finish();
    };
  });
  assertEquals(calls, 1);
  signals.removeListener("SIGUSR1", () => {});
});
