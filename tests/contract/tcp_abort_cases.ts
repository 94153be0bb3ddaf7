/**
 * Connections that one end closes at once.
 *
 * @module
 */

import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { ConnectionAborted, type TLSTransport } from "../../reactor/mod.ts";
import type { TCPSuite } from "./tcp_contract.ts";
import type { Recorder } from "./tcp_recorders.ts";

/** Registers the cases. */
export function abortCases(suite: TCPSuite): void {
  onceCases(suite);
  reentryCases(suite);
}

/** The titles of the cases that run at either end. */
const TITLES = {
  client: [
    "TCP-55 abortConnection() twice on the client loses the connection once",
    "TCP-56 loseConnection() after abortConnection() on the client does nothing",
  ],
  server: [
    "TCP-57 abortConnection() twice on the server loses the connection once",
    "TCP-58 loseConnection() after abortConnection() on the server does nothing",
  ],
} as const;

/** The titles of the cases with and without bytes before. */
const RESUME_TITLES = {
  "nothing": "TCP-59 abortConnection() in resumeProducing() after nothing is not re-entrant",
  "some bytes": "TCP-60 abortConnection() in resumeProducing() after some bytes is not re-entrant",
} as const;

/** Aborts, and checks that nothing is called inside. */
function abort(protocol: Recorder, log: string[]): void {
  const before = log.length;
  protocol.transport.abortConnection();
  assertEquals(log.length, before);
  assertEquals(protocol.losses, 0);
}

function onceCases(suite: TCPSuite): void {
  for (const end of ["client", "server"] as const) {
    const [twice, then] = TITLES[end];
    suite(twice, async (test) => {
      const ends = await test.pair();
      abort(ends[end], test.log);
      assert((ends[end].transport as TLSTransport).disconnecting);
      abort(ends[end], test.log);
      assertInstanceOf((await ends[end].lost()).value, ConnectionAborted);
      await Promise.all([ends.client.lost(), ends.server.lost()]);
      await test.passes();
      assertEquals([ends.client.losses, ends.server.losses], [1, 1]);
    });

    suite(then, async (test) => {
      const ends = await test.pair();
      abort(ends[end], test.log);
      ends[end].transport.loseConnection();
      ends[end].transport.write(new Uint8Array(10));
      ends[end].transport.resumeProducing();
      assertInstanceOf((await ends[end].lost()).value, ConnectionAborted);
      await Promise.all([ends.client.lost(), ends.server.lost()]);
    });
  }

  suite("abortConnection() after loseConnection() does not wait for the buffer", async (test) => {
    const { client, server } = await test.pair();
    server.transport.pauseProducing();
    client.transport.write(new Uint8Array(20_000_000));
    client.transport.loseConnection();
    await test.passes();
    assertEquals(client.losses, 0);
    abort(client, test.log);
    assertInstanceOf((await client.lost()).value, ConnectionAborted);
    server.transport.resumeProducing();
    await server.lost();
  });

  suite("TCP-61, TCP-62 abortConnection() with a full buffer drops it", async (test) => {
    const { client, server } = await test.pair();
    client.say("x");
    await server.has(1);
    server.transport.pauseProducing();
    client.transport.write(new Uint8Array(20_000_000));
    abort(client, test.log);
    assertInstanceOf((await client.lost()).value, ConnectionAborted);
    server.transport.resumeProducing();
    await server.lost();
    assert(server.size < 20_000_000);
  });
}

function reentryCases(suite: TCPSuite): void {
  suite("TCP-54 abortConnection() in dataReceived() is the last that is received", async (test) => {
    const { client, server } = await test.pair({
      data: (protocol) => abort(protocol, test.log),
    });
    client.transport.write(new Uint8Array(500_000));
    assertInstanceOf((await server.lost()).value, ConnectionAborted);
    assertEquals(server.chunks, 1);
    await client.lost();
  });

  suite(
    "TCP-63 an error after abortConnection() in dataReceived() is logged once",
    async (test) => {
      const { client, server } = await test.pair({
        data: (protocol) => {
          abort(protocol, test.log);
          throw new RangeError("data");
        },
      });
      client.say("x");
      await Promise.all([server.lost(), client.lost()]);
      await test.passes();
      assertEquals([server.losses, client.losses], [1, 1]);
      assertEquals(test.world.takeReports().map(({ error }) => (error as Error).message), ["data"]);
    },
  );

  for (const before of ["nothing", "some bytes"] as const) {
    suite(RESUME_TITLES[before], async (test) => {
      const { client, server } = await test.pair();
      if (before === "some bytes") {
        client.say("x");
        await server.has(1);
      }
      let resumed = 0;
      client.transport.registerProducer({
        resumeProducing() {
          if (++resumed === 2) abort(client, test.log);
          else client.say("y");
        },
        stopProducing: () => test.log.push("producer stopped"),
      }, false);
      assertInstanceOf((await client.lost()).value, ConnectionAborted);
      await server.lost();
      assertEquals(resumed, 2);
      assert(test.log.includes("producer stopped"));
    });
  }

  suite(
    "TCP-64 an error after abortConnection() in resumeProducing() is logged once",
    async (test) => {
      const { client, server } = await test.pair();
      let resumed = 0;
      client.transport.registerProducer({
        resumeProducing() {
          if (++resumed === 1) return client.say("y");
          abort(client, test.log);
          throw new RangeError("resume");
        },
        stopProducing: () => test.log.push("producer stopped"),
      }, false);
      await Promise.all([server.lost(), client.lost()]);
      await test.passes();
      assertEquals(client.losses, 1);
      assertEquals(test.world.takeReports().map(({ error }) => (error as Error).message), [
        "resume",
      ]);
    },
  );

  suite(
    "the shutdown of the reactor while an abort is pending loses the connection once",
    async (test) => {
      const { client, server } = await test.pair();
      client.transport.abortConnection();
      server.transport.write(new Uint8Array(20_000_000)); // Reads and writes: one object, one loss.
      test.reactor.disconnectAll();
      await test.passes();
      assertEquals([client.losses, server.losses], [1, 1]);
    },
  );
}
