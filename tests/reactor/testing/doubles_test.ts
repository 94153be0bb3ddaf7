import { assert, assertEquals, assertThrows } from "@std/assert";
import * as reactor from "../../../reactor/mod.ts";
import {
  AccumulatingProtocol,
  collapsingPumpPolicy,
  connectedServerAndClient,
  ConnectionDone,
  EventLoggingObserver,
  type Failure,
  FakeDatagramTransport,
  InvalidAddressError,
  IOPump,
  LineSendingProtocol,
  loopbackUNIX,
  MemoryReactorClock,
  Protocol,
  ServerFactory,
  StringTransportWithDisconnection,
  waitUntilAllDisconnected,
  wire,
} from "../../../reactor/mod.ts";
import { bytes, text } from "../protocols/bytes.ts";

Deno.test("DBL-30, DBL-31, DBL-33, DBL-34, DBL-35, DBL-36, DBL-37, DBL-38 the doubles are where reactors are", () => {
  const names = [
    "StringTransport",
    "StringTransportWithDisconnection",
    "MemoryConnector", // _FakeConnector
    "MemoryPort", // _FakePort
    "MemoryReactor",
    "MemoryReactorClock",
    "RaisingMemoryReactor",
    "NonStreamingProducer",
  ];
  assertEquals(names.filter((name) => !(name in reactor)), []);
});

Deno.test("DBL-27 AccumulatingProtocol keeps what it is told", () => {
  const protocol = new AccumulatingProtocol();
  const log: string[] = [];
  protocol.whenMade.addCallback(() => log.push("made"));
  protocol.whenClosed.addCallback(() => log.push("closed"));
  assertEquals([protocol.made, protocol.closed, protocol.closedReason], [false, false, null]);
  const transport = new StringTransportWithDisconnection(protocol);
  protocol.makeConnection(transport);
  assertEquals(log, ["made"]);
  protocol.dataReceived(bytes("ab"));
  protocol.dataReceived(bytes("c"));
  transport.loseConnection();
  assertEquals([text(protocol.data), protocol.made, protocol.closed], ["abc", true, true]);
  assert(protocol.closedReason?.value instanceof ConnectionDone);
  assertEquals(log, ["made", "closed"]);
});

Deno.test("DBL-28 LineSendingProtocol sends its lines, at once or after the first that it hears", () => {
  const lines = [bytes("a"), bytes("b")];
  const { client, pump } = connectedServerAndClient(
    () => new wire.Echo(),
    () => new LineSendingProtocol(lines),
  );
  pump.flush();
  assertEquals(client.response.map(text), ["a", "b"]);
  const waiting = new LineSendingProtocol(lines, "after a line");
  const transport = new StringTransportWithDisconnection(waiting);
  waiting.makeConnection(transport);
  assertEquals(transport.value().length, 0);
  waiting.dataReceived(bytes("hello\r\nagain\r\n"));
  assertEquals(text(transport.value()), "a\r\nb\r\n");
  transport.loseConnection();
  assert(waiting.lostReason?.value instanceof ConnectionDone);
});

Deno.test("DBL-29 FakeDatagramTransport keeps datagrams, and refuses what a transport refuses", () => {
  const transport = new FakeDatagramTransport();
  transport.write(bytes("a"), { host: "10.0.0.2", port: 9 });
  assertThrows(() => transport.write(bytes("a")), InvalidAddressError, "is missing");
  assertThrows(() => transport.write(bytes("a"), { host: "::1", port: 9 }), InvalidAddressError);
  assertThrows(() => transport.write(bytes("a"), { host: "10.0.0.2", port: 0 }), RangeError);
  const everybody = { host: "<broadcast>", port: 9 };
  assertThrows(() => transport.write(bytes("a"), everybody), InvalidAddressError, "broadcast");
  transport.setBroadcastAllowed(true);
  transport.write(bytes("b"), everybody);
  transport.connect("10.0.0.3", 9);
  assertThrows(() => transport.connect("10.0.0.3", 9), Error, "connected already");
  assertThrows(() => transport.write(bytes("a"), everybody), InvalidAddressError, "connected to");
  transport.write(bytes("c"));
  assertEquals(transport.written.map(({ packet, address }) => [text(packet), address.host]), [
    ["a", "10.0.0.2"],
    ["b", "<broadcast>"],
    ["c", "10.0.0.3"],
  ]);
});

Deno.test("DBL-39 waitUntilAllDisconnected() fires when the last connection has ended", () => {
  const clock = new MemoryReactorClock();
  const port = clock.listenTCP(1, ServerFactory.forProtocol(Protocol));
  const connections = [port.accept(), port.accept()].map((connection) => connection!);
  const log: string[] = [];
  const protocols = connections.map(({ protocol }) => protocol as Protocol);
  waitUntilAllDisconnected(clock, protocols).addCallback(() => log.push("all"));
  connections[0]?.transport.loseConnection();
  clock.advance(1);
  assertEquals(log, []);
  connections[1]?.transport.loseConnection();
  clock.advance(0.02);
  assertEquals([log, clock.getDelayedCalls()], [["all"], []]);
});

Deno.test("DBL-40 EventLoggingObserver keeps what a reactor logs", () => {
  const observer = new EventLoggingObserver();
  const clock = new MemoryReactorClock({ logObserver: observer.observe });
  clock.callLater(0, () => {
    throw new Error("no");
  });
  clock.advance(0);
  assertEquals([...observer].map(({ message }) => message), ["Exception in delayed call"]);
});

// -- IOPump --

/** Writes down what it hears, and may go on when the other side has said all. */
class Hearing extends Protocol {
  readonly log: string[] = [];
  override dataReceived(data: Uint8Array): void {
    this.log.push(text(data));
  }
  override connectionLost(reason: Failure): void {
    this.log.push((reason.value as Error).name);
  }
}

class HalfHearing extends Hearing {
  readConnectionLost(): void {
    this.log.push("read end");
  }
  writeConnectionLost(): void {
    this.log.push("write end");
  }
}

Deno.test("IOPump.pump() makes one step, and what answers it waits for the next", () => {
  const { client, server, pump } = connectedServerAndClient(
    () => new wire.Echo(),
    () => new Hearing(),
  );
  assertEquals(pump.pump(), false);
  client.transport.write(bytes("a"));
  client.transport.write(bytes("b"));
  assertEquals([pump.pump(), client.log], [true, []]);
  assertEquals([pump.pump(), client.log], [true, ["a", "b"]]);
  server.transport.loseConnection();
  assertEquals([pump.flush(), client.log.at(-1)], [true, "ConnectionDone"]);
  assertEquals(pump.flush(), false);
});

Deno.test("IOPump carries half-closes and aborts, each end with its own reason", () => {
  const [server, client] = [new HalfHearing(), new HalfHearing()];
  const pump = new IOPump(server, client, { pumpPolicy: collapsingPumpPolicy });
  client.transport.write(bytes("la"));
  client.transport.write(bytes("st"));
  client.transport.loseWriteConnection();
  pump.flush();
  server.transport.write(bytes("reply"));
  pump.flush();
  assertEquals([server.log, client.log], [["last", "read end"], ["write end", "reply"]]);
  server.transport.abortConnection();
  pump.flush();
  assertEquals([server.log.at(-1), client.log.at(-1)], ["ConnectionAborted", "ConnectionLost"]);
});

Deno.test("IOPump tells both ends of an abort though the first one throws", () => {
  class Failing extends Protocol {
    override connectionLost(): void {
      throw new RangeError("connectionLost");
    }
  }
  for (const swapped of [false, true]) {
    const failing = new Failing();
    const other = new AccumulatingProtocol();
    const pump = swapped ? new IOPump(other, failing) : new IOPump(failing, other);
    failing.transport.abortConnection();
    assertThrows(() => pump.flush(), RangeError, "connectionLost");
    pump.flush();
    assertEquals((other.closedReason?.value as Error).name, "ConnectionLost");
  }
});

Deno.test("IOPump.pump() that throws leaves what was to come for the next", () => {
  class Failing extends Protocol {
    override connectionLost(): void {
      throw new RangeError("connectionLost");
    }
  }
  const [failing, other] = [new Failing(), new AccumulatingProtocol()];
  const pump = new IOPump(failing, other);
  failing.transport.loseConnection();
  other.transport.abortConnection();
  assertThrows(() => pump.pump(), RangeError, "connectionLost");
  pump.flush();
  assertEquals((other.closedReason?.value as Error).name, "ConnectionAborted");
});

Deno.test("IOPump moves the clock of its protocols, and ends a dialogue without end", () => {
  const clock = new MemoryReactorClock();
  const { client, pump } = connectedServerAndClient(
    () => new wire.Echo(),
    () => new wire.Echo(),
    { clock },
  );
  clock.callLater(0, () => client.transport.write(bytes("x")));
  assertThrows(() => pump.flush(), Error, "still talk after 1000 steps");
});

// -- loopbackUNIX --

Deno.test("loopbackUNIX() connects over a path, and fires when all is closed", () => {
  const clock = new MemoryReactorClock();
  const [server, client] = [new AccumulatingProtocol(), new AccumulatingProtocol()];
  const log: string[] = [];
  loopbackUNIX(server, client, clock, "/run/a").addCallback(() => log.push("over"));
  const port = clock.unixServers[0]!.listeningPort;
  clock.unixClients[0]?.connector.succeedWith(port);
  client.transport.write(bytes("x"));
  client.transport.loseConnection();
  assertEquals([log, port.listening], [[], true]);
  clock.advance(0);
  assertEquals([text(server.data), client.closed, port.listening, log], ["x", true, false, [
    "over",
  ]]);
});

Deno.test("loopbackUNIX() fails if the connection is not made", () => {
  const clock = new MemoryReactorClock();
  const log: unknown[] = [];
  loopbackUNIX(new Protocol(), new Protocol(), clock, "/run/a")
    .addErrback((reason) => log.push(reason.value));
  const error = new Error("no");
  clock.unixClients[0]?.connector.fail(error);
  assertEquals([log, clock.unixServers[0]?.listeningPort.listening], [[error], false]);
});
