import { assertEquals, assertInstanceOf, assertStrictEquals } from "@std/assert";
import {
  CancelledError,
  ClientCreator,
  ConnectError,
  type ConnectTCPOptions,
  type Deferred,
  Failure,
  HostnameAddress,
  type IClientFactory,
  type IConnector,
  type IListeningPort,
  IPv4Address,
  type IReactorTCP,
  MemoryReactorClock,
  Protocol,
  StringTransport,
  UserError,
} from "../../../reactor/mod.ts";
import { SimClock } from "../../../sim/mod.ts";

class Named extends Protocol {
  readonly name: string;
  constructor(name: string) {
    super();
    this.name = name;
  }
}

/** An attempt that a test lets succeed or fail. */
class Attempt implements IConnector {
  readonly factory: IClientFactory;
  readonly where: readonly unknown[];
  readonly transport = new StringTransport();
  state: IConnector["state"] = "connecting";
  constructor(factory: IClientFactory, ...where: unknown[]) {
    this.factory = factory;
    this.where = where;
  }
  succeed(): Protocol {
    this.state = "connected";
    const protocol = this.factory.buildProtocol(new IPv4Address("TCP", "127.0.0.1", 1)) as Protocol;
    protocol.makeConnection(this.transport);
    return protocol;
  }
  fail(error: Error): void {
    this.state = "disconnected";
    this.factory.clientConnectionFailed(this, new Failure(error));
  }
  connect(): void {}
  stopConnecting(): void {
    this.fail(new UserError());
  }
  disconnect(): void {
    if (this.state === "connecting") this.stopConnecting();
    else if (this.state === "connected") this.transport.loseConnection();
  }
  getDestination(): HostnameAddress {
    return new HostnameAddress("example.invalid", 1);
  }
}

/** A clock that connects in all the ways that there are. */
class FakeReactor extends SimClock implements IReactorTCP {
  readonly attempts: Attempt[] = [];
  listenTCP(): IListeningPort {
    throw new Error("nobody listens here");
  }
  connectTCP(
    host: string,
    port: number,
    factory: IClientFactory,
    options?: ConnectTCPOptions,
  ): IConnector {
    return this.#begin(new Attempt(factory, host, port, options));
  }
  connectUNIX(path: string, factory: IClientFactory): IConnector {
    return this.#begin(new Attempt(factory, path));
  }
  connectTLS(host: string, port: number, context: object, factory: IClientFactory): IConnector {
    return this.#begin(new Attempt(factory, host, port, context));
  }
  #begin(attempt: Attempt): Attempt {
    this.attempts.push(attempt);
    return attempt;
  }
}

interface Way {
  readonly name: string;
  connect(reactor: FakeReactor, creator: ClientCreator<Named, [string]>): Deferred<Named>;
  readonly where: readonly unknown[];
}

const CONTEXT = {};
const WAYS: readonly Way[] = [
  {
    name: "connectTCP()",
    connect: (_reactor, creator) =>
      creator.connectTCP("example.invalid", 1234, {
        timeout: 4321,
        bindAddress: { host: "127.0.0.1", port: 9876 },
      }),
    where: [
      "example.invalid",
      1234,
      { timeout: 4321, bindAddress: { host: "127.0.0.1", port: 9876 } },
    ],
  },
  {
    name: "connect() over UNIX",
    connect: (reactor, creator) =>
      creator.connect((factory) => reactor.connectUNIX("/foo/bar", factory)),
    where: ["/foo/bar"],
  },
  {
    name: "connect() over TLS",
    connect: (reactor, creator) =>
      creator.connect((factory) => reactor.connectTLS("example.invalid", 1234, CONTEXT, factory)),
    where: ["example.invalid", 1234, CONTEXT],
  },
];

interface Run {
  readonly reactor: FakeReactor;
  readonly deferred: Deferred<Named>;
  readonly attempt: Attempt;
  /** What the Deferred fired with, each time. */
  readonly results: unknown[];
}

function begin(way: Way): Run {
  const reactor = new FakeReactor();
  const deferred = way.connect(reactor, new ClientCreator(reactor, Named, "Ada"));
  const results: unknown[] = [];
  deferred.addBoth((result) => results.push(result));
  return { reactor, deferred, attempt: reactor.attempts[0] as Attempt, results };
}

/** Expects that cancelling made the Deferred fail, once, and that nothing comes later. */
function expectCancelled({ reactor, deferred, results }: Run): void {
  deferred.cancel();
  assertEquals(results.length, 1);
  assertInstanceOf((results[0] as Failure).value, CancelledError);
  reactor.advance(1);
  assertEquals(results.length, 1);
  assertEquals(reactor.getDelayedCalls(), []);
}

for (const way of WAYS) {
  Deno.test(`PRO-01, PRO-02, PRO-03 ClientCreator.${way.name} fires with the protocol after connectionMade`, () => {
    const { reactor, attempt, results } = begin(way);
    assertEquals(attempt.where, way.where);
    const protocol = attempt.succeed();
    assertEquals([protocol.connected, results], [true, []]);
    reactor.advance(0);
    assertEquals(results.length, 1);
    assertStrictEquals(results[0], protocol);
    assertEquals((protocol as Named).name, "Ada");
  });

  Deno.test(`PRO-04, PRO-05, PRO-06 ClientCreator.${way.name} gives the attempt up when cancelled`, () => {
    const run = begin(way);
    expectCancelled(run);
    assertEquals(run.attempt.state, "disconnected");
  });

  Deno.test(`PRO-07, PRO-08, PRO-09 ClientCreator.${way.name} drops a connection that was just made when cancelled`, () => {
    const run = begin(way);
    run.attempt.succeed();
    expectCancelled(run);
    assertEquals(run.attempt.transport.disconnecting, true);
  });

  Deno.test(`PRO-10, PRO-11, PRO-12 ClientCreator.${way.name} fires once when cancelled after a failure`, () => {
    const run = begin(way);
    run.attempt.fail(new Error("refused"));
    expectCancelled(run);
  });
}

Deno.test("ClientCreator.connectTCP() fails with the reason, later", () => {
  const { reactor, attempt, results } = begin(WAYS[0] as Way);
  const error = new Error("refused");
  attempt.fail(error);
  assertEquals(results, []);
  reactor.advance(0);
  assertStrictEquals((results[0] as Failure).value, error);
});

Deno.test("ClientCreator says once what came of it, though its connector connects again", () => {
  const clock = new MemoryReactorClock();
  const log: unknown[] = [];
  new ClientCreator(clock, Protocol).connectTCP("127.0.0.1", 1)
    .addErrback(({ value }) => void log.push((value as Error).message));
  const connector = clock.tcpClients[0]!.connector;
  connector.fail(new ConnectError("first"));
  connector.connect();
  connector.fail(new ConnectError("second"));
  clock.advance(0);
  assertEquals(log, ["first"]);
});
