import { assertEquals, assertInstanceOf } from "@std/assert";
import {
  ConnectionDone,
  Failure,
  type IPushProducer,
  IPv4Address,
  LimitConnectionsByPeer,
  LimitTotalConnectionsFactory,
  Protocol,
  type ProtocolWrapper,
  ServerFactory,
  StringTransport,
  ThrottlingFactory,
  type ThrottlingLimits,
  TrafficLoggingFactory,
} from "../../../../reactor/mod.ts";
import { SimClock } from "../../../../sim/mod.ts";
import { bytes, text } from "../bytes.ts";

const DONE = new Failure(new ConnectionDone());

class Quiet extends Protocol {}
class Overflow extends Protocol {}

function address(host = "127.0.0.1"): IPv4Address {
  return new IPv4Address("TCP", host, 1);
}

interface Throttled {
  readonly clock: SimClock;
  readonly factory: ThrottlingFactory;
  connect(): { wrapper: ProtocolWrapper; transport: StringTransport };
}

function throttle(limits: ThrottlingLimits): Throttled {
  const clock = new SimClock();
  const factory = new ThrottlingFactory(ServerFactory.forProtocol(Quiet), clock, limits);
  return {
    clock,
    factory,
    connect() {
      const wrapper = factory.buildProtocol(address()) as ProtocolWrapper;
      const transport = new StringTransport();
      wrapper.makeConnection(transport);
      return { wrapper, transport };
    },
  };
}

/** A producer that writes down what it is told. */
function recording(log: string[]): IPushProducer {
  return {
    pauseProducing: () => log.push("pause"),
    resumeProducing: () => log.push("resume"),
    stopProducing: () => log.push("stop"),
  };
}

Deno.test("POL-16 ThrottlingFactory refuses connections over its limit", () => {
  const { factory, connect } = throttle({ maxConnectionCount: 2 });
  const { wrapper } = connect();
  connect();
  assertEquals(factory.buildProtocol(address()), null);
  wrapper.connectionLost(DONE);
  assertEquals(factory.connectionCount, 1);
  connect();
  assertEquals(factory.buildProtocol(address()), null);
});

Deno.test("POL-17 ThrottlingFactory counts and passes on what writeSequence gets", () => {
  const { clock, connect } = throttle({ writeLimit: 3 });
  const { wrapper, transport } = connect();
  const log: string[] = [];
  wrapper.registerProducer(recording(log), true);
  wrapper.writeSequence([bytes("ab"), bytes("cd")]);
  assertEquals(text(transport.value()), "abcd");
  clock.advance(1);
  assertEquals(log, ["pause"]);
});

Deno.test("POL-18 ThrottlingFactory pauses producers for as long as they were over the limit", () => {
  const { clock, connect } = throttle({ writeLimit: 10 });
  const log: string[] = [];
  const { wrapper, transport } = connect();
  wrapper.registerProducer(recording(log), true);
  wrapper.write(new Uint8Array(10));
  clock.advance(1);
  assertEquals(log, []);
  wrapper.write(new Uint8Array(15));
  clock.advance(0.9);
  assertEquals(log, []);
  clock.advance(0.1);
  assertEquals(log, ["pause"]);
  // 15 bytes are half a second more than ten a second; the transport's own resumption waits.
  transport.producer?.resumeProducing();
  clock.advance(0.4);
  assertEquals(log, ["pause"]);
  clock.advance(0.1);
  assertEquals(log, ["pause", "resume"]);
});

Deno.test("ThrottlingFactory leaves a producer paused that the transport has paused", () => {
  const { clock, connect } = throttle({ writeLimit: 10 });
  const log: string[] = [];
  const { wrapper, transport } = connect();
  wrapper.registerProducer(recording(log), true);
  wrapper.write(new Uint8Array(20));
  clock.advance(1);
  (transport.producer as IPushProducer).pauseProducing();
  clock.advance(1);
  assertEquals(log, ["pause"]);
  transport.producer?.resumeProducing();
  assertEquals(log, ["pause", "resume"]);
});

Deno.test("ThrottlingFactory asks a pull producer later when it is throttled", () => {
  const { clock, connect } = throttle({ writeLimit: 10 });
  const log: string[] = [];
  const { wrapper, transport } = connect();
  wrapper.write(new Uint8Array(20));
  clock.advance(1);
  wrapper.registerProducer(recording(log), false);
  transport.producer?.resumeProducing();
  assertEquals(log, []);
  clock.advance(1);
  assertEquals(log, ["resume"]);
  wrapper.unregisterProducer();
  assertEquals(transport.producer, null);
});

Deno.test("POL-19 ThrottlingFactory pauses reading for as long as it was over the limit", () => {
  const { clock, factory, connect } = throttle({ readLimit: 10 });
  const first = connect();
  const second = connect();
  first.wrapper.dataReceived(new Uint8Array(10));
  second.wrapper.dataReceived(new Uint8Array(10));
  assertEquals(first.transport.producerState, "producing");
  clock.advance(1);
  // The connections count together, and are held up together, also a new one.
  const third = connect();
  const states = () => [first, second, third].map(({ transport }) => transport.producerState);
  assertEquals(states(), ["paused", "paused", "paused"]);
  second.wrapper.pauseProducing();
  third.wrapper.resumeProducing();
  clock.advance(0.9);
  assertEquals(states(), ["paused", "paused", "paused"]);
  clock.advance(0.1);
  // What a protocol has paused itself stays so.
  assertEquals(states(), ["producing", "paused", "producing"]);
  second.wrapper.resumeProducing();
  assertEquals(states(), ["producing", "producing", "producing"]);
  for (const { wrapper } of [first, second, third]) wrapper.connectionLost(DONE);
  assertEquals(clock.getDelayedCalls(), []);
  assertEquals(factory.protocols.size, 0);
});

Deno.test("ThrottlingFactory waits for nothing when the producer that it pauses ends the last connection", () => {
  const { clock, connect } = throttle({ writeLimit: 1 });
  const { wrapper } = connect();
  wrapper.registerProducer({
    pauseProducing: () => wrapper.connectionLost(DONE),
    resumeProducing: () => {},
    stopProducing: () => {},
  }, true);
  wrapper.write(bytes("abcd"));
  clock.advance(1);
  assertEquals(clock.getDelayedCalls(), []);
});

Deno.test("ThrottlingFactory throttles nothing without limits, and waits for nothing", () => {
  const { clock, connect } = throttle({});
  const { wrapper, transport } = connect();
  wrapper.write(new Uint8Array(1_000));
  wrapper.dataReceived(new Uint8Array(1_000));
  assertEquals(clock.getDelayedCalls(), []);
  assertEquals(transport.producerState, "producing");
});

Deno.test("POL-34 LimitTotalConnectionsFactory counts its connections", () => {
  const factory = LimitTotalConnectionsFactory.forProtocol(Quiet);
  assertEquals(factory.connectionCount, 0);
  const wrapper = factory.buildProtocol(address());
  assertEquals(factory.connectionCount, 1);
  wrapper?.makeConnection(new StringTransport());
  wrapper?.connectionLost(DONE);
  assertEquals(factory.connectionCount, 0);
});

Deno.test("POL-35 LimitTotalConnectionsFactory refuses over the limit, or lets another protocol answer", () => {
  const factory = LimitTotalConnectionsFactory.forProtocol(Quiet);
  factory.connectionLimit = 1;
  assertInstanceOf(factory.buildProtocol(address())?.wrappedProtocol, Quiet);
  assertEquals(factory.buildProtocol(address()), null);
  assertEquals(factory.connectionCount, 1);
  factory.overflowProtocol = Overflow;
  const overflow = factory.buildProtocol(address());
  assertInstanceOf(overflow?.wrappedProtocol, Overflow);
  assertEquals((overflow?.wrappedProtocol as Overflow).factory, factory);
  assertEquals(factory.connectionCount, 2);
});

Deno.test("LimitConnectionsByPeer counts the connections of each host", () => {
  const factory = new LimitConnectionsByPeer(ServerFactory.forProtocol(Quiet));
  factory.maxConnectionsPerPeer = 2;
  const first = factory.buildProtocol(address("10.0.0.1"));
  factory.buildProtocol(address("10.0.0.1"));
  assertEquals(factory.buildProtocol(address("10.0.0.1")), null);
  factory.buildProtocol(address("10.0.0.2"));
  assertEquals([...factory.peerConnections], [["10.0.0.1", 2], ["10.0.0.2", 1]]);
  first?.makeConnection(new StringTransport());
  first?.connectionLost(DONE);
  const again = factory.buildProtocol(address("10.0.0.1"));
  assertEquals(again === null, false);
  for (const wrapper of [again]) wrapper?.connectionLost(DONE);
  assertEquals(factory.peerConnections.get("10.0.0.1"), 1);
});

Deno.test("POL-36 TrafficLoggingFactory writes down what is sent and received", () => {
  const lines: string[] = [];
  const factory = new TrafficLoggingFactory(
    ServerFactory.forProtocol(Quiet),
    () => (line) => void lines.push(line),
  );
  const wrapper = factory.buildProtocol(address()) as ProtocolWrapper;
  const transport = new StringTransport();
  wrapper.makeConnection(transport);
  wrapper.write(bytes("out\n"));
  wrapper.writeSequence([bytes("a"), bytes("b")]);
  wrapper.dataReceived(bytes("in"));
  wrapper.dataReceived(new Uint8Array(5_000));
  wrapper.connectionLost(DONE);
  assertEquals(lines.filter((line) => line.length < 100), [
    "*",
    'S "out\\n"',
    'SV "a" "b"',
    'C "in"',
    "C [Failure: ConnectionDone: Connection is closed cleanly]",
  ]);
  assertEquals(lines[4]?.endsWith('" and 904 bytes'), true);
  assertEquals(text(transport.value()), "out\nab");
});

Deno.test("POL-37, POL-38 TrafficLoggingFactory opens a log for each connection, and numbers them", () => {
  const opened: number[] = [];
  const factory = new TrafficLoggingFactory(ServerFactory.forProtocol(Quiet), (counter) => {
    opened.push(counter);
    return () => {};
  });
  factory.buildProtocol(address());
  factory.buildProtocol(address());
  factory.resetCounter();
  factory.buildProtocol(address());
  assertEquals(opened, [1, 2, 1]);
});

Deno.test("LimitConnectionsByPeer forgets a host without connections", () => {
  const factory = new LimitConnectionsByPeer(ServerFactory.forProtocol(Quiet));
  const wrapper = factory.buildProtocol(address()) as ProtocolWrapper;
  assertEquals([...factory.peerConnections], [["127.0.0.1", 1]]);
  wrapper.connectionLost(DONE);
  assertEquals([...factory.peerConnections], []);
});
