import { assertEquals, assertThrows } from "@std/assert";
import {
  Int16StringReceiver,
  Int32StringReceiver,
  Int8StringReceiver,
  type IntNStringReceiver,
  type NetstringParseError,
  NetstringReceiver,
  StringTooLongError,
  StringTransport,
} from "../../../reactor/mod.ts";
import { bytes, packets, text } from "./bytes.ts";

// -- Netstrings --

class Netstrings extends NetstringReceiver {
  readonly received: string[] = [];
  readonly errors: NetstringParseError[] = [];
  override stringReceived(string: Uint8Array): void {
    this.received.push(text(string));
  }
  override parseFailed(error: NetstringParseError): void {
    this.errors.push(error);
    super.parseFailed(error);
  }
}

function netstrings(maxLength = 99_999): { protocol: Netstrings; transport: StringTransport } {
  const protocol = new Netstrings();
  protocol.maxLength = maxLength;
  const transport = new StringTransport();
  protocol.makeConnection(transport);
  return { protocol, transport };
}

/** Feeds netstrings in some pieces and expects what they hold. */
function expectStrings(pieces: string[], expected: string[]): void {
  const { protocol, transport } = netstrings();
  for (const piece of pieces) protocol.dataReceived(bytes(piece));
  assertEquals(protocol.received, expected);
  assertEquals([transport.disconnecting, protocol.brokenPeer], [false, false]);
}

/** Feeds what is no netstring and expects that the peer is dropped. */
function expectBroken(wire: string, why: string, maxLength?: number): void {
  const { protocol, transport } = netstrings(maxLength);
  protocol.dataReceived(bytes(wire));
  assertEquals([transport.disconnecting, protocol.brokenPeer], [true, true]);
  assertEquals(protocol.errors.map(({ code }) => code), ["NETSTRING_PARSE_FAILED"]);
  assertEquals(protocol.errors[0]?.message, `Cannot parse a netstring: ${why}`);
  // What follows is dropped, and the peer is not told of twice.
  transport.disconnecting = false;
  protocol.dataReceived(bytes("1:x,"));
  assertEquals(protocol.received, []);
  assertEquals(protocol.errors.length, 1);
}

Deno.test("LINE-23 NetstringReceiver closes the transport at what is no netstring", () => {
  expectBroken("9999999999999999999999", "its length is over 99999 bytes");
  expectBroken("abc", "its length is no number");
  expectBroken("4:abcde", "no comma follows the string");
  expectBroken("04:abcd,", "its length has a leading zero");
  expectBroken("-1:a,", "its length is no number");
  expectBroken(
    "51:" + "a".repeat(54),
    "no comma follows the string",
  );
});

Deno.test("LINE-24 NetstringReceiver delivers the same whatever the size of the packets", () => {
  const strings = ["hello", "world", "how", "are", "you123", ":today", "a".repeat(515)];
  const sender = netstrings();
  for (const string of strings) sender.protocol.sendString(bytes(string));
  for (let size = 1; size < 10; size++) {
    const { protocol } = netstrings();
    for (const piece of packets(sender.transport.value(), size)) protocol.dataReceived(piece);
    assertEquals(protocol.received, strings);
  }
});

Deno.test("LINE-25 NetstringReceiver receives an empty netstring", () =>
  expectStrings(["0:,"], [""]));

Deno.test("LINE-26 NetstringReceiver receives one character", () => {
  expectStrings(["1:a,"], ["a"]);
});

Deno.test("LINE-27 NetstringReceiver receives two characters", () => {
  expectStrings(["2:ab,"], ["ab"]);
});

Deno.test("LINE-28 NetstringReceiver receives a netstring within a netstring", () => {
  expectStrings(["4:1:a,,"], ["1:a,"]);
});

Deno.test("LINE-29 NetstringReceiver refuses a string without its comma", () => {
  expectBroken("2:aaa,", "no comma follows the string");
});

Deno.test("LINE-30 NetstringReceiver refuses data behind an empty string", () => {
  expectBroken("0:data", "no comma follows the string");
});

Deno.test("LINE-31 NetstringReceiver refuses a missing number", () => {
  expectBroken(":aaa,", "its length is no number");
});

Deno.test("LINE-32 NetstringReceiver refuses a missing colon", () => {
  expectBroken("3aaa,", "its length is no number");
});

Deno.test("LINE-33 NetstringReceiver refuses a missing number and colon", () => {
  expectBroken("aaa,", "its length is no number");
});

Deno.test("LINE-34 NetstringReceiver refuses data alone", () => {
  expectBroken("aaa", "its length is no number");
});

Deno.test("LINE-35 NetstringReceiver receives a netstring in two portions", () => {
  expectStrings(["4:aa", "aa,"], ["aaaa"]);
});

Deno.test("LINE-36 NetstringReceiver receives a netstring whose length is split", () => {
  expectStrings(["1", "0:01234", "56789", ","], ["0123456789"]);
});

Deno.test("LINE-37 NetstringReceiver receives a netstring byte by byte", () => {
  expectStrings([..."11:hello world,"], ["hello world"]);
});

Deno.test("LINE-38 NetstringReceiver receives two netstrings over two portions", () => {
  expectStrings(["5:hello,5:wo", "rld,"], ["hello", "world"]);
});

Deno.test("LINE-39 NetstringReceiver refuses a string over maxLength before it comes", () => {
  expectBroken("11:", "its length is over 10 bytes", 10);
});

Deno.test("LINE-40, LINE-41 NetstringReceiver takes a string of exactly maxLength and its comma", () => {
  const { protocol, transport } = netstrings(10);
  protocol.dataReceived(bytes("10:0123456789"));
  // The comma belongs to it: without it the string is not complete.
  assertEquals(protocol.received, []);
  protocol.dataReceived(bytes(","));
  assertEquals(protocol.received, ["0123456789"]);
  assertEquals(transport.disconnecting, false);
});

Deno.test("LINE-42 NetstringReceiver fails to parse a length of maxLength + 1", () => {
  expectBroken("11:0123456789a,", "its length is over 10 bytes", 10);
});

Deno.test("LINE-43 NetstringReceiver fails to parse a length with more digits than maxLength has", () => {
  expectBroken("1000:", "its length is over 10 bytes", 10);
});

Deno.test("LINE-44 NetstringReceiver.stringReceived() throws when it is not overridden", () => {
  const protocol = new NetstringReceiver();
  protocol.makeConnection(new StringTransport());
  assertThrows(() => protocol.dataReceived(bytes("3:foo,")), TypeError, "is not overridden");
  assertEquals(protocol.brokenPeer, false);
});

// -- Strings with a binary length --

/** The three classes, as ones that keep what they get. */
interface Kind {
  readonly name: string;
  make(received: string[], exceeded: number[]): IntNStringReceiver;
  /** The length of "abc" on the wire. */
  readonly prefix: readonly number[];
}

const KINDS: readonly Kind[] = [
  {
    name: "Int8StringReceiver",
    prefix: [3],
    make: (received, exceeded) =>
      new (class extends Int8StringReceiver {
        override stringReceived(string: Uint8Array): void {
          received.push(text(string));
        }
        override lengthLimitExceeded(length: number): void {
          exceeded.push(length);
          super.lengthLimitExceeded(length);
        }
      })(),
  },
  {
    name: "Int16StringReceiver",
    prefix: [0, 3],
    make: (received, exceeded) =>
      new (class extends Int16StringReceiver {
        override stringReceived(string: Uint8Array): void {
          received.push(text(string));
        }
        override lengthLimitExceeded(length: number): void {
          exceeded.push(length);
          super.lengthLimitExceeded(length);
        }
      })(),
  },
  {
    name: "Int32StringReceiver",
    prefix: [0, 0, 0, 3],
    make: (received, exceeded) =>
      new (class extends Int32StringReceiver {
        override stringReceived(string: Uint8Array): void {
          received.push(text(string));
        }
        override lengthLimitExceeded(length: number): void {
          exceeded.push(length);
          super.lengthLimitExceeded(length);
        }
      })(),
  },
];

interface Run {
  readonly protocol: IntNStringReceiver;
  readonly transport: StringTransport;
  readonly received: string[];
  readonly exceeded: number[];
}

function run(kind: Kind): Run {
  const received: string[] = [];
  const exceeded: number[] = [];
  const protocol = kind.make(received, exceeded);
  const transport = new StringTransport();
  protocol.makeConnection(transport);
  return { protocol, transport, received, exceeded };
}

function frame(kind: Kind, string: string): Uint8Array {
  const { protocol, transport } = run(kind);
  protocol.sendString(bytes(string));
  return transport.value();
}

for (const kind of KINDS) {
  Deno.test(`LINE-45 ${kind.name} receives strings as they were sent`, () => {
    const strings = ["a", "b" + "c".repeat(100), "", "d"];
    const wire = strings.flatMap((string) => [...frame(kind, string)]);
    for (let size = 1; size < 10; size++) {
      const { protocol, received } = run(kind);
      for (const piece of packets(new Uint8Array(wire), size)) protocol.dataReceived(piece);
      assertEquals(received, strings);
    }
  });

  Deno.test(`LINE-46 ${kind.name} delivers nothing of a string that is not complete`, () => {
    const { protocol, received } = run(kind);
    for (const byte of frame(kind, "abc").slice(0, -1)) {
      protocol.dataReceived(new Uint8Array([byte]));
      assertEquals(received, []);
    }
  });

  Deno.test(`LINE-47 ${kind.name}.sendString() writes the length before the string`, () => {
    assertEquals(frame(kind, "abc"), new Uint8Array([...kind.prefix, ...bytes("abc")]));
  });

  Deno.test(`LINE-48, LINE-49 ${kind.name} refuses a string over maxLength, complete or not`, () => {
    for (
      const wire of [frame(kind, "123456"), frame(kind, "123456").slice(0, kind.prefix.length)]
    ) {
      const { protocol, transport, received, exceeded } = run(kind);
      protocol.maxLength = 5;
      protocol.dataReceived(wire);
      assertEquals([received, exceeded], [[], [6]]);
      assertEquals(transport.disconnecting, true);
      // What follows is dropped, also when nobody has closed.
      transport.disconnecting = false;
      protocol.dataReceived(frame(kind, "ok"));
      assertEquals([received, exceeded], [[], [6]]);
    }
    const { protocol, received } = run(kind);
    protocol.maxLength = 5;
    protocol.dataReceived(frame(kind, "12345"));
    assertEquals(received, ["12345"]);
  });

  Deno.test(`${kind.name} delivers nothing while it is paused, or when it has closed`, () => {
    const { protocol, transport, received } = run(kind);
    protocol.pauseProducing();
    protocol.dataReceived(frame(kind, "one"));
    assertEquals(received, []);
    protocol.resumeProducing();
    assertEquals(received, ["one"]);
    transport.loseConnection();
    protocol.dataReceived(frame(kind, "two"));
    assertEquals(received, ["one"]);
  });
}

Deno.test("LINE-50 IntNStringReceiver.stringReceived() throws when it is not overridden", () => {
  for (const make of [Int8StringReceiver, Int16StringReceiver, Int32StringReceiver]) {
    const protocol = new make();
    protocol.makeConnection(new StringTransport());
    assertThrows(
      () => protocol.dataReceived(new Uint8Array(protocol.prefixLength)),
      TypeError,
      `stringReceived of ${make.name} is not overridden`,
    );
  }
});

Deno.test("LINE-53 IntNStringReceiver does not parse again what stringReceived has taken", () => {
  const received: string[] = [];
  let rest = "";
  class Switching extends Int8StringReceiver {
    override stringReceived(string: Uint8Array): void {
      received.push(text(string));
      if (text(string) === "switch") rest = text(this.clearBuffer());
    }
  }
  const protocol = new Switching();
  protocol.makeConnection(new StringTransport());
  protocol.dataReceived(bytes("\x03foo\x06switch\x03bar"));
  assertEquals([received, rest], [["foo", "switch"], "\x03bar"]);
  protocol.dataReceived(bytes("\x03baz"));
  assertEquals(received, ["foo", "switch", "baz"]);
});

Deno.test("LINE-55 Int32StringReceiver has four bytes of length, the highest first", () => {
  const { protocol, received } = run(KINDS[2] as Kind);
  protocol.dataReceived(new Uint8Array([0, 0, 1, 2, ...bytes("x".repeat(258))]));
  assertEquals(received, ["x".repeat(258)]);
  protocol.maxLength = 2 ** 31;
  protocol.dataReceived(new Uint8Array([255, 0, 0, 0]));
  assertEquals(received.length, 1);
});

Deno.test("Int32StringReceiver reads a length with the highest bit as a large number", () => {
  const { protocol, exceeded } = run(KINDS[2] as Kind);
  protocol.dataReceived(new Uint8Array([255, 255, 255, 255]));
  assertEquals(exceeded, [4_294_967_295]);
});

Deno.test("LINE-56 Int16StringReceiver has two bytes of length, the highest first", () => {
  const { protocol, received } = run(KINDS[1] as Kind);
  protocol.dataReceived(new Uint8Array([1, 2, ...bytes("x".repeat(258))]));
  assertEquals(received, ["x".repeat(258)]);
});

Deno.test("LINE-58 Int8StringReceiver has one byte of length", () => {
  const { protocol, received } = run(KINDS[0] as Kind);
  protocol.dataReceived(new Uint8Array([255, ...bytes("x".repeat(255))]));
  assertEquals(received, ["x".repeat(255)]);
});

Deno.test("LINE-57 Int16StringReceiver.sendString() throws when the length does not fit", () => {
  const { protocol, transport } = run(KINDS[1] as Kind);
  assertThrows(
    () => protocol.sendString(new Uint8Array(65_536)),
    StringTooLongError,
    "length 65536 does not fit in 2 bytes",
  );
  assertEquals(transport.value().length, 0);
});

Deno.test("LINE-59 Int8StringReceiver.sendString() throws when the length does not fit", () => {
  const { protocol, transport } = run(KINDS[0] as Kind);
  assertThrows(
    () => protocol.sendString(new Uint8Array(256)),
    StringTooLongError,
    "length 256 does not fit in 1 bytes",
  );
  assertEquals(transport.value().length, 0);
});
