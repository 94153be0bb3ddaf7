import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import {
  type Failure,
  type IConsumer,
  type IPushProducer,
  IPv4Address,
  type ITransport,
  NonStreamingProducer,
  Protocol,
  StringTransport,
  StringTransportWithDisconnection,
} from "../../../reactor/mod.ts";
import { SimClock } from "../../../sim/mod.ts";
import { bytes, text } from "../protocols/bytes.ts";

const PRODUCER: IPushProducer = {
  pauseProducing() {},
  resumeProducing() {},
  stopProducing() {},
};

Deno.test("DBL-01 StringTransport is a transport, a push producer and a consumer", () => {
  const transport: ITransport & IPushProducer & IConsumer = new StringTransport();
  transport.write(bytes("x"));
  assertEquals(text((transport as StringTransport).value()), "x");
});

Deno.test("DBL-02 StringTransport.registerProducer() remembers the producer and its kind", () => {
  const transport = new StringTransport();
  transport.registerProducer(PRODUCER, true);
  assertEquals([transport.producer === PRODUCER, transport.streaming], [true, true]);
});

Deno.test("DBL-03 StringTransport.registerProducer() throws when there is one", () => {
  const transport = new StringTransport();
  transport.registerProducer(PRODUCER, true);
  const other = { ...PRODUCER };
  assertThrows(() => transport.registerProducer(other, false), Error, "another one is registered");
  assertEquals([transport.producer === PRODUCER, transport.streaming], [true, true]);
});

Deno.test("DBL-04 StringTransport.unregisterProducer() forgets the producer", () => {
  const transport = new StringTransport();
  transport.registerProducer(PRODUCER, false);
  transport.unregisterProducer();
  assertEquals([transport.producer, transport.streaming], [null, null]);
  transport.registerProducer(PRODUCER, true);
});

Deno.test("DBL-05 StringTransport.unregisterProducer() throws when there is none", () => {
  assertThrows(() => new StringTransport().unregisterProducer(), Error, "none is registered");
});

Deno.test("DBL-06, DBL-07, DBL-08, DBL-09 StringTransport.producerState is what was asked last", () => {
  const transport = new StringTransport();
  assertEquals(transport.producerState, "producing");
  transport.pauseProducing();
  assertEquals(transport.producerState, "paused");
  transport.resumeProducing();
  assertEquals(transport.producerState, "producing");
  transport.stopProducing();
  assertEquals(transport.producerState, "stopped");
});

Deno.test("DBL-10, DBL-11 StringTransport that is stopped cannot be paused or resumed", () => {
  const transport = new StringTransport();
  transport.stopProducing();
  assertThrows(() => transport.pauseProducing(), Error, "is stopped");
  assertThrows(() => transport.resumeProducing(), Error, "is stopped");
});

Deno.test("DBL-12, DBL-13 StringTransport that is closing cannot be paused or resumed", () => {
  const transport = new StringTransport();
  transport.loseConnection();
  assertThrows(() => transport.pauseProducing(), Error, "is disconnecting");
  assertThrows(() => transport.resumeProducing(), Error, "is disconnecting");
});

Deno.test("DBL-14 StringTransport.loseConnection() sets a flag", () => {
  const transport = new StringTransport();
  assertEquals(transport.disconnecting, false);
  transport.loseConnection();
  assertEquals([transport.disconnecting, transport.disconnected], [true, false]);
  // As on a real transport, what is written before the end is still sent.
  transport.write(bytes("x"));
  assertEquals(text(transport.value()), "x");
});

Deno.test("StringTransport takes nothing after an abort or the end of its write side", () => {
  for (const end of ["abortConnection", "loseWriteConnection"] as const) {
    const transport = new StringTransport();
    transport[end]();
    transport.write(bytes("x"));
    assertEquals(transport.value().length, 0);
  }
  const gone = new StringTransport();
  gone.abortConnection();
  const log: string[] = [];
  gone.registerProducer({ ...PRODUCER, stopProducing: () => log.push("stop") }, true);
  assertEquals([log, gone.producer], [["stop"], null]);
});

Deno.test("DBL-15, DBL-16 StringTransport has the addresses that it was given", () => {
  const hostAddress = new IPv4Address("TCP", "1.2.3.4", 1);
  const peerAddress = new IPv4Address("TCP", "5.6.7.8", 2);
  const transport = new StringTransport({ hostAddress, peerAddress });
  assertStrictEquals(transport.getHost(), hostAddress);
  assertStrictEquals(transport.getPeer(), peerAddress);
});

Deno.test("DBL-17, DBL-18 StringTransport has addresses by default", () => {
  const transport = new StringTransport();
  assertEquals(transport.getHost(), new IPv4Address("TCP", "10.0.0.1", 12_345));
  assertEquals(transport.getPeer(), new IPv4Address("TCP", "192.168.1.1", 54_321));
});

Deno.test("StringTransport.clear() forgets what was written, which it has copied", () => {
  const transport = new StringTransport();
  const data = bytes("abc");
  transport.write(data);
  data.fill(0);
  assertEquals(text(transport.value()), "abc");
  transport.clear();
  transport.writeSequence([bytes("d"), bytes("e")]);
  assertEquals(transport.pieces().map(text), ["d", "e"]);
});

// -- StringTransportWithDisconnection --

class Ending extends Protocol {
  readonly reasons: string[] = [];
  override connectionLost(reason: Failure): void {
    this.reasons.push((reason.value as Error).name);
  }
}

Deno.test("StringTransportWithDisconnection tells its protocol of the end, once", () => {
  for (
    const [end, name] of [
      ["loseConnection", "ConnectionDone"],
      ["abortConnection", "ConnectionAborted"],
    ] as const
  ) {
    const protocol = new Ending();
    const transport = new StringTransportWithDisconnection(protocol);
    const log: string[] = [];
    transport.registerProducer({ ...PRODUCER, stopProducing: () => log.push("stop") }, true);
    transport[end]();
    transport.loseConnection();
    transport.abortConnection();
    assertEquals([protocol.reasons, log], [[name], ["stop"]]);
    assertEquals(transport.disconnected, true);
  }
});

Deno.test("StringTransportWithDisconnection tells its protocol later when it is given a clock", () => {
  const clock = new SimClock();
  const protocol = new Ending();
  const transport = new StringTransportWithDisconnection(protocol, {
    callSoon: (callback) => clock.callLater(0, callback),
  });
  transport.loseConnection();
  assertEquals(protocol.reasons, []);
  clock.advance(0);
  assertEquals(protocol.reasons, ["ConnectionDone"]);
});

// -- Producers --

Deno.test("StringTransport pauses a push producer that writes too much, until drain()", () => {
  const transport = new StringTransport();
  const calls: string[] = [];
  const producer = {
    pauseProducing: () => void calls.push("pause"),
    resumeProducing: () => void calls.push("resume"),
    stopProducing: () => void calls.push("stop"),
  };
  transport.write(new Uint8Array(70_000)); // before there is a producer
  transport.drain();
  transport.registerProducer(producer, true);
  transport.write(new Uint8Array(65_536));
  assertEquals([calls, transport.producerPaused], [[], false]);
  transport.write(new Uint8Array(1));
  assertEquals([calls, transport.producerPaused], [["pause"], true]);
  transport.drain();
  transport.drain();
  assertEquals([calls, transport.producerPaused], [["pause", "resume"], false]);
  assertEquals(transport.value().length, 135_537);
  transport.bufferSize = 2;
  transport.write(new Uint8Array(3));
  assertEquals(calls, ["pause", "resume", "pause"]);
  transport.clear();
  transport.unregisterProducer();
  transport.registerProducer(producer, true);
  transport.write(new Uint8Array(2));
  transport.drain();
  assertEquals([calls, transport.producerPaused], [["pause", "resume", "pause"], false]);
});

Deno.test("StringTransport.drain() pauses again a producer that writes too much again", () => {
  const transport = new StringTransport();
  let pauses = 0;
  transport.registerProducer({
    pauseProducing: () => void pauses++,
    resumeProducing: () => transport.write(new Uint8Array(70_000)),
    stopProducing() {},
  }, true);
  transport.write(new Uint8Array(70_000));
  transport.drain();
  assertEquals([pauses, transport.producerPaused], [2, true]);
});

Deno.test("StringTransport.drain() asks a pull producer for its next piece", () => {
  const transport = new StringTransport();
  const producer = new NonStreamingProducer(transport);
  transport.registerProducer(producer, false);
  for (let round = 0; round < 30; round++) transport.drain();
  assertEquals(text(transport.value()), "0123456789");
  assertEquals([transport.producer, producer.counter], [null, 10]);
});

// -- NonStreamingProducer --

Deno.test("DBL-25 NonStreamingProducer writes ten pieces and leaves", () => {
  const transport = new StringTransport();
  const producer = new NonStreamingProducer(transport);
  transport.registerProducer(producer, false);
  while (transport.producer !== null) transport.producer.resumeProducing();
  producer.resumeProducing();
  assertEquals(text(transport.value()), "0123456789");
  assertEquals(producer.counter, 10);
});

Deno.test("DBL-26 NonStreamingProducer cannot be paused", () => {
  const producer = new NonStreamingProducer(new StringTransport());
  assertThrows(() => producer.pauseProducing(), TypeError, "is a pull producer");
  producer.stopProducing();
  producer.resumeProducing();
  assertEquals([producer.stopped, producer.counter], [true, 0]);
});

Deno.test("StringTransport.drain() asks no producer after the end", () => {
  const transport = new StringTransport();
  const log: string[] = [];
  transport.registerProducer({
    resumeProducing: () => void log.push("resume"),
    stopProducing: () => {},
  }, false);
  transport.abortConnection();
  transport.drain();
  assertEquals(log, ["resume"]);
});
