import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import type { ITCPTransport } from "../../../reactor/interfaces/mod.ts";
import type { LogEvent } from "../../../reactor/mod.ts";
import { IPv4Address } from "../../../reactor/net/address.ts";
import { ClientFactory, Factory, ServerFactory } from "../../../reactor/protocols/factory.ts";
import { Protocol } from "../../../reactor/protocols/protocol.ts";

const ADDRESS = new IPv4Address("TCP", "127.0.0.1", 1);

class Quiet extends Protocol {}

class Counting extends ServerFactory {
  readonly log: string[] = [];
  override startFactory(): void {
    this.log.push("start");
  }
  override stopFactory(): void {
    this.log.push("stop");
  }
}

Deno.test("PRO-13, PRO-14 Protocol.logPrefix() is the name of the class", () => {
  assertEquals(new Quiet().logPrefix(), "Quiet");
});

Deno.test("PRO-15 Protocol.makeConnection() sets transport and connected, then calls connectionMade", () => {
  const transport = {} as ITCPTransport;
  const seen: unknown[] = [];
  class Made extends Protocol {
    override connectionMade(): void {
      seen.push(this.transport, this.connected);
    }
  }
  const protocol = new Made();
  assertEquals([protocol.transport, protocol.connected], [undefined, false]);
  protocol.makeConnection(transport);
  assertStrictEquals(seen[0], transport);
  assertEquals(seen[1], true);
});

Deno.test("PRO-16, PRO-17 Factory.logPrefix() is the name of the class", () => {
  assertEquals(new Counting().logPrefix(), "Counting");
});

Deno.test("PRO-18, INET-53 Factory.buildProtocol() makes a protocol and sets its factory", () => {
  const factory = new Factory();
  factory.protocol = Quiet;
  const protocol = factory.buildProtocol(ADDRESS);
  assertEquals(protocol instanceof Quiet, true);
  assertStrictEquals((protocol as Quiet).factory, factory);
});

Deno.test("Factory.buildProtocol() throws when there is no class of protocols", () => {
  assertThrows(
    () => new Factory().buildProtocol(ADDRESS),
    TypeError,
    "protocol of Factory is null",
  );
});

Deno.test("PRO-19 Factory.forProtocol() makes a factory of the class it is called on", () => {
  class Named extends ClientFactory {
    readonly names: string[];
    constructor(...names: string[]) {
      super();
      this.names = names;
    }
  }
  const factory = Named.forProtocol(Quiet, "a", "b");
  assertEquals(factory.names, ["a", "b"]);
  assertStrictEquals(factory.protocol, Quiet);
  assertEquals(factory.buildProtocol(ADDRESS) instanceof Quiet, true);
});

Deno.test("Factory.doStart() and doStop() count: the first starts, the last stops", () => {
  const factory = new Counting();
  factory.doStop();
  factory.doStart();
  factory.doStart();
  factory.doStop();
  assertEquals(factory.log, ["start"]);
  factory.doStop();
  factory.doStop();
  factory.doStart();
  assertEquals(factory.log, ["start", "stop", "start"]);
  assertEquals(factory.numPorts, 1);
});

Deno.test("PRO-20, PRO-21 Factory.doStart() and doStop() log the first start and the last stop", () => {
  const factory = new Counting();
  factory.doStart();
  factory.doStop();
  const logged: LogEvent[] = [];
  factory.logObserver = (event) => void logged.push(event);
  factory.doStart();
  factory.doStart();
  assertEquals(logged, [{ level: "info", message: "Starting factory", system: "Counting" }]);
  factory.doStop();
  factory.doStop();
  factory.doStop();
  assertEquals(logged.slice(1), [{
    level: "info",
    message: "Stopping factory",
    system: "Counting",
  }]);
});
