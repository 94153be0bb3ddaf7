import { assertEquals, assertThrows } from "@std/assert";
import {
  ConnectionDone,
  ConnectionTimeout,
  Failure,
  IPv4Address,
  Protocol,
  ServerFactory,
  StringTransport,
  TimeoutFactory,
  type TimeoutProtocol,
} from "../../../../reactor/mod.ts";
import { SimClock } from "../../../../sim/mod.ts";
import { bytes } from "../bytes.ts";

class Quiet extends Protocol {}

interface Run {
  readonly clock: SimClock;
  readonly wrapper: TimeoutProtocol;
  readonly transport: StringTransport;
}

function connect(): Run {
  const clock = new SimClock();
  const factory = new TimeoutFactory(ServerFactory.forProtocol(Quiet), clock, 3);
  const wrapper = factory.buildProtocol(new IPv4Address("TCP", "127.0.0.1", 1)) as TimeoutProtocol;
  const transport = new StringTransport();
  wrapper.makeConnection(transport);
  return { clock, wrapper, transport };
}

Deno.test("POL-20 TimeoutProtocol.cancelTimeout() lets the connection be idle", () => {
  const { clock, wrapper, transport } = connect();
  wrapper.cancelTimeout();
  assertEquals(clock.getDelayedCalls(), []);
  clock.advance(100);
  assertEquals(transport.disconnecting, false);
});

Deno.test("POL-21, POL-23 TimeoutProtocol.cancelTimeout() does nothing when nothing is counted", () => {
  const { clock, wrapper } = connect();
  wrapper.cancelTimeout();
  wrapper.cancelTimeout();
  wrapper.setTimeout(null);
  wrapper.cancelTimeout();
  assertEquals(clock.getDelayedCalls(), []);
  // What was cancelled behind its back is no trouble either.
  wrapper.setTimeout(5);
  clock.getDelayedCalls()[0]?.cancel();
  wrapper.cancelTimeout();
  wrapper.resetTimeout();
  assertEquals(clock.getDelayedCalls(), []);
});

Deno.test("POL-22 TimeoutProtocol.cancelTimeout() does nothing when the time is over", () => {
  const { clock, wrapper, transport } = connect();
  clock.advance(3);
  wrapper.cancelTimeout();
  assertEquals(transport.disconnecting, true);
});

Deno.test("POL-24 TimeoutFactory closes a connection that is idle for the period", () => {
  const { clock, transport } = connect();
  clock.advance(2.9);
  assertEquals(transport.disconnecting, false);
  clock.advance(0.1);
  assertEquals(transport.disconnecting, true);
  assertEquals(clock.getDelayedCalls(), []);
});

Deno.test("POL-25 TimeoutFactory begins anew when something is sent", () => {
  const { clock, wrapper, transport } = connect();
  clock.advance(2);
  wrapper.write(bytes("x"));
  clock.advance(2);
  wrapper.writeSequence([bytes("x")]);
  clock.advance(2.9);
  assertEquals(transport.disconnecting, false);
  clock.advance(0.1);
  assertEquals(transport.disconnecting, true);
});

Deno.test("POL-26 TimeoutFactory begins anew when something is received", () => {
  const { clock, wrapper, transport } = connect();
  clock.advance(2);
  wrapper.dataReceived(bytes("x"));
  clock.advance(2.9);
  assertEquals(transport.disconnecting, false);
  clock.advance(0.1);
  assertEquals(transport.disconnecting, true);
});

Deno.test("TimeoutFactory counts nothing for a connection that is lost", () => {
  const { clock, wrapper } = connect();
  wrapper.connectionLost(new Failure(new ConnectionDone()));
  assertEquals(clock.getDelayedCalls(), []);
});

// -- ConnectionTimeout --

function timeout(): { clock: SimClock; log: number[]; timeout: ConnectionTimeout } {
  const clock = new SimClock();
  const log: number[] = [];
  return { clock, log, timeout: new ConnectionTimeout(clock, () => log.push(clock.seconds())) };
}

Deno.test("POL-27 ConnectionTimeout waits on the clock that it is given", () => {
  const { clock, timeout: waiting } = timeout();
  waiting.setTimeout(7);
  assertEquals(clock.getDelayedCalls().map((call) => call.getTime()), [7]);
  assertThrows(() => waiting.setTimeout(-1), RangeError);
});

Deno.test("POL-28 ConnectionTimeout calls its function when the period is over, once", () => {
  const { clock, log, timeout: waiting } = timeout();
  waiting.setTimeout(5);
  clock.advance(4.9);
  assertEquals(log, []);
  clock.advance(20);
  assertEquals(log, [5]);
  assertEquals(waiting.call, null);
  waiting.resetTimeout();
  assertEquals(clock.getDelayedCalls(), []);
});

Deno.test("POL-29 ConnectionTimeout.resetTimeout() begins the period anew", () => {
  const { clock, log, timeout: waiting } = timeout();
  waiting.setTimeout(5);
  for (let step = 0; step < 3; step++) {
    clock.advance(4);
    waiting.resetTimeout();
  }
  assertEquals(log, []);
  clock.advance(5);
  assertEquals(log, [17]);
});

Deno.test("POL-30 ConnectionTimeout.setTimeout() replaces the period that runs", () => {
  const { clock, log, timeout: waiting } = timeout();
  waiting.setTimeout(10);
  waiting.setTimeout(5);
  clock.advance(5);
  assertEquals(log, [5]);
  waiting.setTimeout(5);
  waiting.setTimeout(10);
  clock.advance(10);
  assertEquals(log, [5, 15]);
});

Deno.test("POL-31 ConnectionTimeout.setTimeout(null) ends the period", () => {
  const { clock, log, timeout: waiting } = timeout();
  waiting.setTimeout(5);
  waiting.setTimeout(null);
  clock.advance(5);
  assertEquals([log, waiting.call], [[], null]);
});

Deno.test("POL-32 ConnectionTimeout.setTimeout() returns the period before", () => {
  const { timeout: waiting } = timeout();
  assertEquals([10, 20, null, 5].map((period) => waiting.setTimeout(period)), [
    null,
    10,
    20,
    null,
  ]);
});

Deno.test("POL-33 ConnectionTimeout takes it that its call was cancelled by somebody else", () => {
  const { clock, log, timeout: waiting } = timeout();
  waiting.setTimeout(3);
  waiting.call?.cancel();
  waiting.resetTimeout();
  waiting.setTimeout(null);
  waiting.setTimeout(2);
  waiting.call?.cancel();
  waiting.setTimeout(4);
  clock.advance(4);
  assertEquals(log, [4]);
});
