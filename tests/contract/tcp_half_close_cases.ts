/**
 * Connections that end in one direction first.
 *
 * @module
 */

import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { ConnectionDone } from "../../reactor/mod.ts";
import type { TCPSuite } from "./tcp_contract.ts";

/** Registers the cases. */
export function halfCloseCases(suite: TCPSuite): void {
  orderlyCases(suite);
  errorCases(suite);
}

function orderlyCases(suite: TCPSuite): void {
  suite(
    "OTCP-28 loseWriteConnection() ends one direction after all that was written",
    async (test) => {
      const { client, server } = await test.pair({ halfCloseable: true }, { halfCloseable: true });
      client.transport.write(new Uint8Array(300_000));
      client.transport.loseWriteConnection();
      await server.has(300_000);
      server.say("still there");
      await client.has(11);
      await test.passes(5);
      client.say("discarded");
      assertEquals(test.log.filter((entry) => entry.includes("lost")).sort(), [
        "client: write side lost",
        "server: read side lost",
      ]);
      server.transport.loseConnection();
      await Promise.all([client.lost(), server.lost()].slice(1));
      client.transport.loseConnection();
      await client.lost();
      assertEquals(server.size, 300_000);
    },
  );

  suite("OTCP-29 a server may half-close, and both ends hear of it", async (test) => {
    const { client, server } = await test.pair({ halfCloseable: true }, { halfCloseable: true });
    server.transport.loseWriteConnection();
    client.say("x");
    await server.has(1);
    await test.world.sleep(0.001);
    await test.passes(5);
    assertEquals(test.log.filter((entry) => entry.includes("lost")).sort(), [
      "client: read side lost",
      "server: write side lost",
    ]);
    // Reading again does not tell again.
    client.transport.resumeProducing();
    await test.passes(5);
    assertEquals(test.log.filter((entry) => entry === "client: read side lost").length, 1);
    client.transport.loseConnection();
    await client.lost();
    server.transport.loseConnection();
    await server.lost();
  });

  suite(
    "OTCP-30 a protocol that is not half-closeable is closed by its peer's half-close",
    async (test) => {
      const { client, server } = await test.pair({}, { halfCloseable: true });
      client.transport.loseWriteConnection();
      assertInstanceOf((await server.lost()).value, ConnectionDone);
      client.transport.loseConnection();
      await client.lost();
    },
  );

  suite("OTCP-31 loseWriteConnection() after the peer has closed is silent", async (test) => {
    const { client, server } = await test.pair({ halfCloseable: true }, {});
    client.transport.loseConnection();
    await client.lost();
    server.transport.loseWriteConnection();
    await test.passes(5);
    server.transport.loseConnection();
    await server.lost();
    assertEquals(server.losses, 1);
  });

  suite(
    "TCP-47 loseConnection() in writeConnectionLost() after both half-closes ends it",
    async (test) => {
      const { client, server } = await test.pair({
        halfCloseable: true,
        readLost: ({ transport }) => transport.loseWriteConnection(),
        writeLost: ({ transport }) => transport.loseConnection(),
      });
      client.transport.loseConnection();
      await client.lost();
      assertInstanceOf((await server.lost()).value, ConnectionDone);
      assertEquals(test.log.filter((entry) => entry.startsWith("server: ")).slice(-3), [
        "server: read side lost",
        "server: write side lost",
        "server: lost ConnectionDone",
      ]);
    },
  );

  suite("loseConnection() after the half-close closes at once, inside the call", async (test) => {
    const { client, server } = await test.pair({ halfCloseable: true }, {
      halfCloseable: true,
      writeLost: ({ transport }) => {
        transport.loseConnection();
        test.log.push("returned");
      },
    });
    client.transport.loseWriteConnection();
    await client.lost();
    const order = test.log.filter((entry) => entry.includes("lost Conn") || entry === "returned");
    assertEquals(order[0], "client: lost ConnectionDone");
    assert(order.includes("returned"));
    server.transport.loseConnection();
    await server.lost();
  });
}

function errorCases(suite: TCPSuite): void {
  suite(
    "OTCP-32 an error in readConnectionLost() is logged and closes the connection",
    async (test) => {
      const { client, server } = await test.pair({
        halfCloseable: true,
        readLost: () => {
          throw new RangeError("read");
        },
      }, { halfCloseable: true });
      client.transport.loseWriteConnection();
      assertInstanceOf((await server.lost()).value, RangeError);
      assertEquals(test.world.takeReports().map(({ error }) => (error as Error).message), ["read"]);
      client.transport.loseConnection();
      await client.lost();
    },
  );

  suite(
    "OTCP-33 an error in writeConnectionLost() is logged and closes the connection",
    async (test) => {
      const { client, server } = await test.pair({}, {
        halfCloseable: true,
        writeLost: () => {
          throw new RangeError("write");
        },
      });
      client.transport.loseWriteConnection();
      assertInstanceOf((await client.lost()).value, RangeError);
      await server.lost();
      assertEquals(test.world.takeReports().map(({ error }) => (error as Error).message), [
        "write",
      ]);
    },
  );
}
