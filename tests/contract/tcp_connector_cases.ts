/**
 * Attempts to connect.
 *
 * @module
 */

import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import {
  ConnectBindError,
  ConnectError,
  ConnectionRefusedError,
  ConnectTimeoutError,
  DNSLookupError,
  IPv4Address,
  NotConnectingError,
  ServiceNameUnknownError,
  UserError,
} from "../../reactor/mod.ts";
import type { SocketError } from "../../poller/mod.ts";
import { RecordingClients } from "./tcp_recorders.ts";
import type { TCPCase, TCPSuite } from "./tcp_contract.ts";

/** Registers the cases. */
export function connectorCases(suite: TCPSuite): void {
  failureCases(suite);
  lifeCases(suite);
}

/** A port that nobody listens on. */
async function freePort({ serve }: TCPCase): Promise<number> {
  const servers = serve({ name: "" });
  const { port } = servers.port.getHost();
  await servers.stop();
  return port;
}

function failureCases(suite: TCPSuite): void {
  suite("OTCP-14, OTCP-15 connectTCP() to a port where nobody listens fails", async (test) => {
    const clients = test.connect(await freePort(test));
    const reason = await clients.end();
    assertInstanceOf(reason.value, ConnectionRefusedError);
    assertEquals((reason.value.cause as SocketError).code, "ECONNREFUSED");
    assertEquals(clients.connector.state, "disconnected");
    assertEquals(test.log.filter((entry) => entry.startsWith("client")), [
      "client: factory started",
      "client: started connecting",
      "client: failed ConnectionRefusedError",
      "client: factory stopped",
    ]);
  });

  suite("OTCP-16 connectTCP() to a service that is unknown throws", (test) => {
    const clients = new RecordingClients(test.log, { name: "client" });
    const error = assertThrows(
      () => test.reactor.connectTCP("127.0.0.1", "thisbetternotexist", clients),
      ServiceNameUnknownError,
      "Cannot connect to 127.0.0.1:thisbetternotexist: the service is unknown",
    );
    assertEquals([error.code, error.cause, error instanceof ConnectError], [
      "SERVICE_NAME_UNKNOWN",
      undefined,
      true,
    ]);
    // A port as text is no name.
    assertThrows(
      () => test.reactor.connectTCP("127.0.0.1", "80", clients),
      ServiceNameUnknownError,
    );
    assertEquals(test.log.filter((entry) => entry.startsWith("client")), []);
    return Promise.resolve();
  });

  suite("OTCP-17 connectTCP() to a service by name connects to its port", async (test) => {
    const clients = new RecordingClients(test.log, { name: "client" });
    for (const name of ["http", "www"]) {
      const connector = test.reactor.connectTCP("127.0.0.1", name, clients);
      assertEquals(connector.getDestination(), new IPv4Address("TCP", "127.0.0.1", 80));
      connector.stopConnecting();
      assertInstanceOf((await clients.end()).value, UserError);
    }
  });

  suite("OTCP-21 connectTCP() from an address in use fails", async (test) => {
    const servers = test.serve({ name: "" });
    const { port } = servers.port.getHost();
    const clients = new RecordingClients(test.log, { name: "client" });
    const bindAddress = { host: "127.0.0.1", port };
    test.reactor.connectTCP("127.0.0.1", port, clients, { bindAddress });
    assertInstanceOf((await clients.end()).value, ConnectBindError);
    assertEquals(test.log.filter((entry) => entry.startsWith("client")), [
      "client: factory started",
      "client: started connecting",
      "client: failed ConnectBindError",
      "client: factory stopped",
    ]);
    await servers.stop();
  });

  suite("CMIX-05 stop() may be called in clientConnectionFailed()", async (test) => {
    const port = await freePort(test);
    const clients = test.connect(port, { failed: () => test.reactor.stop() });
    await clients.end();
    await test.world.sleep(0);
  });

  suite(
    "connectTCP() to a name that does not exist fails with DNSLookupError",
    async ({ reactor, log }) => {
      const clients = new RecordingClients(log, { name: "client" });
      reactor.connectTCP("no-such-host.invalid", 80, clients);
      assertInstanceOf((await clients.end()).value, DNSLookupError);
    },
  );

  suite("connectTCP() throws when the port or the time-out makes no sense", ({ reactor, log }) => {
    const clients = new RecordingClients(log, { name: "client" });
    for (const port of [0, -1, 65_536, 1.5, NaN]) {
      assertThrows(() => reactor.connectTCP("127.0.0.1", port, clients), RangeError);
    }
    for (const timeout of [-1, NaN]) {
      assertThrows(() => reactor.connectTCP("127.0.0.1", 1, clients, { timeout }), RangeError);
    }
    assertEquals(log, []);
  });

  suite(
    "TCP-15 stopConnecting() in startedConnecting() fails with UserError, inside the call",
    async (test) => {
      const clients = test.connect(1, {
        started: (connector) => {
          connector.stopConnecting();
          test.log.push("stopConnecting returned");
        },
      });
      await clients.end();
      assertEquals(test.log, [
        "client: factory started",
        "client: started connecting",
        "client: failed UserError",
        "client: factory stopped",
        "stopConnecting returned",
      ]);
    },
  );

  suite("stopConnecting() while the handle connects closes it", async (test) => {
    const servers = test.serve();
    const clients = test.connect(servers);
    // In the next pass the attempt has begun; it cannot have ended yet.
    await new Promise<void>((resolve) => void test.reactor.callLater(0, resolve));
    if (clients.connector.state === "connecting") clients.connector.disconnect();
    await clients.end();
    assertThrows(() => clients.connector.stopConnecting(), NotConnectingError);
    clients.connector.disconnect(); // Nothing to do.
  });

  suite(
    "a time-out ends the attempt with ConnectTimeoutError",
    async ({ reactor, log, platform }) => {
      const clients = new RecordingClients(log, { name: "client" });
      // Nobody accepts here. The time-out is over in the pass in which the attempt begins.
      const listener = platform.network.listen({
        transport: "tcp",
        hostname: "127.0.0.1",
        port: 0,
      });
      const { port } = listener.localAddress as { port: number };
      reactor.connectTCP("127.0.0.1", port, clients, { timeout: 0 });
      assertInstanceOf((await clients.end()).value, ConnectTimeoutError);
      listener.close();
      await listener.released;
    },
  );
}

function lifeCases(suite: TCPSuite): void {
  suite(
    "connectTCP() calls nothing but doStart() and startedConnecting() at once",
    async (test) => {
      const servers = test.serve({ name: "" });
      test.log.length = 0;
      const clients = test.connect(servers);
      assertEquals(test.log, ["client: factory started", "client: started connecting"]);
      assertEquals(clients.connector.state, "connecting");
      assertThrows(() => clients.connector.connect(), Error, "connecting");
      await clients.next();
      assertEquals(clients.connector.state, "connected");
      assertThrows(() => clients.connector.connect(), Error, "connected");
      assertThrows(() => clients.connector.stopConnecting(), NotConnectingError);
      clients.connector.disconnect();
      await clients.end();
    },
  );

  suite(
    "CMIX-04, TCP-14 connectTCP() returns the connector that the factory is told of",
    async (test) => {
      const { client, clients, servers } = await test.pair();
      client.transport.loseConnection();
      await clients.end();
      assertEquals(clients.connectors.length, 2);
      for (const connector of clients.connectors) assertStrictEquals(connector, clients.connector);
      const { port } = servers.port.getHost();
      const destination = clients.connector.getDestination();
      assertEquals(`${destination}`, `IPv4Address(type='TCP', host='127.0.0.1', port=${port})`);
      assertEquals(
        `${clients.connector}`,
        `<TCPConnector to 127.0.0.1:${port} (disconnected)>`,
      );
    },
  );

  suite(
    "TCP-16 connect() in clientConnectionLost() connects again, and the factory goes on",
    async (test) => {
      let attempts = 0;
      const { clients, client } = await test.pair({ name: "" }, {
        clientLost: (connector) => {
          if (++attempts === 1) connector.connect();
        },
      });
      client.transport.loseConnection();
      const second = await clients.next();
      second.transport.loseConnection();
      await clients.end();
      await clients.end();
      assertEquals(test.log.filter((entry) => entry.startsWith("client")), [
        "client: factory started",
        "client: started connecting",
        "client: made",
        "client: lost ConnectionDone",
        "client: connection lost ConnectionDone",
        "client: started connecting",
        "client: made",
        "client: lost ConnectionDone",
        "client: connection lost ConnectionDone",
        "client: factory stopped",
      ]);
    },
  );

  suite("connect() in clientConnectionFailed() tries again", async (test) => {
    const port = await freePort(test);
    test.log.length = 0;
    let attempts = 0;
    const clients = test.connect(port, {
      failed: (connector) => {
        if (++attempts < 3) connector.connect();
      },
    });
    for (let attempt = 0; attempt < 3; attempt++) await clients.end();
    assertEquals(test.log.filter((entry) => entry.includes("factory")), [
      "client: factory started",
      "client: factory stopped",
    ]);
    assertEquals(attempts, 3);
  });

  suite("OTCP-36 the protocol hears of the loss before the factory", async ({ pair, log }) => {
    const { clients, server } = await pair();
    server.transport.loseConnection();
    await clients.end();
    const order = log.filter((entry) => entry.startsWith("client: ") && entry.includes("lost"));
    assertEquals(order, ["client: lost ConnectionDone", "client: connection lost ConnectionDone"]);
  });

  suite(
    "OTCP-19 a client's factory starts with the attempt and stops when it is over",
    async (test) => {
      const { client, clients, log } = { ...await test.pair(), log: test.log };
      assert(!log.includes("client: factory stopped"));
      client.transport.loseConnection();
      await clients.end();
      assert(log.includes("client: factory stopped"));
    },
  );

  suite(
    "TCP-11 buildProtocol() returning null closes the connection, cleanly for the server",
    async (test) => {
      const servers = test.serve();
      const clients = test.connect(servers, { build: () => null });
      await (await servers.next()).lost();
      await clients.end();
      assert(test.log.includes("server: lost ConnectionDone"));
      assert(test.log.includes("client: connection lost ConnectionDone"));
    },
  );

  suite("an error in buildProtocol() of a client fails the attempt", async (test) => {
    const servers = test.serve();
    const clients = test.connect(servers, {
      build: () => {
        throw new Error("no protocol");
      },
    });
    const reason = await clients.end();
    assertEquals(((reason.value as Error).cause as Error).message, "no protocol");
    assertEquals(test.world.takeReports().map(({ error }) => (error as Error).message), [
      "no protocol",
    ]);
  });
}
