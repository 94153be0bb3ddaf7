/**
 * Ports that listen.
 *
 * @module
 */

import { assert, assertEquals, assertInstanceOf, assertRejects, assertThrows } from "@std/assert";
import { type ListenerHandle, SocketError } from "../../poller/mod.ts";
import { CannotListenError, ConnectionLost, Failure } from "../../reactor/mod.ts";
import type { TCPSuite } from "./tcp_contract.ts";
import { RecordingServers } from "./tcp_recorders.ts";

/** Registers the cases. */
export function portCases(suite: TCPSuite): void {
  listenCases(suite);
  stopCases(suite);
  acceptCases(suite);
}

function listenCases(suite: TCPSuite): void {
  suite(
    "OTCP-01, OTCP-03, OTCP-04, INET-60 listenTCP() returns a port that says where it is",
    async ({ serve }) => {
      const servers = serve();
      const { port } = servers.port.getHost();
      assert(port > 0);
      assertEquals(`${servers.port}`, `<RecordingServers on ${port}>`);
      await servers.stop();
      assertEquals(`${servers.port}`, "<RecordingServers (not listening)>");
    },
  );

  suite(
    "OTCP-20 listenTCP() on a port in use throws CannotListenError",
    ({ serve, reactor, log }) => {
      const { port } = serve().port.getHost();
      const other = new RecordingServers(log, { name: "other" });
      const error = assertThrows(
        () => reactor.listenTCP(port, other, { interface: "127.0.0.1" }),
        CannotListenError,
      );
      assertEquals([error.interface, error.port], ["127.0.0.1", port]);
      assertEquals((error.cause as SocketError).code, "EADDRINUSE");
      assert(!log.includes("other: factory started"));
    },
  );

  suite(
    "listenTCP() throws when the address is not local or the port makes no sense",
    ({ reactor, log }) => {
      const servers = new RecordingServers(log, { name: "server" });
      assertThrows(
        () => reactor.listenTCP(0, servers, { interface: "192.0.2.1" }),
        CannotListenError,
      );
      for (const port of [-1, 65_536, 0.5, NaN]) {
        assertThrows(() => reactor.listenTCP(port, servers), RangeError);
      }
      assertEquals(log, []);
    },
  );

  suite(
    "OTCP-18 a factory of two ports starts with the first and stops with the last",
    async (test) => {
      const { reactor, log } = test;
      const servers = test.serve();
      const second = reactor.listenTCP(0, servers, { interface: "127.0.0.1" });
      assertEquals(servers.numPorts, 2);
      await servers.stop();
      assertEquals(log, ["server: factory started"]);
      await second.stopListening();
      assertEquals(log, ["server: factory started", "server: factory stopped"]);
    },
  );
}

function stopCases(suite: TCPSuite): void {
  suite(
    "OTCP-02, OTCP-06 stopListening() frees the address; startListening() accepts again",
    async (test) => {
      const servers = test.serve();
      const { port } = servers.port.getHost();
      assertThrows(() => servers.port.startListening(), CannotListenError);
      await servers.stop();
      const other = test.reactor.listenTCP(port, servers, { interface: "127.0.0.1" });
      await other.stopListening();
      servers.port.startListening();
      const clients = test.connect(servers);
      await Promise.all([clients.next(), servers.next()]);
    },
  );

  suite(
    "stopListening() fires its Deferred in a later pass, and null when it does not listen",
    async (test) => {
      const { log } = test;
      const servers = test.serve();
      const deferred = servers.port.stopListening();
      deferred?.addCallback(() => void log.push("fired"));
      log.push("returned");
      await deferred;
      assertEquals(log, [
        "server: factory started",
        "returned",
        "server: factory stopped",
        "fired",
      ]);
      assertEquals(servers.port.stopListening(), null);
      assertEquals(servers.port.loseConnection(), null);
    },
  );

  suite(
    "POSIXB-04, OTCP-07, OTCP-08 stopListening() fails if stopFactory() throws, and the port can start again",
    async (test) => {
      let errors = 1;
      const servers = test.serve({
        stopped: () => {
          if (errors-- > 0) throw new RangeError("stop");
        },
      });
      await assertRejects(() => servers.stop(), RangeError, "stop");
      servers.port.startListening();
      await Promise.all([test.connect(servers).next(), servers.next()]);
    },
  );

  suite(
    "OTCP-09, OTCP-10 connectionLost() closes the port and throws what stopFactory() throws",
    ({ serve }) => {
      const reason = new Failure(new ConnectionLost());
      const servers = serve();
      servers.port.connectionLost(reason);
      servers.port.connectionLost(reason); // A second one is ignored.
      assertEquals(servers.port.connected, false);
      const thrower = serve({
        stopped: () => {
          throw new RangeError("stop");
        },
      });
      assertThrows(() => thrower.port.connectionLost(reason), RangeError, "stop");
      assertEquals(thrower.port.connected, false);
    },
  );

  suite(
    "OTCP-11 a port may be stopped in buildProtocol(), and the connection works",
    async (test) => {
      const servers = test.serve({
        build: (make) => {
          servers.port.stopListening();
          return make();
        },
        data: ({ transport }, data) => transport.write(data),
      });
      const client = await test.connect(servers).next();
      client.say("x");
      await client.has(1);
      assert(test.log.includes("server: factory stopped"));
    },
  );

  suite(
    "stopListening() in buildProtocol() ends the batch: those behind wait in vain",
    async (test) => {
      const servers = test.serve({
        build: (make) => {
          servers.port.stopListening();
          return make();
        },
      });
      test.reactor.removeReader(servers.port);
      const clients = [1, 2, 3].map((number) =>
        test.connect(servers, { name: `client ${number}` })
      );
      for (const each of clients) await each.next();
      test.reactor.addReader(servers.port);
      await servers.next();
      await test.passes(5);
      assertEquals(servers.protocols.length, 1);
    },
  );

  suite("stopListening() does not close what was opened since", async (test) => {
    const servers = test.serve();
    const { port } = servers;
    const stopping = port.stopListening();
    port.connectionLost(new Failure(new ConnectionLost()));
    port.startListening();
    await stopping;
    assertEquals([port.connected, servers.numPorts], [true, 1]);
    await Promise.all([test.connect(servers).next(), servers.next()]);
  });

  suite("stopListening() leaves the connections alone", async ({ pair }) => {
    const { client, server, servers } = await pair();
    await servers.stop();
    client.say("x");
    await server.has(1);
  });
}

function acceptCases(suite: TCPSuite): void {
  suite("buildProtocol() returning null closes that connection only", async (test) => {
    let count = 0;
    const servers = test.serve({ build: (make) => ++count === 2 ? null : make() });
    const clients = [1, 2, 3].map((number) => test.connect(servers, { name: `client ${number}` }));
    const protocols = await Promise.all(clients.map((each) => each.next()));
    const [first, third] = [await servers.next(), await servers.next()];
    for (const server of [first, third]) server.say("x");
    await Promise.race(protocols.map((each) => each.lost()));
    await Promise.all(protocols.map((each) => each.reason === null ? each.has(1) : undefined));
    assertEquals(protocols.filter((each) => each.reason !== null).length, 1);
    assertEquals(servers.protocols.length, 2);
  });

  suite(
    "an error in buildProtocol() closes that connection, and others are accepted",
    async (test) => {
      let count = 0;
      const servers = test.serve({
        build: (make) => {
          if (++count === 1) throw new RangeError("build");
          return make();
        },
      });
      const lost = await test.connect(servers, { name: "first" }).next();
      await lost.lost();
      await Promise.all([test.connect(servers).next(), servers.next()]);
      assertEquals(test.world.takeReports().map(({ error }) => (error as Error).message), [
        "build",
      ]);
    },
  );

  suite(
    "an error in connectionMade() closes the connection with it, and others are accepted",
    async (test) => {
      let count = 0;
      const servers = test.serve({
        made: () => {
          if (++count === 1) throw new RangeError("made");
        },
      });
      const first = await test.connect(servers, { name: "first" }).next();
      const server = await servers.next();
      assertInstanceOf((await server.lost()).value, RangeError);
      await first.lost();
      await Promise.all([test.connect(servers).next(), servers.next()]);
      assertEquals(test.world.takeReports().map(({ error }) => (error as Error).message), ["made"]);
    },
  );

  suite("a listener that breaks is reported, and its port closed", async (test) => {
    const servers = test.serve();
    const handle = test.platform.network.handles.get(servers.port.fileno()) as ListenerHandle;
    const accept = handle.accept.bind(handle);
    handle.accept = () => {
      const stream = accept();
      // A report for no reason brings none.
      if (stream === undefined) return undefined;
      stream.abort();
      throw new SocketError("EUNKNOWN", "Cannot accept: the test says so");
    };
    const client = await test.connect(servers).next();
    await client.lost();
    assertEquals([servers.port.connected, servers.port.stopListening()], [false, null]);
    assert(test.log.includes("server: factory stopped"));
    assertEquals(test.world.takeReports().map(({ error }) => (error as Error).message), [
      "Cannot accept: the test says so",
    ]);
  });

  suite("many connections at once are accepted in bounded batches", async (test) => {
    const servers = test.serve({ name: "", backlog: 500 });
    let [batch, most] = [0, 0];
    const inBatch = servers.port.doRead.bind(servers.port);
    servers.port.doRead = () => {
      const before = servers.protocols.length;
      const result = inBatch();
      batch = servers.protocols.length - before;
      most = Math.max(most, batch);
      return result;
    };
    const clients = Array.from({ length: 250 }, () => test.connect(servers, { name: "" }));
    await Promise.all(clients.map((each) => each.next()));
    while (servers.protocols.length < 250) await servers.next();
    assert(most <= 120, `${most} connections were accepted in one batch`);
  });
}
