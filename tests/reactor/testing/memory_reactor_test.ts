import { assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import {
  CannotListenError,
  ClientFactory,
  ConnectionRefusedError,
  type Failure,
  HostnameAddress,
  type IConnector,
  type IReactorCore,
  type IReactorFDSet,
  type IReactorTCP,
  type IReactorTime,
  MemoryReactor,
  MemoryReactorClock,
  NotConnectingError,
  Protocol,
  RaisingMemoryReactor,
  ReactorNotRunning,
  ServerFactory,
  UserError,
  wire,
} from "../../../reactor/mod.ts";
import { bytes, text } from "../protocols/bytes.ts";

/** What a reactor without a network claims to be. */
type Claim = IReactorCore & IReactorTime & IReactorFDSet & IReactorTCP;

/** Writes down what a client's factory is told. */
class Clients extends ClientFactory {
  readonly log: string[] = [];
  override startFactory(): void {
    this.log.push("start");
  }
  override stopFactory(): void {
    this.log.push("stop");
  }
  override startedConnecting(connector: IConnector): void {
    this.log.push(`connecting: ${connector.state}`);
  }
  override clientConnectionFailed(connector: IConnector, reason: Failure): void {
    this.log.push(`failed: ${connector.state}, ${(reason.value as Error).name}`);
  }
  override clientConnectionLost(connector: IConnector, reason: Failure): void {
    this.log.push(`lost: ${connector.state}, ${(reason.value as Error).name}`);
  }
}

class Keeping extends Protocol {
  text = "";
  override dataReceived(data: Uint8Array): void {
    this.text += text(data);
  }
}

Deno.test("DBL-19 MemoryReactor has the methods of a reactor, and they work together", async () => {
  const reactor: Claim & MemoryReactor = new MemoryReactor();
  const log: string[] = [];
  reactor.callWhenRunning(() => {
    log.push("running");
    reactor.callWhenRunning(() => log.push("at once"));
  });
  const removed = reactor.addSystemEventTrigger("before", "shutdown", () => log.push("removed"));
  reactor.addSystemEventTrigger("after", "shutdown", () => log.push("after shutdown"));
  reactor.removeSystemEventTrigger(removed);
  assertEquals([reactor.hasRun, reactor.hasStopped, reactor.hasCrashed], [false, false, false]);
  assertThrows(() => reactor.stop(), ReactorNotRunning);
  await reactor.run();
  assertEquals(log, ["running", "at once", "after shutdown"]);
  assertEquals([reactor.hasRun, reactor.hasStopped, reactor.running], [true, true, false]);
  await assertRejects(() => reactor.run());
  reactor.crash();
  assertEquals(reactor.hasCrashed, true);
  reactor.callLater(0, () => log.push("due"));
  reactor.callFromThread(() => log.push("from a thread"));
  reactor.callLater(1, () => log.push("never"));
  await reactor.iterate();
  assertEquals(log.slice(3), ["due", "from a thread"]);
  assertEquals(reactor.getDelayedCalls().length, 1);
});

Deno.test("DBL-20 RaisingMemoryReactor has them, too: listening throws, attempts fail later", async () => {
  const listenError = new CannotListenError("", 1, "it is taken");
  const reactor: Claim = new RaisingMemoryReactor(listenError, new ConnectionRefusedError("no"));
  const error = assertThrows(() => reactor.listenTCP(1, new ServerFactory()));
  assertStrictEquals(error, listenError);
  const factory = new Clients();
  reactor.connectTCP("127.0.0.1", 1, factory);
  assertEquals(factory.log, ["start", "connecting: connecting"]);
  await reactor.iterate();
  assertEquals(factory.log.slice(2), ["failed: disconnected, ConnectionRefusedError", "stop"]);
  const given = reactor.connectTCP("127.0.0.1", 1, factory);
  given.stopConnecting();
  await reactor.iterate();
  assertEquals(factory.log.slice(6), ["failed: disconnected, UserError", "stop"]);
});

Deno.test("DBL-21 MemoryReactor.connectTCP() remembers the attempt, whose connector knows where", () => {
  const reactor = new MemoryReactor();
  const factory = new Clients();
  const connector = reactor.connectTCP("example.org", 80, factory, { timeout: 5 });
  assertEquals(connector.getDestination(), new HostnameAddress("example.org", 80));
  const [client] = reactor.tcpClients;
  assertStrictEquals(client?.connector, connector);
  assertEquals([client?.host, client?.port, client?.options], ["example.org", 80, { timeout: 5 }]);
  assertEquals(reactor.connectTCP("::1", 1, factory).getDestination().family, "IPv6");
  assertEquals(reactor.connectTCP("1.2.3.4", 1, factory).getDestination().family, "IPv4");
});

Deno.test("DBL-22 MemoryReactor.listenTCP() listens on 0.0.0.0 by default, and picks ports", () => {
  const reactor = new MemoryReactor();
  const factory = ServerFactory.forProtocol(Keeping);
  const port = reactor.listenTCP(8080, factory);
  assertEquals(port.getHost().toString(), "IPv4Address(type='TCP', host='0.0.0.0', port=8080)");
  assertEquals(reactor.listenTCP(0, factory, { interface: "::" }).getHost().family, "IPv6");
  const picked = [0, 0].map((zero) => reactor.listenTCP(zero, factory).getHost().port);
  assertEquals(new Set([0, ...picked]).size, 3);
  assertEquals(factory.numPorts, 4);
  assertEquals(reactor.tcpServers.map(({ port }) => port), [8080, 0, 0, 0]);
  port.stopListening();
  assertEquals([factory.numPorts, port.stopListening()], [3, null]);
  assertThrows(() => port.accept(), Error, "does not listen");
});

const DESCRIPTOR = {
  fileno: () => 1,
  logPrefix: () => "descriptor",
  connectionLost() {},
  doRead() {},
  doWrite() {},
};

Deno.test("DBL-23, DBL-24 MemoryReactor remembers readers and writers", () => {
  const reactor = new MemoryReactor();
  reactor.addReader(DESCRIPTOR);
  reactor.addReader(DESCRIPTOR);
  reactor.addWriter(DESCRIPTOR);
  assertEquals([reactor.getReaders().length, reactor.getWriters().length], [1, 1]);
  assertEquals(reactor.removeAll().length, 1);
  reactor.addReader(DESCRIPTOR);
  reactor.addWriter(DESCRIPTOR);
  reactor.removeReader(DESCRIPTOR);
  assertEquals([reactor.getReaders().length, reactor.getWriters().length], [0, 1]);
  reactor.removeWriter(DESCRIPTOR);
  assertEquals(reactor.getWriters(), []);
});

Deno.test("MemoryConnector.succeed() connects as a reactor does, and hears of the end", () => {
  const reactor = new MemoryReactorClock();
  const factory = Clients.forProtocol(wire.Echo);
  const connector = reactor.connectTCP("example.org", 7, factory);
  const connection = connector.succeed();
  assertEquals(connector.state, "connected");
  connection?.protocol.dataReceived(bytes("x"));
  assertEquals(text(connection?.transport.value() as Uint8Array), "x");
  connector.disconnect();
  assertEquals(connector.state, "connected");
  reactor.advance(0);
  assertEquals(factory.log.slice(2), ["lost: disconnected, ConnectionDone", "stop"]);
  assertThrows(() => connector.succeed(), NotConnectingError);
  connector.connect();
  connector.disconnect();
  assertEquals(factory.log.slice(4), [
    "start",
    "connecting: connecting",
    "failed: disconnected, UserError",
    "stop",
  ]);
  assertThrows(() => connector.fail(new UserError()), NotConnectingError);
});

Deno.test("MemoryConnector does not stop a factory that connects again", () => {
  const reactor = new MemoryReactorClock();
  class Stubborn extends Clients {
    override clientConnectionFailed(connector: IConnector, reason: Failure): void {
      super.clientConnectionFailed(connector, reason);
      if (this.log.length < 5) connector.connect();
    }
  }
  const factory = new Stubborn();
  const connector = reactor.connectTCP("example.org", 7, factory);
  connector.fail(new UserError());
  assertThrows(() => connector.connect(), Error, "connector is connecting");
  connector.fail(new UserError());
  const failed = "failed: disconnected, UserError";
  assertEquals(factory.log, [
    "start",
    "connecting: connecting",
    failed,
    "connecting: connecting",
    failed,
    "stop",
  ]);
});

Deno.test("MemoryConnector.succeedWith() joins a client and a server, who talk as time goes", () => {
  const reactor = new MemoryReactorClock();
  const port = reactor.listenTCP(7, ServerFactory.forProtocol(wire.Echo));
  const factory = Clients.forProtocol(Keeping);
  let client: Keeping | null = null;
  const build = factory.buildProtocol;
  factory.buildProtocol = (address) => client = build.call(factory, address) as Keeping;
  const connector = reactor.connectTCP("127.0.0.1", 7, factory);
  connector.succeedWith(port);
  const keeping = client as Keeping | null;
  keeping?.transport.write(bytes("hello"));
  assertEquals(keeping?.text, "");
  reactor.advance(0);
  assertEquals(keeping?.text, "hello");
  keeping?.transport.loseConnection();
  reactor.advance(0);
  assertEquals(factory.log.slice(2), ["lost: disconnected, ConnectionDone", "stop"]);
});

Deno.test("MemoryPort.accept() connects a protocol of the factory, or nobody", () => {
  const reactor = new MemoryReactorClock();
  const factory = ServerFactory.forProtocol(wire.QOTD);
  const port = reactor.listenTCP(17, factory);
  const connection = port.accept();
  assertEquals(text(connection?.transport.value() as Uint8Array), new wire.QOTD().getQuote());
  assertEquals(connection?.transport.getHost(), port.getHost());
  factory.buildProtocol = () => null;
  assertEquals(port.accept(), null);
});

Deno.test("MemoryReactorClock.advance() goes from deadline to deadline", () => {
  const reactor = new MemoryReactorClock();
  const log: unknown[] = [];
  reactor.callLater(2, () => log.push(["second", reactor.seconds()]));
  reactor.callLater(1, () => {
    log.push(["first", reactor.seconds()]);
    reactor.callLater(0.5, () => log.push(["added", reactor.seconds()]));
  });
  reactor.advance(1.75);
  reactor.pump([0.125, 0.125]);
  assertEquals(log, [["first", 1], ["added", 1.5], ["second", 2]]);
  assertEquals(reactor.seconds(), 2);
  assertThrows(() => reactor.advance(-1), RangeError);
  assertThrows(() => reactor.callLater(-1, () => {}), RangeError);
});
