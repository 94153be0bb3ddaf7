/**
 * Hooks of factories, protocols and producers that throw, or that end what has not begun.
 *
 * @module
 */

import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import {
  ClientFactory,
  ConnectionDone,
  ConnectionLost,
  Deferred,
  DNSLookupError,
  UserError,
} from "../../reactor/mod.ts";
import type { TCPCase, TCPSuite } from "./tcp_contract.ts";
import { RecordingClients, RecordingServers } from "./tcp_recorders.ts";

/** Registers the cases. */
export function hookCases(suite: TCPSuite): void {
  factoryCases(suite);
  nameCases(suite);
  buildCases(suite);
  producerCases(suite);
}

/** Returns the texts of the errors that were reported. */
function reported(test: TCPCase): string[] {
  return test.world.takeReports().map(({ error }) => (error as Error).message);
}

function factoryCases(suite: TCPSuite): void {
  suite(
    "what doStart() throws leaves nothing bound, and the port can start again",
    async (test) => {
      const servers = test.serve();
      const { port } = servers;
      await servers.stop();
      let errors = 1;
      const { doStart } = servers;
      servers.doStart = () => {
        if (errors-- > 0) throw new RangeError("start");
        doStart.call(servers);
      };
      assertThrows(() => port.startListening(), RangeError, "start");
      assertEquals([port.connected, port.stopListening()], [false, null]);
      assertEquals(test.platform.network.handles.size, 0);
      assertEquals(test.log, ["server: factory started", "server: factory stopped"]);
      port.startListening();
      await Promise.all([test.connect(servers).next(), servers.next()]);
    },
  );

  suite("stopListening() in doStart() stops the port", async (test) => {
    const servers = test.serve();
    await servers.stop();
    const { doStart } = servers;
    let stopped: Deferred<void> | null = null;
    servers.doStart = () => {
      doStart.call(servers);
      stopped = servers.port.stopListening();
    };
    servers.port.startListening();
    assertEquals(test.reactor.getReaders(), []);
    await stopped;
    assertEquals(servers.port.connected, false);
  });

  suite("startListening() in doStop() does not hold up disconnectAll()", (test) => {
    let stops = 0;
    const servers = test.serve({
      stopped: () => {
        if (++stops < 5) servers.port.startListening();
      },
    });
    test.reactor.disconnectAll();
    // Once as a reader, once as a port; what is opened meanwhile stays.
    assertEquals([stops, servers.port.connected], [2, true]);
    stops = 5;
    test.reactor.disconnectAll();
  });

  suite("disconnectAll() in doStart() closes the port", async (test) => {
    const servers = test.serve();
    await servers.stop();
    const { doStart } = servers;
    servers.doStart = () => {
      doStart.call(servers);
      test.reactor.disconnectAll();
    };
    servers.port.startListening();
    assertEquals([servers.port.connected, servers.numPorts], [false, 0]);
  });

  suite("what doStart() throws leaves a connector that can connect", async (test) => {
    const servers = test.serve();
    const clients = test.connect(servers);
    const { connector } = clients;
    const client = await clients.next();
    client.transport.loseConnection();
    await clients.end();
    const { doStart } = clients;
    let errors = 1;
    clients.doStart = () => {
      if (errors-- > 0) throw new RangeError("start");
      doStart.call(clients);
    };
    assertThrows(() => connector.connect(), RangeError, "start");
    assertEquals(connector.state, "disconnected");
    connector.connect();
    await clients.next();
  });

  suite("what doStop() of a client throws is reported, not thrown", async (test) => {
    const clients = new RecordingClients(test.log, {
      name: "client",
      stopped: () => {
        throw new RangeError("stop");
      },
    });
    const connector = test.reactor.connectTCP("127.0.0.1", 1, clients);
    connector.stopConnecting();
    assertInstanceOf((await clients.end()).value, UserError);
    assertEquals(connector.state, "disconnected");
    assertEquals(reported(test), ["stop"]);
  });
}

function nameCases(suite: TCPSuite): void {
  suite("a factory whose logPrefix() throws is listened with, and stopped", async (test) => {
    const servers = new RecordingServers(test.log, { name: "server" });
    servers.logPrefix = () => {
      throw new Error("no name");
    };
    servers.port = test.reactor.listenTCP(0, servers, { interface: "127.0.0.1" });
    assertEquals(servers.port.logPrefix(), "RecordingServers");
    await servers.stop();
    assertEquals(test.log, ["server: factory started", "server: factory stopped"]);
  });

  suite("a protocol whose logPrefix() throws is connected, and disconnected", async (test) => {
    const { servers } = await test.pair({
      build: (make) => {
        const protocol = make();
        protocol.logPrefix = () => {
          throw new Error("no name");
        };
        return protocol;
      },
    });
    test.reactor.disconnectAll();
    assertInstanceOf(servers.protocols[0]?.reason?.value, ConnectionLost);
    assertEquals(servers.port.connected, false);
  });
}

function buildCases(suite: TCPSuite): void {
  suite("disconnect() in buildProtocol() closes the connection", async (test) => {
    const servers = test.serve();
    const clients = test.connect(servers, {
      build: (make) => {
        clients.connector.disconnect();
        return make();
      },
    });
    assertInstanceOf((await clients.end()).value, ConnectionDone);
    assertEquals(clients.connector.state, "disconnected");
    assertEquals(test.log.filter((entry) => entry.startsWith("client")), [
      "client: factory started",
      "client: started connecting",
      "client: connection lost ConnectionDone",
      "client: factory stopped",
    ]);
    await (await servers.next()).lost();
  });

  suite("disconnectAll() in buildProtocol() fails the attempt", async (test) => {
    const servers = test.serve();
    const clients = test.connect(servers, {
      build: (make) => {
        test.reactor.disconnectAll();
        return make();
      },
    });
    await clients.end();
    assertEquals(clients.connector.state, "disconnected");
    await test.passes();
    assertEquals(test.log.filter((entry) => entry.startsWith("client: ")), [
      "client: factory started",
      "client: started connecting",
      "client: failed ConnectError",
      "client: factory stopped",
    ]);
    assertEquals(reported(test), []);
  });

  suite("a resolver that throws when it is cancelled does not hold up the attempt", (test) => {
    const failures: unknown[] = [];
    test.reactor.installResolver({
      getHostByName: () =>
        new Deferred(() => {
          throw new RangeError("cancel");
        }),
    });
    class Failing extends ClientFactory {
      override clientConnectionFailed(_connector: unknown, reason: { value: unknown }): void {
        failures.push(reason.value);
      }
    }
    return new Promise<void>((resolve) => {
      const connector = test.reactor.connectTCP("a.test", 80, new Failing());
      test.reactor.callLater(0, () => {
        assertThrows(() => connector.stopConnecting(), RangeError, "cancel");
        assertInstanceOf(failures[0], UserError);
        assertEquals([failures.length, connector.state], [1, "disconnected"]);
        resolve();
      });
    });
  });

  suite("a resolver that answers when it is cancelled begins nothing", async (test) => {
    const reasons: unknown[] = [];
    test.reactor.installResolver({
      getHostByName: () => new Deferred<string>((deferred) => deferred.callback("127.0.0.1")),
    });
    class Failing extends ClientFactory {
      override clientConnectionFailed(_connector: unknown, reason: { value: unknown }): void {
        reasons.push(reason.value);
      }
    }
    const connector = test.reactor.connectTCP("a.test", 80, new Failing());
    await test.passes(2);
    connector.stopConnecting();
    await test.passes(2);
    assertEquals(reasons.map((reason) => reason instanceof DNSLookupError), [false]);
  });
}

function producerCases(suite: TCPSuite): void {
  suite("what pauseProducing() throws in write() loses no bytes", async ({ pair }) => {
    const { client, server } = await pair();
    const { transport } = client;
    const producer = {
      pauseProducing: () => {
        throw new RangeError("pause");
      },
      resumeProducing: () => {},
      stopProducing: () => {},
    };
    transport.registerProducer(producer, true);
    const size = 1_000_000;
    assertThrows(() => transport.write(new Uint8Array(size)), RangeError, "pause");
    await server.has(size);
    assertThrows(
      () => transport.writeSequence([new Uint8Array(size), new Uint8Array(1)]),
      RangeError,
      "pause",
    );
    await server.has(2 * size + 1);
    transport.unregisterProducer();
  });

  suite("disconnectAll() in pauseProducing() ends the connection within write()", async (test) => {
    const { client } = await test.pair();
    const log: string[] = [];
    client.transport.registerProducer({
      pauseProducing: () => test.reactor.disconnectAll(),
      resumeProducing: () => {},
      stopProducing: () => void log.push("stopped"),
    }, true);
    client.transport.write(new Uint8Array(1_000_000));
    assertEquals([log, client.losses], [["stopped"], 1]);
  });

  suite(
    "what stopProducing() throws is reported, and the protocol hears of the loss",
    async (test) => {
      const { client, clients, server } = await test.pair();
      client.transport.registerProducer({
        pauseProducing: () => {},
        resumeProducing: () => {},
        stopProducing: () => {
          throw new RangeError("stop");
        },
      }, true);
      server.transport.loseConnection();
      await client.lost();
      await clients.end();
      assertEquals(reported(test), ["stop"]);
    },
  );
}
