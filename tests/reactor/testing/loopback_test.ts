import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import {
  collapsingPumpPolicy,
  type Failure,
  identityPumpPolicy,
  type IProtocol,
  LineReceiver,
  loopbackAsync,
  LoopbackRelay,
  Protocol,
  type PumpPolicy,
} from "../../../reactor/mod.ts";
import { SimClock } from "../../../sim/mod.ts";
import { bytes, text } from "../protocols/bytes.ts";

/** Keeps what happens to it. */
class Talker extends Protocol {
  readonly log: string[] = [];
  override connectionMade(): void {
    this.log.push("made");
  }
  override dataReceived(data: Uint8Array): void {
    this.log.push(text(data));
  }
  override connectionLost(reason: Failure): void {
    this.log.push((reason.value as Error).name);
  }
}

class HalfCloseable extends Talker {
  readConnectionLost(): void {
    this.log.push("read side lost");
  }
  writeConnectionLost(): void {
    this.log.push("write side lost");
  }
}

function talkers(): ReturnType<typeof connect<Talker, Talker>> {
  return connect(new Talker(), new Talker());
}

function connect<S extends IProtocol, C extends IProtocol>(
  server: S,
  client: C,
  pumpPolicy?: PumpPolicy,
): { clock: SimClock; server: S; client: C; over: string[] } {
  const clock = new SimClock();
  const over: string[] = [];
  loopbackAsync(server, client, clock, pumpPolicy).addCallback(() => over.push("over"));
  return { clock, server, client, over };
}

Deno.test("LOOP-01 loopbackAsync() delivers a line, then one connectionLost to each side", () => {
  const { clock, server, client, over } = talkers();
  client.transport.write(bytes("THIS IS LINE ONE!\n"));
  client.transport.loseConnection();
  assertEquals([server.log, over], [["made"], []]);
  clock.advance(1);
  assertEquals(server.log, ["made", "THIS IS LINE ONE!\n", "ConnectionDone"]);
  assertEquals(client.log, ["made", "ConnectionDone"]);
  assertEquals(over, ["over"]);
});

Deno.test("LOOP-02 loopbackAsync() delivers all lines that are written around a loseConnection", () => {
  class Doomed extends LineReceiver {
    readonly lines: string[] = [];
    override lineReceived(line: Uint8Array): void {
      const count = this.lines.push(text(line));
      if (count < 4) this.sendLine(bytes(`Hello ${count}`));
      if (text(line) === "Hello 3") this.transport.loseConnection();
    }
  }
  class Opening extends Doomed {
    override connectionMade(): void {
      this.sendLine(bytes("DOOM LINE"));
    }
  }
  const { clock, server, client, over } = connect(new Opening(), new Doomed());
  clock.advance(1);
  assertEquals(server.lines, ["Hello 1", "Hello 2", "Hello 3"]);
  assertEquals(client.lines, ["DOOM LINE", "Hello 1", "Hello 2", "Hello 3"]);
  assertEquals(over, ["over"]);
});

Deno.test("LOOP-03 loopbackAsync() connects both protocols", () => {
  const { server, client } = talkers();
  assertEquals([server.log, client.log], [["made"], ["made"]]);
});

Deno.test("LOOP-04, LOOP-05, LOOP-06, LOOP-07 loopbackAsync() gives each end an address", () => {
  const { server, client } = talkers();
  assertEquals(server.transport.getHost().family, "IPv4");
  assertStrictEquals(server.transport.getHost(), client.transport.getPeer());
  assertStrictEquals(server.transport.getPeer(), client.transport.getHost());
  assert(!server.transport.getHost().equals(client.transport.getHost()));
});

function greeting(write: (protocol: Talker) => void): Talker {
  return new (class extends Talker {
    override connectionMade(): void {
      write(this);
    }
  })();
}

const WRITE = (protocol: Talker) => protocol.transport.write(bytes("bytes"));
const WRITE_SEQUENCE = (protocol: Talker) =>
  protocol.transport.writeSequence([bytes("byt"), bytes("es")]);

for (const [write, pieces] of [[WRITE, ["bytes"]], [WRITE_SEQUENCE, ["byt", "es"]]] as const) {
  Deno.test(`LOOP-08, LOOP-09 loopbackAsync() lets the client speak first: ${pieces}`, () => {
    const { clock, server } = connect(new Talker(), greeting(write));
    clock.advance(0);
    assertEquals(server.log, ["made", ...pieces]);
  });

  Deno.test(`LOOP-10, LOOP-11 loopbackAsync() lets the server speak first: ${pieces}`, () => {
    const { clock, client } = connect(greeting(write), new Talker());
    clock.advance(0);
    assertEquals(client.log, ["made", ...pieces]);
  });
}

/** A producer that writes down what it is told. */
function producer(log: string[], more: () => void = () => {}) {
  return {
    pauseProducing: () => void log.push("pause"),
    resumeProducing: () => {
      log.push("resume");
      more();
    },
    stopProducing: () => void log.push("stop"),
  };
}

Deno.test("LOOP-12 loopbackAsync() does not resume a push producer that it has not paused", () => {
  const { clock, client } = talkers();
  const log: string[] = [];
  client.transport.registerProducer(producer(log), true);
  client.transport.write(bytes("x"));
  clock.advance(1);
  assertEquals(log, []);
  assertThrows(() => client.transport.registerProducer(producer(log), true), Error, "another");
});

Deno.test("loopbackAsync() pauses a push producer that writes too much, until it is delivered", () => {
  const { clock, client, server } = talkers();
  const log: string[] = [];
  client.transport.registerProducer(producer(log), true);
  server.transport.pauseProducing();
  client.transport.write(new Uint8Array(65_536));
  assertEquals(log, []);
  client.transport.write(new Uint8Array(1));
  assertEquals(log, ["pause"]);
  clock.advance(1);
  assertEquals([log, server.log], [["pause"], ["made"]]);
  server.transport.resumeProducing();
  clock.advance(1);
  assertEquals(log, ["pause", "resume"]);
  // A close waits for the producer to leave.
  client.transport.loseConnection();
  clock.advance(1);
  assertEquals(client.log, ["made"]);
  client.transport.unregisterProducer();
  clock.advance(1);
  assertEquals(client.log, ["made", "ConnectionDone"]);
});

Deno.test("LOOP-13 loopbackAsync() asks a pull producer whenever nothing waits", () => {
  const { clock, client, server } = talkers();
  const log: string[] = [];
  const pieces = ["one", "two", "three"];
  client.transport.registerProducer(
    producer(log, () => {
      const piece = pieces.shift();
      if (piece === undefined) client.transport.unregisterProducer();
      else client.transport.write(bytes(piece));
    }),
    false,
  );
  clock.advance(1);
  assertEquals(server.log, ["made", "one", "two", "three"]);
  assertEquals(log, ["resume", "resume", "resume", "resume"]);
});

Deno.test("LOOP-14 loopbackAsync() never delivers inside of a write", () => {
  const log: string[] = [];
  class Answering extends Talker {
    override dataReceived(data: Uint8Array): void {
      log.push(`begin ${text(data)}`);
      if (data.length < 4) this.transport.write(bytes(text(data) + "x"));
      log.push(`end ${text(data)}`);
    }
  }
  const { clock, client } = connect(new Answering(), new Answering());
  client.transport.write(bytes("x"));
  assertEquals(log, []);
  clock.advance(0);
  assertEquals(
    log,
    ["x", "xx", "xxx", "xxxx"].flatMap((piece) => [`begin ${piece}`, `end ${piece}`]),
  );
});

Deno.test("LOOP-15 loopbackAsync() gives the pump policy what was written and its target", () => {
  const calls: [string[], IProtocol][] = [];
  const { clock, client, server } = connect(new Talker(), new Talker(), (pieces, target) => {
    calls.push([pieces.map(text), target]);
  });
  client.transport.write(bytes("foo"));
  client.transport.write(bytes("bar"));
  clock.advance(0);
  assertEquals(calls.map(([pieces]) => pieces), [["foo", "bar"]]);
  assertStrictEquals(calls[0]?.[1], server);
});

Deno.test("LOOP-16 identityPumpPolicy() delivers each piece for itself", () => {
  const { clock, client, server } = connect(new Talker(), new Talker(), identityPumpPolicy);
  client.transport.writeSequence([bytes("foo"), bytes("bar")]);
  clock.advance(0);
  assertEquals(server.log, ["made", "foo", "bar"]);
});

Deno.test("identityPumpPolicy() delivers nothing to a protocol that pauses, until it resumes", () => {
  class Pausing extends Talker {
    override dataReceived(data: Uint8Array): void {
      super.dataReceived(data);
      this.transport.pauseProducing();
    }
  }
  const { clock, client, server } = connect(new Pausing(), new Talker(), identityPumpPolicy);
  client.transport.writeSequence([bytes("a"), bytes("b")]);
  clock.advance(0);
  client.transport.write(bytes("c"));
  client.transport.loseConnection();
  clock.advance(0);
  assertEquals(server.log, ["made", "a"]);
  server.transport.resumeProducing();
  clock.advance(0);
  assertEquals(server.log, ["made", "a", "b"]);
  server.transport.resumeProducing();
  clock.advance(0);
  assertEquals(server.log, ["made", "a", "b", "c", "ConnectionDone"]);
});

Deno.test("identityPumpPolicy() delivers nothing more to a protocol that closes", () => {
  for (const how of ["loseConnection", "abortConnection"] as const) {
    class Closing extends Talker {
      override dataReceived(data: Uint8Array): void {
        super.dataReceived(data);
        this.transport[how]();
      }
    }
    const { clock, client, server } = connect(new Closing(), new Talker(), identityPumpPolicy);
    client.transport.writeSequence([bytes("a"), bytes("b")]);
    clock.advance(0);
    assertEquals(server.log.slice(0, 2), ["made", "a"]);
    assertEquals(server.log[2], how === "loseConnection" ? "ConnectionDone" : "ConnectionAborted");
  }
});

Deno.test("LOOP-17 collapsingPumpPolicy() delivers all pieces as one", () => {
  const { clock, client, server } = connect(new Talker(), new Talker(), collapsingPumpPolicy);
  client.transport.writeSequence([bytes("foo"), bytes("bar")]);
  clock.advance(0);
  assertEquals(server.log, ["made", "foobar"]);
});

Deno.test("loopbackAsync() ends one direction alone if the protocol goes on", () => {
  const { clock, client, server, over } = connect(new HalfCloseable(), new HalfCloseable());
  client.transport.write(bytes("last"));
  client.transport.loseWriteConnection();
  clock.advance(0);
  client.transport.write(bytes("too late"));
  server.transport.write(bytes("answer"));
  server.transport.loseConnection();
  clock.advance(0);
  assertEquals(server.log, ["made", "last", "read side lost", "ConnectionDone"]);
  assertEquals(client.log, ["made", "write side lost", "answer", "read side lost"]);
  assertEquals(over, []);
  client.transport.loseConnection();
  clock.advance(0);
  assertEquals(client.log.at(-1), "ConnectionDone");
  assertEquals(over, ["over"]);
});

Deno.test("loopbackAsync() aborts: what waits is dropped, and each end hears its own reason", () => {
  const { clock, client, server, over } = talkers();
  client.transport.write(bytes("dropped"));
  client.transport.abortConnection();
  client.transport.abortConnection();
  assertEquals(client.log, ["made"]);
  clock.advance(0);
  assertEquals([client.log, server.log], [["made", "ConnectionAborted"], [
    "made",
    "ConnectionLost",
  ]]);
  assertEquals(over, ["over"]);
});

Deno.test("loopbackAsync() ends with the error that a protocol throws", () => {
  class Throwing extends Talker {
    override dataReceived(): void {
      throw new RangeError("bad data");
    }
  }
  const { clock, client, server, over } = connect(new Throwing(), new Talker());
  client.transport.write(bytes("x"));
  clock.advance(0);
  assertEquals([client.log, server.log], [["made", "ConnectionDone"], ["made", "RangeError"]]);
  assertEquals(over, ["over"]);
});

Deno.test("LOOP-18, LOOP-19 LoopbackRelay keeps what is written until clearBuffer()", () => {
  const target = new Talker();
  const relay = new LoopbackRelay(target);
  relay.write(bytes("some bytes"));
  relay.writeSequence([bytes(" and"), bytes(" more")]);
  assertEquals(target.log, []);
  relay.clearBuffer();
  assertEquals(target.log, ["some bytes and more"]);
  relay.clearBuffer();
  relay.write(bytes("last"));
  relay.loseConnection();
  relay.clearBuffer();
  relay.clearBuffer();
  assertEquals(target.log, ["some bytes and more", "last", "ConnectionDone"]);
});

Deno.test("loopbackAsync() says once that an end has said all, also when it closes afterwards", () => {
  const { clock, client, server } = connect(new HalfCloseable(), new HalfCloseable());
  client.transport.loseWriteConnection();
  clock.advance(0);
  client.transport.loseConnection();
  clock.advance(0);
  assertEquals(server.log, ["made", "read side lost"]);
});

Deno.test("loopbackAsync() delivers no empty pieces", () => {
  const { clock, client, server } = connect(new Talker(), new Talker(), identityPumpPolicy);
  client.transport.writeSequence([bytes(""), bytes("a"), bytes("")]);
  clock.advance(0);
  assertEquals(server.log, ["made", "a"]);
});

Deno.test("loopbackAsync() stops the producer of an end that is lost, and one that comes later", () => {
  const { clock, client, server } = connect(new Talker(), new Talker(), identityPumpPolicy);
  const log: string[] = [];
  const producer = (name: string) => ({
    pauseProducing: () => {},
    resumeProducing: () => {},
    stopProducing: () => void log.push(name),
  });
  client.transport.registerProducer(producer("registered"), true);
  server.transport.loseConnection();
  clock.advance(0);
  assertEquals(log, ["registered"]);
  client.transport.registerProducer(producer("late"), true);
  assertEquals(log, ["registered", "late"]);
});

Deno.test("loopbackAsync() holds nothing back from an end that pauses and then closes", () => {
  const { clock, client, server } = connect(new Talker(), new Talker(), identityPumpPolicy);
  server.transport.pauseProducing();
  client.transport.write(bytes("a"));
  client.transport.loseConnection();
  clock.advance(0);
  assertEquals(client.log, ["made"]);
  server.transport.loseConnection();
  clock.advance(0);
  assertEquals([client.log.at(-1), server.log], ["ConnectionDone", ["made", "ConnectionDone"]]);
});

Deno.test("loopbackAsync() resumes a push producer once for each pause", () => {
  const { clock, client } = connect(new Talker(), new Talker(), identityPumpPolicy);
  const log: string[] = [];
  client.transport.registerProducer({
    pauseProducing: () => void log.push("pause"),
    resumeProducing: () => void log.push("resume"),
    stopProducing: () => {},
  }, true);
  client.transport.write(new Uint8Array(65_537));
  clock.advance(0);
  client.transport.write(bytes("a"));
  clock.advance(0);
  assertEquals(log, ["pause", "resume"]);
});
