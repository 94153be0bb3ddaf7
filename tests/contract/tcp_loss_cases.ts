/**
 * Connections that end in other ways than planned.
 *
 * @module
 */

import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { ConnectionClosed, ConnectionDone } from "../../reactor/mod.ts";
import type { TCPCase, TCPSuite } from "./tcp_contract.ts";
import type { Recorder, RecordingSetup } from "./tcp_recorders.ts";

/** Registers the cases. */
export function lossCases(suite: TCPSuite): void {
  peerCases(suite);
  errorCases(suite);
  clientErrorCases(suite);
}

/** What a protocol may be doing when its peer resets the connection. */
const MOMENTS: Record<string, (victim: Recorder, peer: Recorder, test: TCPCase) => unknown> = {
  "is idle": () => {},
  "was sent data": (_victim, peer) => peer.transport.write(new Uint8Array(100_000)),
  "has written": (victim) => victim.transport.write(new Uint8Array(100)),
  "has a full buffer": (victim, peer) => {
    peer.transport.pauseProducing();
    victim.transport.write(new Uint8Array(20_000_000));
  },
  "is closing": (victim, peer) => {
    peer.transport.pauseProducing();
    victim.transport.write(new Uint8Array(20_000_000));
    victim.transport.loseConnection();
  },
  "has half-closed": async (victim, _peer, test) => {
    victim.transport.loseWriteConnection();
    await test.passes();
  },
  "is aborting": (victim) => victim.transport.abortConnection(),
  "has a producer": (victim) => {
    victim.transport.registerProducer({
      pauseProducing() {},
      resumeProducing() {},
      stopProducing() {},
    }, true);
  },
};

function peerCases(suite: TCPSuite): void {
  for (const [moment, prepare] of Object.entries(MOMENTS)) {
    suite(`a protocol that ${moment} hears once of its peer's reset`, async (test) => {
      const { client, server, clients } = await test.pair();
      await prepare(client, server, test);
      server.transport.abortConnection();
      assertInstanceOf((await client.lost()).value, ConnectionClosed);
      await Promise.all([server.lost(), clients.end()]);
      await test.passes();
      assertEquals([client.losses, server.losses], [1, 1]);
      assertEquals(
        test.log.filter((entry) => entry.startsWith("client: connection lost")).length,
        1,
      );
    });
  }

  suite(
    "TCP-46 a paused transport gets what was sent before the end, and then the end",
    async (test) => {
      const { client, server } = await test.pair({
        made: ({ transport }) => transport.pauseProducing(),
      });
      client.transport.write(new Uint8Array(100_000));
      client.transport.loseConnection();
      await client.lost();
      await test.passes(5);
      assertEquals([server.size, server.losses], [0, 0]);
      server.transport.resumeProducing();
      assertInstanceOf((await server.lost()).value, ConnectionDone);
      assertEquals(server.size, 100_000);
    },
  );

  suite(
    "OTCP-24 writing to a peer that is gone ends in a loss, also without reading",
    async (test) => {
      const { client, server } = await test.pair();
      client.transport.pauseProducing();
      server.transport.loseConnection();
      await server.lost();
      while (client.losses === 0) {
        client.transport.write(new Uint8Array(1_000));
        await test.world.sleep(0.001);
        await test.passes(1);
      }
      assertInstanceOf(client.reason?.value, ConnectionClosed);
    },
  );

  suite("stop() disconnects both ends and the port, once each", async (test) => {
    const { client, server } = await test.pair();
    client.transport.write(new Uint8Array(20_000_000)); // Reads and writes: one object, one loss.
    test.reactor.stop();
    await Promise.all([client.lost(), server.lost()]);
    assertEquals([client.losses, server.losses], [1, 1]);
    assert(test.log.includes("server: factory stopped"));
    assert(test.log.includes("client: factory stopped"));
  });
}

/** Lets a server's protocol throw somewhere; returns what was logged. */
async function throwing(test: TCPCase, setup: RecordingSetup): Promise<unknown[]> {
  const { client, server } = await test.pair(setup);
  client.say("x");
  await server.has(1);
  client.transport.loseConnection();
  await Promise.all([server.lost(), client.lost()]);
  await test.passes();
  assertEquals([server.losses, client.losses], [1, 1]);
  // The server goes on.
  assertEquals(server.transport.getHandle()?.closed, true);
  return test.world.takeReports().map(({ error }) => (error as Error).message);
}

function errorCases(suite: TCPSuite): void {
  suite("an error in dataReceived() is logged and is the reason of the loss", async (test) => {
    const reports = await throwing(test, {
      data: () => {
        throw new RangeError("data");
      },
    });
    assertEquals(reports, ["data"]);
    assert(test.log.includes("server: lost RangeError"));
  });

  suite("an error in connectionLost() is logged", async (test) => {
    const reports = await throwing(test, {
      lost: () => {
        throw new RangeError("lost");
      },
    });
    assertEquals(reports, ["lost"]);
  });

  suite(
    "an error in stopProducing() is logged, and the protocol hears of the loss",
    async (test) => {
      const reports = await throwing(test, {
        made: ({ transport }) =>
          transport.registerProducer({
            pauseProducing() {},
            resumeProducing() {},
            stopProducing() {
              throw new RangeError("stop");
            },
          }, true),
      });
      assertEquals(reports, ["stop"]);
    },
  );

  suite("an error in resumeProducing() is logged and is the reason of the loss", async (test) => {
    const { client, server } = await test.pair();
    let resumed = 0;
    server.transport.registerProducer({
      resumeProducing() {
        if (++resumed > 1) throw new RangeError("resume");
      },
      stopProducing() {},
    }, false);
    server.say("x");
    await Promise.all([server.lost(), client.lost()]);
    assertInstanceOf(server.reason?.value, RangeError);
    assertEquals(test.world.takeReports().map(({ error }) => (error as Error).message), ["resume"]);
  });
}

function clientErrorCases(suite: TCPSuite): void {
  const places: Record<string, (fail: () => never) => RecordingSetup> = {
    "connectionMade()": (made) => ({ made }),
    "connectionLost()": (lost) => ({ lost }),
    "clientConnectionLost()": (clientLost) => ({ clientLost }),
    "stopFactory()": (stopped) => ({ stopped }),
  };
  for (const [place, setup] of Object.entries(places)) {
    suite(
      `an error in a client's ${place} is logged, and its factory hears of the end`,
      async (test) => {
        const fail = () => {
          throw new RangeError(place);
        };
        const servers = test.serve();
        const clients = test.connect(servers, setup(fail));
        const [client, server] = [await clients.next(), await servers.next()];
        server.transport.loseConnection();
        await Promise.all([clients.end(), client.lost(), server.lost()]);
        await test.passes();
        assertEquals(client.losses, 1);
        assertEquals(clients.connector.state, "disconnected");
        assert(test.log.includes("client: factory stopped"));
        assertEquals(test.world.takeReports().map(({ error }) => (error as Error).message), [
          place,
        ]);
      },
    );
  }
}
