import { assertEquals, assertThrows } from "@std/assert";
import {
  ConnectionDone,
  Failure,
  IPv4Address,
  Protocol,
  type ProtocolWrapper,
  ServerFactory,
  StringTransport,
  ThrottlingFactory,
  type ThrottlingLimits,
} from "../../../../reactor/mod.ts";
import { SimClock } from "../../../../sim/mod.ts";
import { bytes } from "../bytes.ts";

const DONE = new Failure(new ConnectionDone());

function throttle(limits: ThrottlingLimits) {
  const clock = new SimClock();
  const factory = new ThrottlingFactory(ServerFactory.forProtocol(Protocol), clock, limits);
  const connect = () => {
    const address = new IPv4Address("TCP", "127.0.0.1", 1);
    const wrapper = factory.buildProtocol(address) as ProtocolWrapper;
    const transport = new StringTransport();
    wrapper.makeConnection(transport);
    return { wrapper, transport };
  };
  return { clock, connect };
}

/** A producer that writes down what it is told. */
function recording(log: string[]) {
  return {
    pauseProducing: () => void log.push("pause"),
    resumeProducing: () => void log.push("resume"),
    stopProducing: () => void log.push("stop"),
  };
}

Deno.test("ThrottlingFactory leaves a connection that is closing alone", () => {
  const { clock, connect } = throttle({ readLimit: 2 });
  const [before, during, other] = [connect(), connect(), connect()];
  before.wrapper.loseConnection();
  other.wrapper.dataReceived(bytes("four"));
  clock.advance(1);
  const states = () => [before, during, other].map(({ transport }) => transport.producerState);
  assertEquals(states(), ["producing", "paused", "paused"]);
  during.wrapper.loseConnection();
  clock.advance(1);
  assertEquals(states(), ["producing", "paused", "producing"]);
});

Deno.test("ThrottlingFactory begins anew with the first connection after the last one", () => {
  const { clock, connect } = throttle({ readLimit: 2 });
  const first = connect();
  first.wrapper.dataReceived(bytes("much data"));
  clock.advance(1);
  assertEquals(first.transport.producerState, "paused");
  first.wrapper.dataReceived(bytes("much data"));
  first.wrapper.connectionLost(DONE);
  const second = connect();
  assertEquals(second.transport.producerState, "producing");
  clock.advance(1);
  assertEquals(second.transport.producerState, "producing");
});

Deno.test("ThrottlingFactory holds on when the limit is exceeded while it holds", () => {
  const { clock, connect } = throttle({ readLimit: 1 });
  const { wrapper, transport } = connect();
  wrapper.dataReceived(bytes("123"));
  clock.advance(1); // Held to 3.
  wrapper.dataReceived(bytes("12345"));
  clock.advance(1); // Held to 6.
  clock.advance(1.5);
  assertEquals(transport.producerState, "paused");
  clock.advance(2.5);
  assertEquals(transport.producerState, "producing");
});

Deno.test("ThrottlingProtocol.registerProducer() that throws leaves the producer that there is", () => {
  const { clock, connect } = throttle({ writeLimit: 1 });
  const { wrapper } = connect();
  const log: string[] = [];
  wrapper.registerProducer(recording(log), true);
  assertThrows(() => wrapper.registerProducer(recording([]), true), Error, "registered");
  wrapper.write(bytes("abc"));
  clock.advance(1);
  assertEquals(log, ["pause"]);
});

Deno.test("ThrottlingFactory asks a pull producer once for each time it was asked in vain", () => {
  const { clock, connect } = throttle({ writeLimit: 1 });
  const { wrapper, transport } = connect();
  const log: string[] = [];
  wrapper.registerProducer(recording(log), false);
  log.length = 0;
  wrapper.write(bytes("12"));
  clock.advance(1);
  transport.drain();
  assertEquals(log, []);
  clock.advance(1);
  assertEquals(log, ["resume"]);
  wrapper.write(bytes("12"));
  clock.advance(2);
  assertEquals(log, ["resume"]);
});

Deno.test("ThrottlingFactory does not pause a push producer that the transport has paused", () => {
  const { clock, connect } = throttle({ writeLimit: 100 });
  const { wrapper } = connect();
  const log: string[] = [];
  wrapper.registerProducer(recording(log), true);
  wrapper.write(new Uint8Array(65_537));
  assertEquals(log, ["pause"]);
  clock.advance(1);
  assertEquals(log, ["pause"]);
});
