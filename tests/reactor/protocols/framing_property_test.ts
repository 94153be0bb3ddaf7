/**
 * The framing protocols under arbitrary chunking: what they deliver depends on the bytes alone.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  Int16StringReceiver,
  Int32StringReceiver,
  Int8StringReceiver,
  LineOnlyReceiver,
  LineReceiver,
  NetstringReceiver,
  StringTransport,
} from "../../../reactor/mod.ts";
import { cut } from "./bytes.ts";

/** Says at each message whether to pause, or to close, after it. */
type Plan = readonly ("go on" | "pause" | "close")[];

/** What a receiver under test is: it can be fed, paused, and asked to send. */
interface Receiver {
  paused: boolean;
  transport: StringTransport;
  makeConnection(transport: StringTransport): void;
  dataReceived(data: Uint8Array): unknown;
  pauseProducing(): void;
  resumeProducing(): void;
}

interface Framing {
  readonly name: string;
  /** Makes a receiver that calls a function with each message. */
  make(deliver: (message: Uint8Array) => void): Receiver;
  /** Sends a message. */
  send(receiver: Receiver, message: Uint8Array): void;
  /** Whether a message may contain some bytes. */
  allows(message: Uint8Array): boolean;
  /** Bytes that are likely to mean something. */
  readonly alphabet: string;
}

type Deliver = (message: Uint8Array) => void;

class Lines extends LineReceiver {
  override maxLength = 20;
  override readonly lineReceived: Deliver;
  constructor(deliver: Deliver) {
    super();
    this.lineReceived = deliver;
  }
}

class OnlyLines extends LineOnlyReceiver {
  override maxLength = 20;
  override readonly lineReceived: Deliver;
  constructor(deliver: Deliver) {
    super();
    this.lineReceived = deliver;
  }
}

class Int8Strings extends Int8StringReceiver {
  override maxLength = 20;
  override readonly stringReceived: Deliver;
  constructor(deliver: Deliver) {
    super();
    this.stringReceived = deliver;
  }
}

class Int16Strings extends Int16StringReceiver {
  override maxLength = 20;
  override readonly stringReceived: Deliver;
  constructor(deliver: Deliver) {
    super();
    this.stringReceived = deliver;
  }
}

class Int32Strings extends Int32StringReceiver {
  override maxLength = 20;
  override readonly stringReceived: Deliver;
  constructor(deliver: Deliver) {
    super();
    this.stringReceived = deliver;
  }
}

class Netstrings extends NetstringReceiver {
  override maxLength = 20;
  override readonly stringReceived: Deliver;
  constructor(deliver: Deliver) {
    super();
    this.stringReceived = deliver;
  }
}

function sendLine(receiver: Receiver, message: Uint8Array): void {
  (receiver as unknown as Lines).sendLine(message);
}

function sendString(receiver: Receiver, message: Uint8Array): void {
  (receiver as unknown as Int8Strings).sendString(message);
}

/** A line may hold a carriage return, but not so that it makes a delimiter. */
function isLine(message: Uint8Array): boolean {
  return !message.some((byte, index) => byte === 10 && message[index - 1] === 13) &&
    message.at(-1) !== 13;
}

const FRAMINGS: readonly Framing[] = [
  { name: "LineReceiver", type: Lines, send: sendLine, alphabet: "\r\na" },
  { name: "LineOnlyReceiver", type: OnlyLines, send: sendLine, alphabet: "\r\na" },
  { name: "Int8StringReceiver", type: Int8Strings, send: sendString, alphabet: "\0\x01\x02\x15a" },
  { name: "Int16StringReceiver", type: Int16Strings, send: sendString, alphabet: "\0\x01\x03\x15" },
  { name: "Int32StringReceiver", type: Int32Strings, send: sendString, alphabet: "\0\0\x01\x15" },
  { name: "NetstringReceiver", type: Netstrings, send: sendString, alphabet: "0123:,,::a" },
].map(({ type, ...rest }) => ({
  ...rest,
  make: (deliver: Deliver) => new type(deliver) as unknown as Receiver,
  allows: rest.send === sendLine ? isLine : () => true,
}));

/** Feeds pieces as a transport would: none while paused, none after a close. */
function run(framing: Framing, pieces: readonly Uint8Array[], plan: Plan): string[] {
  const log: string[] = [];
  let count = 0;
  let isDelivering = false;
  const receiver = framing.make((message) => {
    assertEquals(isDelivering, false, "a message came inside of another");
    isDelivering = true;
    log.push(String(message));
    const step = plan[count++] ?? "go on";
    if (step === "pause") receiver.pauseProducing();
    if (step === "close") receiver.transport.loseConnection();
    isDelivering = false;
  });
  receiver.makeConnection(new StringTransport());
  const { transport } = receiver;
  for (const piece of pieces) {
    receiver.dataReceived(piece);
    while (receiver.paused && !transport.disconnecting) receiver.resumeProducing();
    // The bytes were the receiver's only for the call: it must have copied what it keeps.
    piece.fill(255);
  }
  if (transport.disconnecting) log.push("closed");
  return log;
}

const CUTS = fc.array(fc.nat(400), { maxLength: 30 });
const PLAN: fc.Arbitrary<Plan> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.constant("go on" as const) },
    { weight: 2, arbitrary: fc.constant("pause" as const) },
    { weight: 1, arbitrary: fc.constant("close" as const) },
  ),
  { maxLength: 12 },
);

function textOf(alphabet: string): fc.Arbitrary<Uint8Array> {
  const byte = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...new TextEncoder().encode(alphabet)) },
    { weight: 1, arbitrary: fc.nat(255) },
  );
  return fc.array(byte, { maxLength: 120 }).map((bytes) => new Uint8Array(bytes));
}

for (const framing of FRAMINGS) {
  Deno.test(`${framing.name} delivers what was sent, however it was cut and paused`, () => {
    const message = fc.oneof(fc.uint8Array({ maxLength: 20 }), textOf(framing.alphabet))
      .map((bytes) => bytes.subarray(0, 20)).filter(framing.allows);
    fc.assert(fc.property(fc.array(message, { maxLength: 10 }), CUTS, PLAN, (sent, cuts, plan) => {
      const sender = framing.make(() => {});
      sender.makeConnection(new StringTransport());
      for (const one of sent) framing.send(sender, one);
      const pieces = cut(sender.transport.value(), cuts);
      const end = plan.slice(0, sent.length).indexOf("close");
      const expected = end < 0
        ? sent.map(String)
        : [...sent.slice(0, end + 1).map(String), "closed"];
      assertEquals(run(framing, pieces, plan), expected);
    }));
  });

  Deno.test(`${framing.name} makes the same of any bytes, however they were cut and paused`, () => {
    fc.assert(fc.property(textOf(framing.alphabet), CUTS, PLAN, (wire, cuts, plan) => {
      assertEquals(run(framing, cut(wire, cuts), plan), run(framing, [wire.slice()], plan));
    }));
  });
}
