/**
 * `HostnameEndpoint`: the classes `HostnameEndpoint…Tests` of Twisted's suite.
 *
 * @module
 */

import {
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import {
  ConnectingCancelledError,
  connectProtocol,
  type Deferred,
  DNSLookupError,
  Factory,
  HostnameAddress,
  HostnameEndpoint,
  type HostnameReactor,
  type IAddress,
  InvalidAddressError,
  IPv4Address,
  IPv6Address,
  Protocol,
  UNIXAddress,
} from "../../reactor/mod.ts";
import type { EndpointCase, EndpointSuite } from "./endpoints_contract.ts";

/** Writes the attempts down, with the seconds since the first moment. */
function watched(test: EndpointCase): HostnameReactor {
  const { reactor, log } = test;
  const start = reactor.seconds();
  return {
    seconds: () => reactor.seconds(),
    callLater: (delay, callable, ...args) => reactor.callLater(delay, callable, ...args),
    getDelayedCalls: () => reactor.getDelayedCalls(),
    listenTCP: (port, factory, options) => reactor.listenTCP(port, factory, options),
    connectTCP(host, port, factory, options) {
      const time = test.isReal ? "" : ` at ${Math.round((reactor.seconds() - start) * 1000)}`;
      log.push(`${host}${time}`);
      return reactor.connectTCP(host, port, factory, options);
    },
    get nameResolver() {
      return reactor.nameResolver;
    },
    installNameResolver: (resolver) => reactor.installNameResolver(resolver),
    installResolver: (resolver) => reactor.installResolver(resolver),
    resolve: (name) => reactor.resolve(name),
  };
}

/** Lets every name have some addresses. */
function install(test: EndpointCase, ...addresses: (string | IAddress)[]): void {
  test.reactor.installNameResolver({
    resolveHostName(receiver, name, port = 0) {
      const resolution = { name, cancel: () => {} };
      receiver.resolutionBegan(resolution);
      for (const address of addresses) {
        if (typeof address !== "string") receiver.addressResolved(address);
        else if (address.includes(":")) {
          receiver.addressResolved(new IPv6Address("TCP", address, port));
        } else receiver.addressResolved(new IPv4Address("TCP", address, port));
      }
      receiver.resolutionComplete();
      return resolution;
    },
  });
}

/** A protocol that says when it is over. */
class Client extends Protocol {
  readonly over: PromiseWithResolvers<void> = Promise.withResolvers();
  override connectionLost(): void {
    this.over.resolve();
  }
}

/** Waits for a connection, closes it, and tells where it led to. */
async function peerOf(deferred: Deferred<Client>): Promise<string> {
  const client = await deferred;
  const { host } = client.transport.getPeer() as IPv4Address;
  client.transport.loseConnection();
  await client.over.promise;
  return host;
}

/** Begins to connect to `a.test`. */
function connect(
  test: EndpointCase,
  port: number,
  options: ConstructorParameters<typeof HostnameEndpoint>[3] = {},
): Deferred<Client> {
  const endpoint = new HostnameEndpoint(watched(test), "a.test", port, options);
  return connectProtocol(endpoint, new Client());
}

/** Registers the cases that hold in every world. */
export function endpointHostnameCases(suite: EndpointSuite): void {
  resolutionCases(suite);
  cancelCases(suite);
  nameCases(suite);
  orderCases(suite);
}

function resolutionCases(suite: EndpointSuite): void {
  suite("HostnameEndpointsGAIFailureTests: no address is a DNSLookupError", async (test) => {
    install(test);
    await assertRejects(() => connect(test, 80).asPromise(), DNSLookupError, "a.test");
    install(test, new UNIXAddress("/nowhere"));
    await assertRejects(() => connect(test, 80).asPromise(), DNSLookupError);
    assertEquals(test.log, []);
  });

  suite(
    "HostnameEndpointMemoryReactorMixin: what a resolver throws is a DNSLookupError",
    async (test) => {
      const cause = new Error("broken");
      test.reactor.installNameResolver({
        resolveHostName() {
          throw cause;
        },
      });
      const error = await assertRejects(() => connect(test, 80).asPromise(), DNSLookupError);
      assertStrictEquals(error.cause, cause);
    },
  );

  suite(
    "HostnameEndpointFallbackNameResolutionTests: the platform resolves by default",
    async (test) => {
      const { port } = test.serve().port.getHost();
      const endpoint = new HostnameEndpoint(test.reactor, "localhost", port);
      assertEquals(await peerOf(connectProtocol(endpoint, new Client())), "127.0.0.1");
    },
  );

  suite("HostnameEndpointsOneIPv4Tests: cancel() ends the resolution", async (test) => {
    test.reactor.installNameResolver({
      resolveHostName(receiver, name) {
        const resolution = { name, cancel: () => void test.log.push("cancelled") };
        receiver.resolutionBegan(resolution);
        return resolution;
      },
    });
    const deferred = connect(test, 80);
    deferred.cancel();
    const error = await assertRejects(() => deferred.asPromise(), ConnectingCancelledError);
    assertEquals(`${error.address}`, `${new HostnameAddress("a.test", 80)}`);
    assertEquals(test.log, ["cancelled"]);
  });
}

/** Cancelled at moments at which the endpoint cannot look. */
function cancelCases(suite: EndpointSuite): void {
  suite("cancel() begins no attempt if the resolver ends in it", async (test) => {
    test.reactor.installNameResolver({
      resolveHostName(receiver, name) {
        const resolution = { name, cancel: () => receiver.resolutionComplete() };
        receiver.resolutionBegan(resolution);
        receiver.addressResolved(new IPv4Address("TCP", "127.0.0.1", 1));
        return resolution;
      },
    });
    const deferred = connect(test, 80);
    deferred.cancel();
    await assertRejects(() => deferred.asPromise(), ConnectingCancelledError);
    assertEquals(test.log, []);
  });

  suite("cancel() ends a resolution that begins after it", async (test) => {
    let begin = (): void => {};
    test.reactor.installNameResolver({
      resolveHostName(receiver, name) {
        const resolution = { name, cancel: () => void test.log.push("cancelled") };
        begin = () => receiver.resolutionBegan(resolution);
        return resolution;
      },
    });
    const deferred = connect(test, 80);
    deferred.cancel();
    await assertRejects(() => deferred.asPromise(), ConnectingCancelledError);
    begin();
    assertEquals(test.log, ["cancelled"]);
  });

  suite("cancel() in doStart() of the second attempt ends both", async (test) => {
    install(test, "192.0.2.1", "127.0.0.1");
    const { port } = test.serve().port.getHost();
    let starts = 0;
    class Fickle extends Factory {
      override doStart(): void {
        super.doStart();
        if (++starts === 2) deferred.cancel();
      }
      override buildProtocol(): Protocol {
        test.log.push("built");
        return new Protocol();
      }
    }
    const factory = new Fickle();
    test.log.length = 0;
    const endpoint = new HostnameEndpoint(test.reactor, "a.test", port, { attemptDelay: 0 });
    const deferred = endpoint.connect(factory);
    await assertRejects(() => deferred.asPromise(), ConnectingCancelledError);
    for (let pass = 0; pass < 5; pass++) {
      await new Promise<void>((resolve) => void test.reactor.callLater(0, resolve));
    }
    assertEquals([test.log, factory.numPorts, test.reactor.getDelayedCalls().length], [[], 0, 1]);
  });

  suite("the winner is told although doStop() throws for those that have lost", async (test) => {
    install(test, "192.0.2.1", "192.0.2.2", "127.0.0.1");
    const servers = test.serve();
    class Broken extends Factory {
      override doStop(): void {
        super.doStop();
        throw new RangeError("stop");
      }
    }
    const { port } = servers.port.getHost();
    const factory = Broken.forProtocol(Client);
    const endpoint = new HostnameEndpoint(test.reactor, "a.test", port, { attemptDelay: 0 });
    const client = await endpoint.connect(factory) as Client;
    assertEquals(factory.numPorts, 1);
    client.transport.loseConnection();
    await client.over.promise;
    await new Promise<void>((resolve) => void test.reactor.callLater(0, resolve));
    assertEquals(test.events.map(({ message }) => message), Array(3).fill("Exception in doStop"));
  });
}

function nameCases(suite: EndpointSuite): void {
  suite(
    "BASE-04 HostnameEndpointIDNATests: names are written in ASCII, and bad ones fail late",
    async (test) => {
      const { reactor, log } = test;
      reactor.installNameResolver({
        resolveHostName(receiver, name) {
          log.push(name);
          const resolution = { name, cancel: () => {} };
          receiver.resolutionBegan(resolution);
          receiver.resolutionComplete();
          return resolution;
        },
      });
      const attempt = (name: string) =>
        assertRejects(() =>
          new HostnameEndpoint(reactor, name, 80).connect(new Factory()).asPromise()
        );
      // The second is the first with a combining mark.
      const names = [
        "b\u00fccher.test",
        "bu\u0308cher.test",
        "a_b.test.",
        "10.0.0.1",
        "fe80::1%eth0",
      ];
      for (const name of names) assertInstanceOf(await attempt(name), DNSLookupError);
      const ascii = "xn--bcher-kva.test";
      assertEquals(log, [ascii, ascii, "a_b.test.", "10.0.0.1", "fe80::1%eth0"]);
      const bad = [
        "",
        ".",
        "a..b",
        "a b",
        "a/b",
        "[::1]",
        "u@h",
        "a:80",
        "a".repeat(64),
        "\ufffd/x",
      ];
      bad.push(Array(64).fill("abc").join("."), "\u{1f4a9}\n");
      for (const name of bad) {
        const error = await attempt(name);
        assertInstanceOf(error, InvalidAddressError, name);
        assertEquals(error.address, name);
      }
      assertEquals(log.length, 5);
    },
  );

  suite("HostnameEndpointReprTests: toString() shows host and port", ({ reactor }) => {
    const endpoint = new HostnameEndpoint(reactor, "a.test", 80);
    assertEquals(`${endpoint}`, "<HostnameEndpoint a.test:80>");
  });
}

function orderCases(suite: EndpointSuite): void {
  suite("HostnameEndpointsOneIPv4Tests: connect() fails once all addresses have", async (test) => {
    const port = await test.deadPort();
    install(test, "127.0.0.1", "127.0.0.1");
    const error = await assertRejects(() => connect(test, port).asPromise());
    assertEquals((error as Error).name, "ConnectionRefusedError");
    // The second follows the failure of the first, not its time.
    assertEquals(test.log.length, 2);
    await assertRejects(() => connect(test, 65_536).asPromise(), RangeError);
  });

  suite("HostnameEndpointsFasterConnectionTests: families alternate", async (test) => {
    const port = await test.deadPort();
    install(test, "::1", "::1", "::1", "127.0.0.1", new UNIXAddress("/x"));
    await assertRejects(() => connect(test, port, { attemptDelay: 20 }).asPromise());
    const hosts = test.log.map((line) => line.split(" ")[0]);
    assertEquals(hosts, ["::1", "127.0.0.1", "::1", "::1"]);
  });

  suite("HostnameEndpointsOneIPv6Tests: an IPv6 address is reached", async (test) => {
    const { port } = test.serve({}, "::1").port.getHost();
    install(test, "::1");
    assertEquals(await peerOf(connect(test, port)), "::1");
  });

  suite(
    "HostnameEndpointBindAddressTypes: bindAddress is a literal, or one with a port",
    async (test) => {
      const given: unknown[] = [];
      const reactor: HostnameReactor = {
        ...watched(test),
        connectTCP(_host, _port, _factory, options) {
          given.push(options);
          throw new Error("enough");
        },
      };
      const address = { host: "127.0.0.1", port: 5 };
      const all = [{}, { bindAddress: "127.0.0.1" }, { bindAddress: address }, { timeout: 7 }];
      for (const options of all) {
        const endpoint = new HostnameEndpoint(reactor, "10.0.0.1", 80, options);
        await assertRejects(() => endpoint.connect(new Factory()).asPromise(), Error, "enough");
      }
      const any = { bindAddress: { host: "127.0.0.1", port: 0 } };
      assertEquals(given, [{}, any, { bindAddress: address }, { timeout: 7 }]);
      for (const attemptDelay of [-1, NaN]) {
        assertThrows(() => new HostnameEndpoint(reactor, "a", 80, { attemptDelay }), RangeError);
      }
    },
  );
}

/** What nobody answers from: addresses of the documentation's. */
const SILENT = ["192.0.2.1", "192.0.2.2", "192.0.2.3"];

/**
 * Registers the cases that need addresses that never answer, and time that does not pass by itself: in a
 * simulation.
 */
export function endpointSilenceCases(suite: EndpointSuite): void {
  suite(
    "HostnameEndpointsFasterConnectionTests: attempts begin each attemptDelay",
    async (test) => {
      const { port } = test.serve().port.getHost();
      install(test, ...SILENT.slice(0, 2), "127.0.0.1");
      assertEquals(await peerOf(connect(test, port)), "127.0.0.1");
      assertEquals(test.log, ["192.0.2.1 at 0", "192.0.2.2 at 300", "127.0.0.1 at 600"]);
      test.log.length = 0;
      assertEquals(await peerOf(connect(test, port, { attemptDelay: 2 })), "127.0.0.1");
      assertEquals(test.log, ["192.0.2.1 at 0", "192.0.2.2 at 2000", "127.0.0.1 at 4000"]);
      // The other attempts are given up: their time-outs wait no more, only the suite's guard does.
      assertEquals(test.reactor.getDelayedCalls().length, 1);
      assertEquals(test.events, []);
    },
  );

  suite(
    "HostnameEndpointsFasterConnectionTests: a failure brings the next at once",
    async (test) => {
      const dead = await test.deadPort();
      const silent = SILENT[0] as string;
      install(test, "127.0.0.1", silent);
      const deferred = connect(test, dead, { timeout: 5 });
      const error = await assertRejects(() => deferred.asPromise());
      // The last to fail is the one that is told.
      assertEquals((error as Error).name, "ConnectTimeoutError");
      assertEquals(test.log.map((line) => line.split(" at ")[0]), ["127.0.0.1", silent]);
      const [, second] = test.log.map((line) => Number(line.split(" at ")[1]));
      assertEquals(second !== undefined && second < 300, true);
    },
  );

  suite("HostnameEndpointsOneIPv4Tests: cancel() before all attempts began", async (test) => {
    install(test, ...SILENT);
    const deferred = connect(test, 80);
    await new Promise((resolve) => test.reactor.callLater(0.4, resolve, null));
    deferred.cancel();
    await assertRejects(() => deferred.asPromise(), ConnectingCancelledError, "a.test");
    await new Promise((resolve) => test.reactor.callLater(10, resolve, null));
    assertEquals(test.log, ["192.0.2.1 at 0", "192.0.2.2 at 300"]);
  });

  suite("HostnameEndpointsOneIPv6Tests: cancel() after all attempts began", async (test) => {
    install(test, ...SILENT);
    const deferred = connect(test, 80);
    await new Promise((resolve) => test.reactor.callLater(1, resolve, null));
    assertEquals(test.log.length, 3);
    deferred.cancel();
    await assertRejects(() => deferred.asPromise(), ConnectingCancelledError);
    assertEquals(test.reactor.getDelayedCalls().length, 1);
  });

  suite("HostnameEndpointsOneIPv4Tests: a success after the others failed counts", async (test) => {
    const { port } = test.serve().port.getHost();
    install(test, ...SILENT, "127.0.0.1");
    // The first attempts run into their own time-outs before the last begins.
    const deferred = connect(test, port, { timeout: 1, attemptDelay: 50 });
    assertEquals(await peerOf(deferred), "127.0.0.1");
    const starts = test.log.map((line) => Number(line.split(" at ")[1]));
    assertEquals(starts, [0, 1000, 2000, 3000]);
  });
}
