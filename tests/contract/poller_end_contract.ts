/**
 * What every poller guarantees of microtasks, of misuse and of its end; a part of the suite in
 * `poller_contract.ts`.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import {
  AlreadyRegisteredError,
  ERROR,
  type Handle,
  InvariantError,
  NONE,
  NotRegisteredError,
  PollerClosedError,
  READ,
  SocketError,
  WRITE,
} from "../../poller/mod.ts";
import { ANY_PORT, pass, ready } from "./passes.ts";
import { type PollerContractOptions, pollerSuite, SHORT } from "./poller_suite.ts";

const encoder = new TextEncoder();

/**
 * Registers this part of the suite.
 *
 * @param options The runner and the world.
 */
export function pollerEndContract(options: PollerContractOptions): void {
  const { name, testPair } = pollerSuite(options);
  const { test, world } = options;

  // -- Microtasks --

  testPair("Poller.poll() lets microtasks run out between passes", async (platform, streams) => {
    const { poller } = platform;
    const { client, server } = streams;
    client.send(encoder.encode("x"));
    poller.register(server, READ);
    await ready(poller, server, READ);
    let hops = 0;
    const seen: number[] = [];
    await new Promise<void>((resolve) => {
      const chain = async () => {
        for (let i = 0; i < 500; i++) {
          await null;
          hops++;
          if (i === 20) poller.wake();
        }
      };
      const step = () => {
        if (seen.length === 3) return resolve();
        chain();
        poller.poll(Infinity, () => seen.push(hops), step);
      };
      step();
    });
    assertEquals(seen, [500, 1000, 1500]);
  });

  testPair("Poller.poll() lets microtasks run out before wake() ends it", async ({ poller }) => {
    let hops = 0;
    const chain = async () => {
      for (let i = 0; i < 500; i++) {
        await null;
        hops++;
        if (i === 20) poller.wake();
      }
    };
    chain();
    await new Promise<void>((resolve) => poller.poll(Infinity, () => {}, resolve));
    // onDone was called when the chain had ended; what awaits it runs still later.
    assertEquals(hops, 500);
  });

  testPair(
    "Poller.poll() lets microtasks run out before it reports what was there already",
    async (platform, { client, server }) => {
      const { poller } = platform;
      const bytes = new Uint8Array(200_000);
      client.send(bytes);
      poller.register(server, READ);
      await ready(poller, server, READ);
      let hops = 0;
      let passes = 0;
      await new Promise<void>((resolve) => {
        const chain = async () => {
          for (let i = 0; i < 100; i++) {
            await null;
            hops++;
          }
        };
        const step = () => {
          assertEquals(hops, passes * 100);
          if (++passes > 5) return resolve();
          chain();
          poller.poll(SHORT, () => {
            assertEquals(hops, passes * 100);
            server.receive();
          }, step);
        };
        step();
      });
    },
  );

  // -- Errors and the end --

  testPair("Poller.register() refuses what it cannot watch", async ({ poller }, { client }) => {
    poller.register(client, READ);
    assertThrows(() => poller.register(client, READ), AlreadyRegisteredError);
    client.close();
    const error = assertThrows(() => poller.register(client, READ), SocketError);
    assertEquals(error.code, "EBADF");
    assertThrows(() => poller.register({ id: 1 } as unknown as Handle, READ), TypeError);
    await pass(poller, 0);
  });

  testPair(
    "Poller.modify() and unregister() refuse a handle that is not registered",
    async ({ poller }, { client }) => {
      assertThrows(() => poller.modify(client, READ), NotRegisteredError);
      assertThrows(() => poller.unregister(client), NotRegisteredError);
      poller.register(client, READ);
      poller.unregister(client);
      assertThrows(() => poller.unregister(client), NotRegisteredError);
      await pass(poller, 0);
    },
  );

  testPair("Poller.size counts the registered handles", async ({ poller }, pair) => {
    const { client, server } = pair;
    assertEquals(poller.size, 0);
    poller.register(client, READ);
    poller.register(server, NONE);
    assertEquals(poller.size, 2);
    poller.unregister(client);
    server.close();
    assertEquals(poller.size, 0);
    await pass(poller, 0);
  });

  testPair("Poller.poll() and pause() refuse while a pass is under way", async ({ poller }) => {
    const ended = pass(poller, Infinity);
    assertThrows(() => poller.poll(0, () => {}, () => {}), InvariantError);
    assertThrows(() => poller.pause(), InvariantError);
    poller.wake();
    await ended;
    poller.pause();
    poller.pause();
    assertEquals(await pass(poller, SHORT), []);
  });

  testPair("Poller.close() unregisters and refuses what follows", async ({ poller }, pair) => {
    const { client, server } = pair;
    poller.register(client, WRITE);
    await pass(poller, Infinity);
    poller.close();
    poller.close();
    assertEquals(poller.size, 0);
    assertEquals([client.closed, server.closed], [false, false]);
    assertThrows(() => poller.register(server, READ), PollerClosedError);
    assertThrows(() => poller.poll(0, () => {}, () => {}), PollerClosedError);
  });

  test(
    name("Poller.poll() reports ERROR also to a handle that waits for nothing"),
    () =>
      world.run(async ({ platform }) => {
        const { poller, network } = platform;
        const listener = network.listen(ANY_PORT);
        listener.close();
        await listener.released;
        const stream = network.connect(listener.localAddress);
        poller.register(stream, NONE);
        const reports = await pass(poller, Infinity);
        assertEquals(reports, [{ handle: stream, events: ERROR }]);
        assertEquals(stream.takeError()?.code, "ECONNREFUSED");
        assertEquals(await pass(poller, 0), []);
        stream.close();
      }),
  );
}
