import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import {
  ConnectionLost,
  Failure,
  IPv4Address,
  type IReactorTCP,
  portforward,
  type Protocol,
  StringTransport,
  wire,
} from "../../../reactor/mod.ts";
import { bytes, text } from "./bytes.ts";

function connect(protocol: Protocol): StringTransport {
  const transport = new StringTransport();
  protocol.makeConnection(transport);
  return transport;
}

Deno.test("PROT-01 wire.Echo says back what it hears", () => {
  const echo = new wire.Echo();
  const transport = connect(echo);
  echo.dataReceived(bytes("foo"));
  echo.dataReceived(bytes("bar"));
  assertEquals(text(transport.value()), "foobar");
  assertEquals(transport.disconnecting, false);
});

Deno.test("PROT-02 wire.Who says who is there and closes", () => {
  class Mine extends wire.Who {
    override getUsers(): string {
      return "ada\r\ngrace\r\n";
    }
  }
  for (
    const [who, users] of [[new wire.Who(), "root\r\n"], [new Mine(), "ada\r\ngrace\r\n"]] as const
  ) {
    const transport = connect(who);
    assertEquals(text(transport.value()), users);
    assertEquals(transport.disconnecting, true);
  }
});

Deno.test("PROT-03 wire.QOTD says its quote and closes", () => {
  class Mine extends wire.QOTD {
    override getQuote(): string {
      return "Less is more.\r\n";
    }
  }
  for (const protocol of [new wire.QOTD(), new Mine()]) {
    const transport = connect(protocol);
    assertEquals(text(transport.value()), protocol.getQuote());
    assertEquals(transport.disconnecting, true);
  }
});

Deno.test("PROT-04 wire.Discard says nothing and stays", () => {
  const discard = new wire.Discard();
  const transport = connect(discard);
  discard.dataReceived(bytes("foo"));
  assertEquals(transport.value().length, 0);
  assertEquals(transport.disconnecting, false);
});

Deno.test("wire.Chargen sends the rotating lines each time it is asked", () => {
  const chargen = new wire.Chargen();
  const transport = connect(chargen);
  const once = text(transport.value());
  const lines = once.split("\r\n");
  assertEquals(lines.length, 96);
  assertEquals(lines.slice(0, 95).every((line) => line.length === 72), true);
  assertEquals(lines[0]?.slice(0, 5), ` !"#$`);
  assertEquals(lines[94]?.slice(0, 5), `~ !"#`);
  transport.producer?.resumeProducing();
  assertEquals(text(transport.value()), once + once);
});

Deno.test("wire.Daytime says the time in words and closes", () => {
  class Fixed extends wire.Daytime {
    override getTime(): number {
      return 5 * 86_400 + 3_661;
    }
  }
  const transport = connect(new Fixed());
  assertEquals(text(transport.value()), "Tue Jan  6 01:01:01 1970\r\n");
  assertEquals(transport.disconnecting, true);
  assertMatch(
    text(connect(new wire.Daytime()).value()),
    /^\w{3} \w{3} [ \d]\d [\d:]{8} \d{4}\r\n$/,
  );
});

Deno.test("wire.Time says the seconds since 1900 and closes", () => {
  class Fixed extends wire.Time {
    override getTime(): number {
      return 1_000.9;
    }
  }
  const transport = connect(new Fixed());
  // RFC 868: 2,208,988,800 is 00:00 of the first of January 1970.
  assertEquals(new DataView(transport.value().buffer).getUint32(0), 2_208_989_800);
  assertEquals(transport.disconnecting, true);
  const now = new DataView(connect(new wire.Time()).value().buffer).getUint32(0);
  assert(now !== 2_208_989_800);
});

Deno.test("PROT-06 portforward makes each transport the push producer of the other", () => {
  const server = new portforward.ProxyServer();
  const near = new StringTransport();
  const factory = new portforward.ProxyClientFactory();
  factory.setServer(server);
  server.transport = near;
  near.pauseProducing();
  const client = factory.buildProtocol(near.getPeer() as never);
  assert(client !== null);
  const far = connect(client);
  assertEquals([near.producer === far, near.streaming], [true, true]);
  assertEquals([far.producer === near, far.streaming], [true, true]);
  // Only now may the accepted connection be read.
  assertEquals(near.producerState, "producing");
});

Deno.test("portforward gives the attempt up when the near end is lost meanwhile", () => {
  const log: string[] = [];
  let far: portforward.ProxyClientFactory | null = null;
  const reactor = {
    connectTCP(host: string, port: number, factory: portforward.ProxyClientFactory) {
      log.push(`connect ${host}:${port}`);
      far = factory;
      return { disconnect: () => log.push("disconnect") };
    },
  } as unknown as IReactorTCP;
  const factory = new portforward.ProxyFactory(reactor, "far.invalid", 7);
  const near = factory.buildProtocol(new IPv4Address("TCP", "127.0.0.1", 1)) as Protocol;
  const transport = connect(near);
  assertEquals(transport.producerState, "paused");
  near.connectionLost(new Failure(new ConnectionLost()));
  assertEquals(log, ["connect far.invalid:7", "disconnect"]);
  // Should it be connected all the same, it is refused.
  assertEquals(far === null ? 0 : factoryBuilds(far), null);
});

function factoryBuilds(factory: portforward.ProxyClientFactory): unknown {
  return factory.buildProtocol(new IPv4Address("TCP", "127.0.0.1", 1));
}

Deno.test("PROT-07 StringTransport.write() throws at text", () => {
  const transport = new StringTransport();
  assertThrows(() => transport.write("foo" as never), TypeError, "not a Uint8Array");
  const mixed = [bytes("a"), "b"] as Uint8Array[];
  assertThrows(() => transport.writeSequence(mixed), TypeError, "not a Uint8Array");
  assertEquals(transport.value().length, 0);
});
