import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { moduleFunction } from "../../../poller/mod.ts";
import {
  CannotListenError,
  CertificateError,
  type ChildFD,
  ClientFactory,
  clientFromString,
  ConnectionRefusedError,
  connectProtocol,
  ConnectTimeoutError,
  DatagramProtocol,
  deferToThread,
  type Failure,
  type IConnectedDatagramProtocol,
  type IHandshakeListener,
  InvalidAddressError,
  type IPAddress,
  IPv4Address,
  IPv6Address,
  type IReactor,
  type IReactorPluggableNameResolver,
  MemoryReactor,
  MemoryReactorClock,
  MulticastJoinError,
  ProcessDone,
  ProcessExitedAlready,
  ProcessProtocol,
  ProcessTerminated,
  Protocol,
  RaisingMemoryReactor,
  ServerFactory,
  serverFromString,
  succeed,
  UNIXAddress,
  wire,
} from "../../../reactor/mod.ts";
import { bytes, text } from "../protocols/bytes.ts";

export function twice(n: number): number {
  return n * 2;
}

class Recording extends Protocol implements IHandshakeListener {
  readonly log: string[] = [];
  override connectionMade(): void {
    this.log.push("made");
  }
  handshakeCompleted(): void {
    this.log.push("secret");
  }
  override connectionLost(reason: Failure): void {
    this.log.push((reason.value as Error).name);
  }
}

Deno.test("DBL-19 MemoryReactor is a whole reactor", () => {
  const reactor: IReactor & IReactorPluggableNameResolver = new MemoryReactor();
  assertEquals(reactor.platform.network.handles.size, 0);
});

Deno.test("MemoryReactor.connectSSL() and listenSSL() keep what TLS is begun with", () => {
  const reactor = new MemoryReactor();
  const source = { cert: "cert", key: "key" };
  assertThrows(() => reactor.listenSSL(443, new ServerFactory(), {}), CertificateError);
  assertEquals(reactor.sslServers, []);
  const port = reactor.listenSSL(443, ServerFactory.forProtocol(Recording), source);
  const accepted = port.accept();
  assertEquals([accepted?.transport.TLS, accepted?.transport.tlsContext], [true, source]);
  assertEquals(reactor.sslServers.map(({ port, source }) => [port, source]), [[443, source]]);

  const asked: string[] = [];
  const factory = ClientFactory.forProtocol(Recording);
  const connector = reactor.connectSSL("example.org", 443, factory, {
    getContext: () => (asked.push("asked"), { alpnProtocols: ["h2"] }),
  });
  assertEquals([asked, reactor.sslClients.length, reactor.tcpClients.length], [["asked"], 1, 0]);
  const connection = connector.succeed();
  connection?.transport.completeHandshake({ negotiatedProtocol: "h2" });
  assertEquals((connection?.protocol as Recording).log, ["made", "secret"]);
  assertEquals(connection?.transport.negotiatedProtocol, "h2");
  const plain = reactor.connectTCP("example.org", 80, factory).succeed();
  assertThrows(() => plain?.transport.completeHandshake(), Error, "TLS was not begun");
  plain?.transport.startTLS({ hostname: "example.org" });
  assertEquals(plain?.transport.tlsContext, { hostname: "example.org" });
});

Deno.test("MemoryReactor.connectUNIX() and listenUNIX() keep paths", () => {
  const reactor = new MemoryReactor();
  const port = reactor.listenUNIX("/run/a", ServerFactory.forProtocol(wire.QOTD), { mode: 0o600 });
  const connector = reactor.connectUNIX("/run/a", new ClientFactory());
  assertEquals(port.getHost(), new UNIXAddress("/run/a"));
  assertEquals(port.accept()?.transport.getPeer(), new UNIXAddress(null));
  assertEquals(connector.getDestination(), new UNIXAddress("/run/a"));
  assertEquals(reactor.unixServers.map(({ options }) => options), [{ mode: 0o600 }]);
  assertEquals(reactor.unixClients.map(({ address }) => address), ["/run/a"]);
});

Deno.test("Endpoint texts of every kind work on a MemoryReactor", () => {
  const reactor = new MemoryReactorClock();
  const names: string[] = [];
  function connect(endpoint: string): void {
    connectProtocol(clientFromString(reactor, endpoint), new Protocol())
      .addBoth((result) => names.push(result.constructor.name));
  }
  serverFromString(reactor, "unix:/run/a").listen(ServerFactory.forProtocol(wire.Echo));
  serverFromString(reactor, "tcp:80").listen(ServerFactory.forProtocol(wire.Echo));
  connect("unix:/run/a");
  connect("tcp:127.0.0.1:80");
  connect("ssl:127.0.0.1:443");
  reactor.advance(0);
  reactor.unixClients[0]?.connector.succeedWith(reactor.unixServers[0]!.listeningPort);
  reactor.tcpClients[0]?.connector.succeedWith(reactor.tcpServers[0]!.listeningPort);
  reactor.sslClients[0]?.connector.succeed();
  reactor.advance(0);
  assertEquals(names, ["Protocol", "Protocol", "Protocol"]);
});

Deno.test("MemoryConnector gives up an attempt when its time is over", () => {
  const reactor = new MemoryReactorClock();
  const log: unknown[] = [];
  class Clients extends ClientFactory {
    override clientConnectionFailed(_: unknown, reason: Failure): void {
      log.push([reactor.seconds(), reason.value]);
    }
  }
  reactor.connectTCP("example.org", 1, new Clients(), { timeout: 5 });
  reactor.connectTCP("example.org", 1, Clients.forProtocol(Protocol)).succeed();
  const connector = reactor.connectTCP("example.org", 1, new Clients());
  reactor.advance(5);
  assertEquals(log.length, 1);
  assertEquals(reactor.advanceToNext(), true);
  assertEquals(log.map((entry) => (entry as unknown[])[0]), [5, 30]);
  assertInstanceOf((log[1] as unknown[])[1], ConnectTimeoutError);
  assertEquals([connector.state, reactor.advanceToNext()], ["disconnected", false]);
});

class Datagrams extends DatagramProtocol {
  readonly log: unknown[] = [];
  override datagramReceived(data: Uint8Array, address: IPAddress): void {
    this.log.push([text(data), address.port]);
  }
  override connectionRefused(): void {
    this.log.push("refused");
  }
  override stopProtocol(): void {
    this.log.push("stop");
  }
}

Deno.test("MemoryReactor.listenUDP() keeps what is written, and a test sends to it", () => {
  const reactor = new MemoryReactor();
  const protocol = new Datagrams();
  const port = reactor.listenUDP(0, protocol, { maxPacketSize: 3 });
  assertEquals(port.getHost(), new IPv4Address("UDP", "0.0.0.0", 49_152));
  port.receive(bytes("four"));
  port.refuse();
  protocol.transport.connect("10.0.0.2", 9);
  protocol.transport.write(bytes("a"));
  protocol.transport.writeSequence([bytes("b"), bytes("c")], { host: "10.0.0.2", port: 9 });
  port.receive(bytes("x"), new IPv4Address("UDP", "10.0.0.3", 9));
  port.receive(bytes("y"), new IPv4Address("UDP", "10.0.0.2", 9));
  port.refuse();
  port.stopListening();
  protocol.transport.write(bytes("gone"));
  port.receive(bytes("gone"));
  assertEquals([port.stopListening(), reactor.udpServers.length], [null, 1]);
  assertEquals(protocol.log, [["fou", 54_321], ["y", 9], "refused", "stop"]);
  assertEquals(port.written.map(({ packet, address }) => [text(packet), address.host]), [
    ["a", "10.0.0.2"],
    ["bc", "10.0.0.2"],
  ]);
  assertThrows(
    () => reactor.listenUDP(1, protocol, { interface: "example.org" }),
    InvalidAddressError,
  );
});

Deno.test("MemoryReactor.listenMulticast() keeps groups and what is said of them", async () => {
  const reactor = new MemoryReactor();
  const port = reactor.listenMulticast(9, new DatagramProtocol(), { listenMultiple: true });
  await port.joinGroup("239.1.2.3");
  await port.joinGroup("239.1.2.3", "10.0.0.1");
  assertEquals([...port.groups], ["239.1.2.3", "239.1.2.3 10.0.0.1"]);
  await port.leaveGroup("239.1.2.3");
  await assertRejects(async () => void await port.leaveGroup("239.1.2.3"), MulticastJoinError);
  await assertRejects(async () => void await port.joinGroup("10.0.0.1"), MulticastJoinError);
  assertThrows(() => port.setTTL(0), RangeError);
  port.setTTL(2);
  port.setLoopbackMode(false);
  await port.setOutgoingInterface("10.0.0.1");
  assertEquals([port.getTTL(), port.getLoopbackMode(), port.getOutgoingInterface()], [
    2,
    false,
    "10.0.0.1",
  ]);
  const six = reactor.listenMulticast(9, new DatagramProtocol(), { interface: "::" });
  assertEquals(six.getHost(), new IPv6Address("UDP", "::", 9));
  await six.joinGroup("ff02::1");
  six.stopListening();
  assertEquals([six.groups.size, reactor.multicastServers.length], [0, 2]);
});

Deno.test("MemoryReactor.listenUNIXDatagram() and connectUNIXDatagram() keep what is written", () => {
  const reactor = new MemoryReactor();
  const log: unknown[] = [];
  const port = reactor.listenUNIXDatagram("/run/a", {
    makeConnection: (transport) => transport.write(bytes("hello"), "/run/b"),
    datagramReceived: (data, from) => void log.push([text(data), from]),
    connectionRefused() {},
    doStop: () => void log.push("stop"),
  });
  port.receive(bytes("x"), "/run/c");
  port.stopListening();
  port.receive(bytes("y"));
  assertEquals(port.written, [{ packet: bytes("hello"), address: "/run/b" }]);
  const connected: IConnectedDatagramProtocol = {
    makeConnection: (transport) => transport.write(bytes("hi")),
    datagramReceived: (data) => void log.push(text(data)),
    connectionRefused: () => void log.push("refused"),
    doStop() {},
  };
  const client = reactor.connectUNIXDatagram("/run/a", connected, { bindAddress: "/run/c" });
  client.receive(bytes("z"));
  client.refuse();
  assertEquals(client.written, [{ packet: bytes("hi"), address: "/run/a" }]);
  assertEquals([client.getPeer().name, client.getHost().name], ["/run/a", "/run/c"]);
  assertEquals(log, [["x", "/run/c"], "stop", "z", "refused"]);
  assertEquals(reactor.unixDatagramPorts.map(({ address }) => address), ["/run/a", "/run/a"]);
});

class Child extends ProcessProtocol {
  readonly log: unknown[] = [];
  override childDataReceived(childFD: ChildFD, data: Uint8Array): void {
    this.log.push([childFD, text(data)]);
  }
  override childConnectionLost(childFD: ChildFD): void {
    this.log.push(["closed", childFD]);
  }
  override processExited(reason: Failure): void {
    this.log.push(["exited", (reason.value as Error).name]);
  }
  override processEnded(reason: Failure): void {
    this.log.push(["ended", (reason.value as Error).name]);
  }
}

Deno.test("MemoryReactor.spawnProcess() keeps what is written to the child, whom a test plays", () => {
  const reactor = new MemoryReactorClock();
  const protocol = new Child();
  const child = reactor.spawnProcess(protocol, "cat", { args: ["-n"] });
  protocol.transport.write(bytes("in"));
  assertEquals([text(child.value()), child.pid], ["in", 1000]);
  child.receive(1, bytes("out"));
  protocol.transport.signalProcess("TERM");
  protocol.transport.closeStdin();
  protocol.transport.write(bytes("ignored"));
  assertThrows(() => protocol.transport.writeToChild(0, bytes("x")), RangeError);
  assertEquals(protocol.log, [[1, "out"]]);
  reactor.advance(0);
  child.exit("SIGTERM");
  assertThrows(() => protocol.transport.signalProcess("KILL"), ProcessExitedAlready);
  assertEquals([child.signals, child.pid, text(child.value())], [["SIGTERM"], null, "in"]);
  protocol.transport.loseConnection();
  child.receive(1, bytes("ignored"));
  reactor.advance(0);
  assertEquals(protocol.log, [
    [1, "out"],
    ["closed", 0],
    ["exited", "ProcessTerminated"],
    ["closed", 2],
    ["closed", 1],
    ["ended", "ProcessTerminated"],
  ]);
  assertEquals(reactor.processes.map(({ executable, options }) => [executable, options]), [
    ["cat", { args: ["-n"] }],
  ]);
});

Deno.test("MemoryProcess.end() closes the pipes and ends", () => {
  const reactor = new MemoryReactor();
  const protocol = new Child();
  reactor.spawnProcess(protocol, "true", { childFDs: { 1: "r", 2: "inherit" } }).end(0);
  const { name } = new ProcessDone();
  assertEquals(protocol.log, [["exited", name], ["closed", 1], ["ended", name]]);
  const failing = new Child();
  const child = reactor.spawnProcess(failing, "false");
  child.end(1);
  assertThrows(() => child.end(1), ProcessExitedAlready);
  assertEquals(failing.log.at(-1), ["ended", ProcessTerminated.name]);
});

Deno.test("MemoryReactor resolves names by what is installed", async () => {
  const reactor = new MemoryReactor();
  assertEquals(await reactor.resolve("example.org"), "example.org");
  reactor.installResolver({ getHostByName: () => succeed("10.0.0.1") });
  assertEquals(await reactor.resolve("example.org"), "10.0.0.1");
});

Deno.test("MemoryReactor calls functions for threads while it runs, and tells in a call", async () => {
  const reactor = new MemoryReactorClock();
  reactor.startRunning();
  const log: unknown[] = [];
  deferToThread(reactor, moduleFunction(import.meta.url, twice), 21)
    .addCallback((result) => log.push(result));
  while (reactor.getDelayedCalls().length === 0) await null;
  assertEquals(log, []);
  reactor.advance(0);
  assertEquals(log, [42]);
  reactor.stop();
  reactor.advance(0);
  assertEquals([reactor.running, reactor.hasRun, reactor.hasStopped], [false, true, true]);
});

Deno.test("MemoryReactor stops by a signal, as a reactor does", () => {
  const reactor = new MemoryReactorClock();
  reactor.startRunning();
  reactor.platform.send("SIGINT");
  reactor.advance(0);
  assertEquals([reactor.running, reactor.exitSignal], [false, "SIGINT"]);
});

Deno.test("MemoryReactor ends what is open when it stops", async () => {
  const reactor = new MemoryReactorClock();
  const port = reactor.listenTCP(1, ServerFactory.forProtocol(Recording));
  const server = port.accept()?.protocol as Recording;
  const factory = ClientFactory.forProtocol(Recording);
  const client = reactor.connectTCP("127.0.0.1", 1, factory).succeed()?.protocol as Recording;
  const datagrams = new Datagrams();
  reactor.listenUDP(1, datagrams);
  await reactor.run();
  assertEquals([server.log, client.log], [["made", "ConnectionLost"], ["made", "ConnectionLost"]]);
  assertEquals([port.listening, datagrams.log], [false, ["stop"]]);
});

Deno.test("MemoryReactorClock.advance() makes all calls, and throws what they have thrown", () => {
  const reactor = new MemoryReactorClock();
  const log: string[] = [];
  const error = new Error("the first");
  reactor.callLater(1, () => {
    throw error;
  });
  reactor.callLater(2, () => log.push("second"));
  assertEquals(assertThrows(() => reactor.advance(3)), error);
  assertEquals([log, reactor.seconds()], [["second"], 3]);
  for (const text of ["a", "b"]) {
    reactor.callFromThread(() => {
      throw new Error(text);
    });
  }
  const both = assertThrows(() => reactor.advance(0), AggregateError);
  assertEquals(both.errors.map((error: Error) => error.message), ["a", "b"]);

  const events: string[] = [];
  const logging = new MemoryReactorClock({ logObserver: ({ message }) => events.push(message) });
  logging.callLater(0, () => {
    throw error;
  });
  logging.advance(0);
  assertEquals(events, ["Exception in delayed call"]);
});

Deno.test("DBL-20 RaisingMemoryReactor listens nowhere, and every attempt fails later", async () => {
  const listenError = new CannotListenError("", 1, "it is taken");
  const connectError = new ConnectionRefusedError("no");
  const reactor: IReactor = new RaisingMemoryReactor(listenError, connectError);
  const source = { cert: "cert", key: "key" };
  const listens = [
    () => reactor.listenTCP(1, new ServerFactory()),
    () => reactor.listenSSL(1, new ServerFactory(), source),
    () => reactor.listenUNIX("/run/a", new ServerFactory()),
    () => reactor.listenUDP(1, new DatagramProtocol()),
    () => reactor.listenMulticast(1, new DatagramProtocol()),
    () => reactor.listenUNIXDatagram("/run/a", new DatagramProtocol()),
  ];
  for (const listen of listens) assertStrictEquals(assertThrows(listen), listenError);
  const log: unknown[] = [];
  class Clients extends ClientFactory {
    override clientConnectionFailed(_: unknown, reason: Failure): void {
      log.push(reason.value);
    }
  }
  reactor.connectTCP("127.0.0.1", 1, new Clients());
  reactor.connectSSL("127.0.0.1", 1, new Clients(), source);
  reactor.connectUNIX("/run/a", new Clients());
  assertEquals(log, []);
  await reactor.iterate();
  assertEquals(log, [connectError, connectError, connectError]);
});

Deno.test("MemoryReactor.removeAll() and disconnectAll() know descriptors", () => {
  const reactor = new MemoryReactor();
  const log: unknown[] = [];
  const descriptor = {
    fileno: () => 1,
    logPrefix: () => "",
    doRead: () => undefined,
    doWrite: () => undefined,
    handleEvents: () => undefined,
    connectionLost: (reason: Failure) => void log.push((reason.value as Error).name),
  };
  reactor.addReader(descriptor);
  reactor.addEventDescriptor(descriptor);
  reactor.removeEventDescriptor(descriptor);
  reactor.disconnectAll();
  assertEquals([log, reactor.getReaders()], [["ConnectionLost"], []]);
  assert(!reactor.running);
});
