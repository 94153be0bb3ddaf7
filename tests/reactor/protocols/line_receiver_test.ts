import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import {
  type IProducer,
  LineOnlyReceiver,
  LineReceiver,
  StringTransport,
} from "../../../reactor/mod.ts";
import { bytes, packets, text } from "./bytes.ts";

/** Keeps what it gets; the lines that begin with a command do something. */
class Conversation extends LineReceiver {
  override delimiter: Uint8Array = bytes("\n");
  readonly received: string[] = [];
  /** How much raw data is still to come. */
  rawLeft = 0;
  pauses = false;

  override lineReceived(line: Uint8Array): void {
    const command = text(line);
    this.received.push(command);
    if (command === "pause") this.pauseProducing();
    if (command === "stop") this.stopProducing();
    if (command === "produce") this.transport.registerProducer(this, true);
    if (command === "unproduce") this.transport.unregisterProducer();
    if (command.startsWith("len ")) {
      this.rawLeft = Number(command.slice(4));
      this.setRawMode();
    }
  }

  override rawDataReceived(data: Uint8Array): void {
    const mine = data.subarray(0, this.rawLeft);
    const rest = data.subarray(this.rawLeft);
    this.rawLeft -= mine.length;
    this.received.push(...Array.from(mine, (byte) => String.fromCharCode(byte)));
    if (this.rawLeft === 0) this.setLineMode(rest);
    else if (this.pauses) this.pauseProducing();
  }
}

function connect<P extends LineReceiver | LineOnlyReceiver>(
  protocol: P,
): { protocol: P; transport: StringTransport } {
  const transport = new StringTransport();
  protocol.makeConnection(transport);
  return { protocol, transport };
}

function feed(protocol: LineReceiver | LineOnlyReceiver, data: string, size = data.length): void {
  for (const piece of packets(bytes(data), size)) protocol.dataReceived(piece);
}

// -- Cutting --

Deno.test("LINE-01 LineReceiver delivers the same whatever the size of the packets", () => {
  const wire =
    "one\ntwo\n\nlen 10\n0123456789len 5\n1234\nlen 20\nfoo 123\n\n012345678len 0\nend\n";
  for (let size = 1; size < 10; size++) {
    const { protocol } = connect(new Conversation());
    feed(protocol, wire, size);
    assertEquals(protocol.received, [
      ..."one|two||len 10|0|1|2|3|4|5|6|7|8|9|len 5|1|2|3|4|\n|len 20".split("|"),
      ..."foo 123\n\n012345678le",
      // The raw data ends in the middle of "len 0".
      "n 0",
      "end",
    ]);
  }
});

Deno.test("LINE-02 LineReceiver.pauseProducing() inside lineReceived holds back the next line", () => {
  for (let size = 1; size < 10; size++) {
    const { protocol, transport } = connect(new Conversation());
    feed(protocol, "one\npause\ntwo\nthree\n", size);
    assertEquals(protocol.received, ["one", "pause"]);
    assertEquals(transport.producerState, "paused");
    protocol.resumeProducing();
    assertEquals(protocol.received, ["one", "pause", "two", "three"]);
    assertEquals(transport.producerState, "producing");
  }
});

Deno.test("LINE-03 LineReceiver.pauseProducing() inside rawDataReceived holds back the rest", () => {
  const { protocol } = connect(new Conversation());
  protocol.pauses = true;
  feed(protocol, "len 5\nfoo");
  assertEquals(protocol.received, ["len 5", "f", "o", "o"]);
  feed(protocol, "12afterwards\n");
  assertEquals(protocol.received, ["len 5", "f", "o", "o"]);
  protocol.resumeProducing();
  assertEquals(protocol.received, ["len 5", "f", "o", "o", "1", "2", "afterwards"]);
});

Deno.test("LINE-04 LineReceiver.stopProducing() inside lineReceived ends the delivery", () => {
  for (let size = 1; size < 10; size++) {
    const { protocol, transport } = connect(new Conversation());
    feed(protocol, "one\nstop\nnever\nnor\n", size);
    assertEquals(protocol.received, ["one", "stop"]);
    assertEquals(transport.producerState, "stopped");
  }
});

Deno.test("LINE-05 LineReceiver can be registered and unregistered as a producer by a line", () => {
  const { protocol, transport } = connect(new Conversation());
  const producers: (IProducer | null)[] = [];
  for (const line of ["produce\n", "hello\n", "unproduce\n"]) {
    feed(protocol, line);
    producers.push(transport.producer);
  }
  assertEquals(producers.map((producer) => producer === protocol), [true, true, false]);
  assertEquals(transport.producer, null);
});

Deno.test("LINE-06 LineReceiver.clearLineBuffer() returns and drops what is left", () => {
  class Clearing extends Conversation {
    override lineReceived(line: Uint8Array): void {
      this.received.push(text(line), text(this.clearLineBuffer()));
    }
  }
  const { protocol } = connect(new Clearing());
  feed(protocol, "foo\nbar\nbaz");
  assertEquals(protocol.received, ["foo", "bar\nbaz"]);
  feed(protocol, "x\n");
  assertEquals(protocol.received, ["foo", "bar\nbaz", "x", ""]);
});

Deno.test("LINE-07 LineReceiver switches modes 20,000 times in one packet without recursion", () => {
  const { protocol } = connect(new Conversation());
  feed(protocol, "len 1\na".repeat(20_000));
  assertEquals(protocol.received.length, 40_000);
  assertEquals(protocol.received.slice(-2), ["len 1", "a"]);
});

Deno.test("LineReceiver keeps what comes while a line is delivered, and delivers it afterwards", () => {
  const log: string[] = [];
  class Reentrant extends LineReceiver {
    override lineReceived(line: Uint8Array): void {
      log.push(`begin ${text(line)}`);
      if (text(line) === "one") this.dataReceived(bytes("three\r\n"));
      log.push(`end ${text(line)}`);
    }
  }
  feed(connect(new Reentrant()).protocol, "one\r\ntwo\r\n");
  // Nothing begins before what was delivered has ended, and the order is that of arrival.
  assertEquals(log, ["begin one", "end one", "begin two", "end two", "begin three", "end three"]);
});

Deno.test("LineReceiver goes on after lineReceived has thrown", () => {
  class Throwing extends Conversation {
    override lineReceived(line: Uint8Array): void {
      if (text(line) === "bad") throw new RangeError("bad line");
      super.lineReceived(line);
    }
  }
  const { protocol } = connect(new Throwing());
  assertThrows(() => feed(protocol, "bad\ngood\n"), RangeError, "bad line");
  feed(protocol, "more\n");
  assertEquals(protocol.received, ["good", "more"]);
});

Deno.test("LINE-60 LineReceiver that pauses at each line resumes with exactly the next one", () => {
  class OneByOne extends Conversation {
    override lineReceived(line: Uint8Array): void {
      this.received.push(text(line));
      this.pauseProducing();
      // A resumption in here must not deliver in here.
      if (text(line) === "two") {
        this.resumeProducing();
        assertEquals(this.received, ["one", "two"]);
      }
    }
  }
  const { protocol } = connect(new OneByOne());
  feed(protocol, "one\ntwo\nthree\nfour\n");
  assertEquals(protocol.received, ["one"]);
  protocol.resumeProducing();
  assertEquals(protocol.received, ["one", "two", "three"]);
  protocol.resumeProducing();
  assertEquals(protocol.received, ["one", "two", "three", "four"]);
});

Deno.test("LineReceiver.sendLine() writes the line and the delimiter in one piece", () => {
  const { protocol, transport } = connect(new LineReceiver());
  protocol.sendLine(bytes("hello"));
  assertEquals(transport.pieces().map(text), ["hello\r\n"]);
});

// -- Limits --

/** Keeps the lines, and those that are too long. */
class Limited extends LineReceiver {
  override maxLength = 64;
  readonly received: string[] = [];
  readonly exceeded: string[] = [];
  override lineReceived(line: Uint8Array): void {
    this.received.push(text(line));
  }
}

class Forgiving extends Limited {
  override lineLengthExceeded(line: Uint8Array): void {
    this.exceeded.push(text(line));
  }
}

Deno.test("LINE-08, LINE-18 LineReceiver disconnects at a line over maxLength", () => {
  const { protocol, transport } = connect(new Limited());
  feed(protocol, "x".repeat(65) + "\r\nr");
  assertEquals(protocol.received, []);
  assertEquals(transport.disconnecting, true);
});

Deno.test("LINE-09 LineReceiver takes a line of exactly maxLength with its delimiter in two packets", () => {
  const { protocol, transport } = connect(new Limited());
  feed(protocol, "x".repeat(64) + "\r");
  assertEquals(transport.disconnecting, false);
  feed(protocol, "\n");
  assertEquals(protocol.received, ["x".repeat(64)]);
  assertEquals(transport.disconnecting, false);
});

Deno.test("LINE-10 LineReceiver waits while an unfinished line may still be short enough", () => {
  const { protocol, transport } = connect(new Limited());
  feed(protocol, "x".repeat(64 + 2 - 1));
  assertEquals(transport.disconnecting, false);
  feed(protocol, "x");
  assertEquals(transport.disconnecting, true);
});

Deno.test("LINE-14 LineReceiver.lineLengthExceeded() gets all that is there of an unfinished line", () => {
  const { protocol, transport } = connect(new Forgiving());
  feed(protocol, "x".repeat(40));
  feed(protocol, "x".repeat(60));
  assertEquals(protocol.exceeded, ["x".repeat(100)]);
  assertEquals(transport.disconnecting, false);
});

Deno.test("LINE-15 LineReceiver delivers a short line before one that is too long", () => {
  const { protocol } = connect(new Forgiving());
  const rest = "x".repeat(100) + "\r\nshort\r\n";
  feed(protocol, "first\r\n" + rest);
  assertEquals(protocol.received, ["first"]);
  assertEquals(protocol.exceeded, [rest]);
});

Deno.test("LINE-16 LineReceiver.lineLengthExceeded() gets what follows the delimiter, too", () => {
  const { protocol } = connect(new Forgiving());
  const wire = "x".repeat(65) + "\r\ny";
  feed(protocol, wire);
  assertEquals(protocol.exceeded, [wire]);
  assertEquals(text(protocol.clearLineBuffer()), "");
});

Deno.test("LINE-17 LineReceiver.lineLengthExceeded() gets several long lines at once", () => {
  const { protocol } = connect(new Forgiving());
  const wire = ("x".repeat(65) + "\r\n").repeat(2);
  feed(protocol, wire);
  assertEquals(protocol.exceeded, [wire]);
  assertEquals(protocol.received, []);
});

Deno.test("LINE-19 LineReceiver disconnects at an unfinished line over maxLength", () => {
  const { protocol, transport } = connect(new Limited());
  feed(protocol, "x".repeat(64 + 2));
  assertEquals(protocol.received, []);
  assertEquals(transport.disconnecting, true);
});

// -- What methods return and throw --

Deno.test("LINE-11 LineReceiver.dataReceived() returns the error that rawDataReceived returned", () => {
  const error = new RangeError("raw");
  class Raw extends LineReceiver {
    override rawDataReceived(): Error {
      return error;
    }
  }
  const { protocol } = connect(new Raw());
  protocol.setRawMode();
  assertStrictEquals(protocol.dataReceived(bytes("foo")), error);
});

Deno.test("LineReceiver.dataReceived() stops at an error that lineReceived returned, not at a promise", () => {
  const received: string[] = [];
  class Mixed extends LineReceiver {
    override lineReceived(line: Uint8Array): unknown {
      received.push(text(line));
      return text(line) === "error" ? new RangeError("line") : Promise.resolve();
    }
  }
  const { protocol } = connect(new Mixed());
  feed(protocol, "one\r\nerror\r\ntwo\r\n");
  assertEquals(received, ["one", "error"]);
  feed(protocol, "three\r\n");
  assertEquals(received, ["one", "error", "two", "three"]);
});

Deno.test("LINE-12 LineReceiver.rawDataReceived() throws when it is not overridden", () => {
  const { protocol } = connect(new LineReceiver());
  protocol.setRawMode();
  assertThrows(() => feed(protocol, "foo"), TypeError, "rawDataReceived of LineReceiver");
});

Deno.test("LINE-13 LineReceiver.lineReceived() throws when it is not overridden", () => {
  const { protocol } = connect(new LineReceiver());
  assertThrows(() => feed(protocol, "foo\r\n"), TypeError, "lineReceived of LineReceiver");
});

// -- LineOnlyReceiver --

class Lines extends LineOnlyReceiver {
  readonly received: string[] = [];
  override lineReceived(line: Uint8Array): void {
    this.received.push(text(line));
  }
}

Deno.test("LINE-20 LineOnlyReceiver delivers lines that come in any packets", () => {
  const wire = "foo\r\nbleakness\r\ndesolation\r\nplastic forks\r\n";
  for (let size = 1; size < 10; size++) {
    const { protocol } = connect(new Lines());
    feed(protocol, wire, size);
    assertEquals(protocol.received, ["foo", "bleakness", "desolation", "plastic forks"]);
  }
});

Deno.test("LINE-21 LineOnlyReceiver disconnects at a line over maxLength, finished or not", () => {
  for (const wire of ["x".repeat(101) + "\r\nshort\r\n", "x".repeat(102)]) {
    const { protocol, transport } = connect(new Lines());
    protocol.maxLength = 100;
    feed(protocol, wire);
    assertEquals(transport.disconnecting, true);
    assertEquals(protocol.received, []);
  }
  const { protocol, transport } = connect(new Lines());
  protocol.maxLength = 100;
  feed(protocol, "x".repeat(100) + "\r\n", 101);
  assertEquals(protocol.received, ["x".repeat(100)]);
  assertEquals(transport.disconnecting, false);
});

Deno.test("LINE-22 LineOnlyReceiver.lineReceived() throws when it is not overridden", () => {
  const { protocol } = connect(new LineOnlyReceiver());
  assertThrows(() => feed(protocol, "foo\r\n"), TypeError, "lineReceived of LineOnlyReceiver");
});

Deno.test("LineOnlyReceiver.sendLine() writes the line and the delimiter", () => {
  const { protocol, transport } = connect(new LineOnlyReceiver());
  protocol.delimiter = bytes(";");
  protocol.sendLine(bytes("hello"));
  assertEquals(text(transport.value()), "hello;");
});

Deno.test("LineReceiver delivers what lineLengthExceeded() puts back", () => {
  class Cutting extends LineReceiver {
    override delimiter: Uint8Array = bytes("\n");
    override maxLength = 3;
    readonly received: string[] = [];
    override lineReceived(line: Uint8Array): void {
      this.received.push(text(line));
    }
    override lineLengthExceeded(line: Uint8Array): void {
      this.received.push("too long");
      this.setLineMode(line.subarray(line.indexOf(0x0a) + 1));
    }
  }
  for (const data of ["four\none\ntwo\n", "fourx"]) {
    const { protocol } = connect(new Cutting());
    if (data === "fourx") protocol.lineLengthExceeded = () => protocol.setLineMode(bytes("ab\n"));
    feed(protocol, data);
    assertEquals(protocol.received, data === "fourx" ? ["ab"] : ["too long", "one", "two"]);
  }
});
