/**
 * What an endpoint makes of what a factory is told: `WrappingFactoryTests`, `ConnectProtocolTests`
 * and `ClientEndpointTestCaseMixin` of Twisted's suite.
 *
 * @module
 */

import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import {
  CancelledError,
  type ClientFactory,
  ConnectingCancelledError,
  ConnectionLost,
  connectProtocol,
  type ConnectTCPOptions,
  connectWith,
  Factory,
  Failure,
  type IConnector,
  type IProtocol,
  IPv4Address,
  NoProtocol,
  Protocol,
  succeed,
  TCP4ClientEndpoint,
  TimeoutError,
} from "../../reactor/mod.ts";
import type { EndpointCase, EndpointSuite } from "./endpoints_contract.ts";
import { HalfCloseableRecorder, Recorder, RecordingClients } from "./tcp_recorders.ts";

/** An endpoint for the port of a server. */
function endpointOf(test: EndpointCase, setup: Parameters<EndpointCase["serve"]>[0] = {}) {
  const servers = test.serve(setup);
  test.log.length = 0;
  const { port } = servers.port.getHost();
  return { servers, port, endpoint: new TCP4ClientEndpoint(test.reactor, "127.0.0.1", port) };
}

/** Registers the cases. */
export function endpointAttemptCases(suite: EndpointSuite): void {
  protocolCases(suite);
  failureCases(suite);
  cancelCases(suite);
}

function protocolCases(suite: EndpointSuite): void {
  suite("ClientEndpointTestCaseMixin: connect() fires after connectionMade", async (test) => {
    const { endpoint } = endpointOf(test);
    const clients = new RecordingClients(test.log, { name: "client" });
    const deferred = endpoint.connect(clients);
    assertEquals(deferred.called, false);
    const protocol = await deferred.addCallback((protocol) => {
      test.log.push("fired");
      return protocol;
    });
    assertStrictEquals(protocol, clients.protocols[0] as Protocol);
    clients.protocols[0]?.transport.loseConnection();
    await clients.protocols[0]?.lost();
    await new Promise((resolve) => test.reactor.callLater(0, resolve, null));
    // The factory hears of its use and of nothing else: the Deferred tells the rest.
    assertEquals(test.log, [
      "client: factory started",
      "client: made",
      "fired",
      "client: lost ConnectionDone",
      "client: factory stopped",
    ]);
  });

  suite("WrappingFactoryTests: the protocol gets its bytes and is half-closeable", async (test) => {
    const { endpoint, servers } = endpointOf(test, {
      name: "server",
      halfCloseable: true,
      readLost: (protocol) => protocol.transport.loseConnection(),
    });
    const heard = Promise.withResolvers<unknown>();
    const client = new HalfCloseableRecorder(test.log, {
      name: "client",
      readLost: heard.resolve,
      writeLost: (protocol) => protocol.transport.loseConnection(),
    });
    await connectProtocol(endpoint, client);
    const server = await servers.next();
    server.say("hello");
    await client.has(5);
    assertEquals(client.text, "hello");
    test.log.length = 0;
    server.transport.loseWriteConnection();
    await heard.promise;
    client.say("still here");
    await server.has(10);
    client.transport.loseWriteConnection();
    await client.lost();
    assertEquals(test.log.filter((line) => line.startsWith("client")), [
      "client: read side lost",
      "client: write side lost",
      "client: lost ConnectionDone",
    ]);
  });

  suite("WrappingFactoryTests: a protocol that is not half-closeable is closed", async (test) => {
    const { endpoint, servers } = endpointOf(test, { halfCloseable: true });
    const client = new Recorder(test.log, { name: "client" });
    await connectProtocol(endpoint, client);
    (await servers.next()).transport.loseWriteConnection();
    await client.lost();
    assertEquals(test.log.at(-1), "client: lost ConnectionDone");
  });

  suite("WrappingFactoryTests: names and buffers are those of the wrapped", () => {
    class Borrowing extends Protocol {
      override get borrowsData(): boolean {
        return true;
      }
    }
    const address = new IPv4Address("TCP", "127.0.0.1", 80);
    const built = new Map<string, IProtocol | null>();
    for (const protocol of [Protocol, Borrowing]) {
      connectWith(Factory.forProtocol(protocol), (factory) => {
        assertEquals(factory.logPrefix?.(), "Factory");
        built.set(protocol.name, factory.buildProtocol(address));
      });
    }
    assertEquals([...built.values()].map((protocol) => protocol?.borrowsData), [false, true]);
    const named = built.get("Borrowing") as unknown as Protocol;
    assertEquals(named.logPrefix(), "Borrowing");
  });

  suite("ConnectProtocolTests: connectProtocol() returns the endpoint's Deferred", async () => {
    const protocol = new Protocol();
    const address = new IPv4Address("TCP", "127.0.0.1", 80);
    const deferred = succeed<IProtocol>(protocol);
    const endpoint = {
      connect(factory: Factory) {
        assertStrictEquals(factory.buildProtocol(address), protocol);
        return deferred;
      },
    };
    const connected = connectProtocol(endpoint, protocol);
    assertStrictEquals<unknown>(connected, deferred);
    assertStrictEquals(await connected, protocol);
  });
}

function failureCases(suite: EndpointSuite): void {
  suite("ClientEndpointTestCaseMixin: connect() fails as the attempt does", async (test) => {
    const endpoint = new TCP4ClientEndpoint(test.reactor, "127.0.0.1", await test.deadPort());
    const clients = new RecordingClients(test.log, { name: "client" });
    const error = await assertRejects(() => endpoint.connect(clients).asPromise());
    assertEquals((error as Error).name, "ConnectionRefusedError");
    await turn(test);
    assertEquals(test.log, ["client: factory started", "client: factory stopped"]);
    const bad = new TCP4ClientEndpoint(test.reactor, "127.0.0.1", 65_536);
    await assertRejects(() => bad.connect(clients).asPromise(), RangeError);
  });

  suite("ClientEndpointTestCaseMixin: connect() hands its options on", () => {
    const given: (ConnectTCPOptions | undefined)[] = [];
    const reactor = {
      listenTCP: () => assert(false),
      connectTCP(
        _host: string,
        _port: number,
        _factory: ClientFactory,
        options?: ConnectTCPOptions,
      ) {
        given.push(options);
        return { state: "disconnected" } as IConnector;
      },
    };
    const options = { timeout: 10, bindAddress: { host: "127.0.0.2", port: 49_595 } };
    new TCP4ClientEndpoint(reactor as never, "127.0.0.1", 80, options).connect(new Factory());
    assertEquals(given, [options]);
  });

  suite("WrappingFactoryTests: what buildProtocol throws is the failure", async (test) => {
    const { endpoint } = endpointOf(test);
    const broken = new RangeError("broken");
    class Broken extends Factory {
      override buildProtocol(): never {
        throw broken;
      }
    }
    const error = await assertRejects(() => endpoint.connect(new Broken()).asPromise(), RangeError);
    assertStrictEquals(error, broken);
    await turn(test);
    assertEquals(test.events, []);
  });

  suite(
    "WrappingFactoryTests: a factory without a protocol fails with NoProtocol",
    async (test) => {
      const { endpoint, servers } = endpointOf(test);
      class Refusing extends Factory {
        override buildProtocol(): null {
          return null;
        }
      }
      await assertRejects(() => endpoint.connect(new Refusing()).asPromise(), NoProtocol);
      await (await servers.next()).lost();
    },
  );

  suite(
    "WrappingFactoryTests: a connection that is lost before it is made is the failure",
    async () => {
      const reason = new Failure(new ConnectionLost());
      const deferred = connectWith(new Factory(), (wrapping) => {
        wrapping.clientConnectionLost({} as IConnector, reason);
      });
      assertStrictEquals(await assertRejects(() => deferred.asPromise()), reason.value as Error);
    },
  );

  suite("WrappingFactoryTests: what connectionMade throws is the failure", async (test) => {
    const { endpoint, servers } = endpointOf(test);
    const broken = new RangeError("broken");
    const lost: unknown[] = [];
    class Broken extends Protocol {
      override connectionMade(): void {
        throw broken;
      }
      override connectionLost(reason: { value: unknown }): void {
        lost.push(reason.value);
      }
    }
    const promise = connectProtocol(endpoint, new Broken()).asPromise();
    assertStrictEquals(await assertRejects(() => promise, RangeError), broken);
    await (await servers.next()).lost();
    assertEquals(lost, [broken]);
    assertEquals(test.events.map((event) => event.level === "error" && event.error), [broken]);
  });
}

function cancelCases(suite: EndpointSuite): void {
  suite(
    "ERR-02 ClientEndpointTestCaseMixin: cancel() gives the attempt up and names the address",
    async (test) => {
      const { endpoint, port, servers } = endpointOf(test);
      const clients = new RecordingClients(test.log, { name: "client" });
      const deferred = endpoint.connect(clients);
      deferred.cancel();
      const error = await assertRejects(() => deferred.asPromise(), ConnectingCancelledError);
      assertEquals(`${error.address}`, `${new IPv4Address("TCP", "127.0.0.1", port)}`);
      assertInstanceOf(error, CancelledError);
      await turn(test);
      assertEquals(test.log, ["client: factory started", "client: factory stopped"]);
      assertEquals(servers.protocols.length, 0);
    },
  );

  suite("WrappingFactoryTests: cancel() within connectionMade closes", async (test) => {
    const { endpoint, servers } = endpointOf(test);
    const over = Promise.withResolvers<void>();
    class Fickle extends Protocol {
      override connectionMade(): void {
        deferred.cancel();
      }
      override connectionLost(): void {
        over.resolve();
      }
    }
    const deferred = connectProtocol(endpoint, new Fickle());
    await assertRejects(() => deferred.asPromise(), ConnectingCancelledError);
    await over.promise;
    await (await servers.next()).lost();
  });

  suite(
    "WrappingFactoryTests: what connectionMade throws after cancel() is logged",
    async (test) => {
      const { endpoint, servers } = endpointOf(test);
      const broken = new RangeError("broken");
      class Fickle extends Protocol {
        override connectionMade(): void {
          deferred.cancel();
          throw broken;
        }
      }
      const deferred = connectProtocol(endpoint, new Fickle());
      await assertRejects(() => deferred.asPromise(), ConnectingCancelledError);
      await (await servers.next()).lost();
      assertEquals(test.events.map((event) => event.level === "error" && event.error), [broken]);
    },
  );

  suite("WrappingFactoryTests: cancel() within buildProtocol closes", async (test) => {
    const { endpoint, servers } = endpointOf(test);
    const log: string[] = [];
    class Fickle extends Factory {
      override buildProtocol(): Protocol {
        deferred.cancel();
        return new Recorder(log, { name: "client" });
      }
    }
    const deferred = endpoint.connect(new Fickle());
    await assertRejects(() => deferred.asPromise(), ConnectingCancelledError);
    await (await servers.next()).lost();
    assertEquals(log, []);
  });

  suite("Deferred.addTimeout() of an endpoint's connect() is a TimeoutError", async (test) => {
    const { reactor } = test;
    const { endpoint } = endpointOf(test);
    // The attempt begins in the next pass, this one ends it before.
    const deferred = endpoint.connect(new RecordingClients([], {}));
    reactor.callLater(0, () => {});
    let fire = () => {};
    const soon = {
      callLater(_delay: number, callable: () => void) {
        fire = callable;
        return { active: () => false, cancel: () => {} };
      },
    };
    const timed = deferred.addTimeout(1, soon);
    fire();
    await assertRejects(() => timed.asPromise(), TimeoutError);
  });
}

/** Waits for a pass of the reactor. */
export function turn(test: EndpointCase): Promise<void> {
  return new Promise((resolve) => void test.reactor.callLater(0, resolve));
}
