/**
 * What every poller guarantees; see `poller/poller.ts`.
 *
 * @module
 */

import { assert, assertEquals, assertGreaterOrEqual, assertThrows } from "@std/assert";
import { type Handle, NONE, type Platform, READ, WRITE } from "../../poller/mod.ts";
import { pair, pass, ready } from "./passes.ts";
import { pollerEndContract } from "./poller_end_contract.ts";
import { type PollerContractOptions, pollerSuite, SHORT } from "./poller_suite.ts";

const encoder = new TextEncoder();

/**
 * Registers the suite.
 *
 * @param options The runner and the world.
 */
export function pollerContract(options: PollerContractOptions): void {
  const { name, testPair } = pollerSuite(options);
  const { test, world } = options;

  // -- Never at once --

  testPair("Poller.poll() returns before it calls back", async ({ poller }, { client }) => {
    poller.register(client, WRITE); // Ready from the start.
    const log: string[] = [];
    await new Promise<void>((resolve) => {
      poller.poll(0, () => log.push("ready"), () => {
        log.push("done");
        resolve();
      });
      log.push("returned");
    });
    assertEquals(log, ["returned", "ready", "done"]);
  });

  testPair("Poller.poll() does not call back at once after wake()", async ({ poller }) => {
    const log: string[] = [];
    poller.wake();
    await new Promise<void>((resolve) => {
      poller.poll(Infinity, () => log.push("ready"), () => {
        log.push("done");
        resolve();
      });
      log.push("returned");
    });
    assertEquals(log, ["returned", "done"]);
  });

  testPair(
    "Poller's other methods call nothing, also while a poll waits",
    async ({ poller }, { client, server }) => {
      const log: string[] = [];
      const ended = pass(poller, Infinity, () => log.push("ready"));
      poller.register(client, WRITE);
      poller.modify(client, READ | WRITE);
      poller.register(server, WRITE);
      poller.unregister(server);
      poller.wake();
      log.push("returned");
      await ended;
      assertEquals(log, ["returned", "ready"]);
    },
  );

  testPair("Poller.poll() may be called from onDone", async ({ poller }, { client }) => {
    poller.register(client, WRITE);
    let passes = 0;
    let reports = 0;
    await new Promise<void>((resolve) => {
      const step = () => {
        if (++passes === 5) resolve();
        else poller.poll(Infinity, () => reports++, step);
      };
      step();
    });
    assertEquals([passes, reports], [5, 4]);
  });

  // -- Level-triggered --

  testPair("Poller.poll() reports again what was not received", async (platform, streams) => {
    const { poller } = platform;
    const { client, server } = streams;
    client.send(encoder.encode("abc"));
    poller.register(server, READ);
    await ready(poller, server, READ);
    const one = new Uint8Array(1);
    const letters: number[] = [];
    for (let i = 0; i < 3; i++) {
      const reports = await pass(poller, 0, () => {
        assertEquals(server.receiveInto(one), 1);
        letters.push(one[0] as number);
      });
      assertEquals(reports.length, 1);
    }
    assertEquals(letters, [97, 98, 99]);
    assertEquals(await pass(poller, 0), []);
  });

  testPair("Poller.poll() reports room to send in each pass", async ({ poller }, { client }) => {
    poller.register(client, WRITE);
    for (let i = 0; i < 3; i++) {
      assertEquals(await pass(poller, Infinity), [{ handle: client, events: WRITE }]);
    }
  });

  testPair(
    "Poller.poll() reports again after a receive outside of any handler",
    async (platform, { client, server }) => {
      const { poller } = platform;
      poller.register(server, READ);
      for (const text of ["one", "two", "three"]) {
        client.send(encoder.encode(text));
        await ready(poller, server, READ);
        await Promise.resolve(); // The pass is over.
        assertEquals(new TextDecoder().decode(server.receive() as Uint8Array), text);
        assertEquals(server.receive(), undefined);
      }
    },
  );

  testPair(
    "Poller.poll() reports what arrives after a receive made while it waits",
    async (platform, { client, server }) => {
      const { poller } = platform;
      client.send(encoder.encode("one"));
      poller.register(server, READ);
      await ready(poller, server, READ);
      poller.modify(server, NONE);
      const ended = pass(poller, Infinity);
      poller.modify(server, READ);
      assertEquals(server.receive()?.length, 3);
      client.send(encoder.encode("two"));
      assertEquals(await ended, [{ handle: server, events: READ }]);
      assertEquals(new TextDecoder().decode(server.receive() as Uint8Array), "two");
    },
  );

  // -- At most once a pass --

  testPair("Poller.poll() reports all bits of a handle at once", async (platform, streams) => {
    const { poller } = platform;
    const { client, server } = streams;
    client.send(encoder.encode("x"));
    poller.register(server, READ);
    await ready(poller, server, READ);
    poller.modify(server, READ | WRITE);
    assertEquals(await pass(poller, Infinity), [{ handle: server, events: READ | WRITE }]);
  });

  // -- Current --

  for (const remove of ["unregister", "close", "abort", "modify"] as const) {
    testPair(
      `Poller.poll() does not report a handle after ${remove}() in an earlier handler`,
      async (platform, { client, server }) => {
        const { poller } = platform;
        client.send(encoder.encode("x"));
        server.send(encoder.encode("x"));
        poller.register(client, READ);
        poller.register(server, READ);
        await bothReady(platform, client, server);
        const reports = await pass(poller, Infinity, (handle) => {
          const other = handle === client ? server : client;
          if (remove === "unregister") poller.unregister(other);
          else if (remove === "modify") poller.modify(other, NONE);
          else other[remove]();
        });
        assertEquals(reports.length, 1);
      },
    );
  }

  testPair(
    "Poller.poll() does not take a handle for one that was closed in its place",
    async (platform, { client, server }) => {
      const { poller } = platform;
      const next = await pair(platform);
      client.send(encoder.encode("x"));
      server.send(encoder.encode("x"));
      poller.register(client, READ);
      poller.register(server, READ);
      await bothReady(platform, client, server);
      const reports = await pass(poller, Infinity, (handle) => {
        (handle === client ? server : client).close();
        poller.register(next.client, READ);
      });
      assertEquals(reports.length, 1);
      next.client.close();
      next.server.close();
    },
  );

  testPair("Poller.poll() follows modify()", async (platform, { client, server }) => {
    const { poller } = platform;
    client.send(encoder.encode("x"));
    poller.register(server, READ);
    await ready(poller, server, READ);
    poller.modify(server, WRITE);
    assertEquals(await pass(poller, Infinity), [{ handle: server, events: WRITE }]);
    poller.modify(server, NONE);
    assertEquals(await pass(poller, 0), []);
    poller.modify(server, READ);
    assertEquals(await pass(poller, Infinity), [{ handle: server, events: READ }]);
  });

  testPair("Poller.unregister() keeps what had arrived", async (platform, streams) => {
    const { poller } = platform;
    const { client, server } = streams;
    client.send(encoder.encode("x"));
    poller.register(server, READ);
    await ready(poller, server, READ);
    poller.unregister(server);
    assertEquals(await pass(poller, 0), []);
    assertEquals(server.receive()?.length, 1);
  });

  testPair("Poller.poll() stays in a pass that has nothing to report", async (platform, pair) => {
    const { poller, clock } = platform;
    const { client, server } = pair;
    client.send(encoder.encode("x"));
    poller.register(server, READ);
    await ready(poller, server, READ);
    server.receive(); // Between two passes: what was ready is so no more.
    const start = clock.now();
    assertEquals(await pass(poller, SHORT), []);
    assertGreaterOrEqual(clock.now(), start + SHORT);
  });

  // -- Prompt --

  testPair("Poller.poll() ends when its time is up and not before", async ({ poller, clock }) => {
    const start = clock.now();
    assertEquals(await pass(poller, SHORT), []);
    assertGreaterOrEqual(clock.now(), start + SHORT);
  });

  testPair("Poller.poll() with a time-out of 0 or less looks once", async ({ poller }) => {
    for (const timeout of [0, -0, -1, -Infinity]) assertEquals(await pass(poller, timeout), []);
  });

  testPair("Poller.poll() rejects NaN", async ({ poller }) => {
    assertThrows(() => poller.poll(NaN, () => {}, () => {}), RangeError);
    assertEquals(await pass(poller, 0), []);
  });

  testPair("Poller.wake() ends a poll that waits", async ({ poller }) => {
    const ended = pass(poller, Infinity);
    poller.wake();
    assertEquals(await ended, []);
  });

  testPair("Poller.wake() ends the next poll, once", async ({ poller, clock }) => {
    poller.wake();
    poller.wake();
    poller.wake();
    assertEquals(await pass(poller, Infinity), []);
    const start = clock.now();
    await pass(poller, SHORT);
    assertGreaterOrEqual(clock.now(), start + SHORT);
  });

  testPair("Poller.wake() in a handler ends the next poll", async ({ poller }, { client }) => {
    poller.register(client, WRITE);
    await pass(poller, Infinity, () => {
      poller.unregister(client);
      poller.wake();
    });
    assertEquals(await pass(poller, Infinity), []);
  });

  testPair("Poller.register() of a ready handle ends a wait", async ({ poller }, { client }) => {
    const ended = pass(poller, Infinity);
    poller.register(client, WRITE);
    assertEquals(await ended, [{ handle: client, events: WRITE }]);
  });

  testPair("Poller.poll() calls onDone once for each call", async ({ poller }, { client }) => {
    poller.register(client, WRITE);
    let done = 0;
    for (let i = 0; i < 3; i++) {
      await new Promise<void>((resolve) => {
        poller.poll(0, () => poller.wake(), () => {
          done++;
          resolve();
        });
      });
    }
    poller.unregister(client);
    await pass(poller, 0);
    await pass(poller, SHORT);
    assertEquals(done, 3);
  });

  test(
    name("Poller.poll() sees I/O under passes that never wait"),
    () =>
      world.run(async ({ platform, sleep }) => {
        const { client, server } = await pair(platform);
        platform.poller.register(server, READ);
        for (let round = 0; round < 5; round++) {
          client.send(encoder.encode("x"));
          await sleep(SHORT); // As long as the way of a byte takes.
          let passes = 0;
          for (let seen = false; !seen;) {
            assert(++passes < 2000, "2000 passes saw nothing");
            await pass(platform.poller, 0, () => seen = server.receive() !== undefined);
          }
        }
        client.close();
        server.close();
      }),
  );

  pollerEndContract(options);
}

/** Makes passes until both handles are ready in one. */
async function bothReady(platform: Platform, a: Handle, b: Handle): Promise<void> {
  await ready(platform.poller, a, READ);
  await ready(platform.poller, b, READ);
}
