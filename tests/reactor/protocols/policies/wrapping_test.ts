import { assertEquals, assertStrictEquals } from "@std/assert";
import {
  ClientFactory,
  ConnectionDone,
  Factory,
  Failure,
  type IConnector,
  type IProducer,
  IPv4Address,
  Protocol,
  ProtocolWrapper,
  ServerFactory,
  StringTransport,
  WrappingFactory,
} from "../../../../reactor/mod.ts";
import { isHalfCloseable } from "../../../../reactor/net/tcp_connection.ts";
import { bytes, text } from "../bytes.ts";

const ADDRESS = new IPv4Address("TCP", "127.0.0.1", 1);
const DONE = new Failure(new ConnectionDone());

class Quiet extends Protocol {}
class Named extends Factory {
  override logPrefix(): string {
    return "Special";
  }
}

/** A transport that writes down what is asked of it. */
class Recording extends StringTransport {
  readonly log: string[] = [];
  override registerProducer(producer: IProducer, streaming: boolean): void {
    this.log.push(`register ${streaming}`);
    this.producer = producer as never;
  }
  override unregisterProducer(): void {
    this.log.push("unregister");
    this.producer = null;
  }
  override loseConnection(): void {
    this.log.push("lose");
    super.loseConnection();
  }
}

function connect<P extends Protocol>(
  protocol: P,
): { wrapper: ProtocolWrapper; transport: Recording; inner: P } {
  const factory = new ServerFactory();
  factory.buildProtocol = () => protocol;
  const wrapper = new WrappingFactory(factory).buildProtocol(ADDRESS) as ProtocolWrapper;
  const transport = new Recording();
  wrapper.makeConnection(transport);
  return { wrapper, transport, inner: protocol };
}

Deno.test("POL-01 WrappingFactory leaves the factory of what it wraps as it is", () => {
  const inner = ServerFactory.forProtocol(Quiet);
  const factory = new WrappingFactory(inner);
  const wrapper = factory.buildProtocol(ADDRESS);
  assertStrictEquals((wrapper?.wrappedProtocol as Protocol).factory, inner);
  assertStrictEquals(wrapper?.factory, factory);
});

Deno.test("POL-02 ProtocolWrapper passes on all that a TCP transport can do", () => {
  const { wrapper, transport, inner } = connect(new Quiet());
  assertStrictEquals(inner.transport, wrapper);
  wrapper.setTcpNoDelay(true);
  wrapper.setTcpKeepAlive(true);
  assertEquals([transport.getTcpNoDelay(), transport.getTcpKeepAlive()], [true, true]);
  assertEquals([wrapper.getTcpNoDelay(), wrapper.getTcpKeepAlive()], [true, true]);
  assertEquals(wrapper.getHandle(), null);
  wrapper.pauseProducing();
  assertEquals(transport.producerState, "paused");
  wrapper.resumeProducing();
  assertEquals(transport.producerState, "producing");
  wrapper.write(bytes("a"));
  wrapper.writeSequence([bytes("b"), bytes("c")]);
  assertEquals(text(transport.value()), "abc");
  wrapper.loseWriteConnection();
  assertEquals(transport.writeDisconnecting, true);
  assertEquals(wrapper.disconnecting, false);
  wrapper.abortConnection();
  assertEquals([transport.aborting, wrapper.disconnecting], [true, true]);
});

Deno.test("ProtocolWrapper.stopProducing() closes the connection", () => {
  const { wrapper, transport } = connect(new Quiet());
  wrapper.stopProducing();
  assertEquals([transport.producerState, wrapper.disconnecting], ["stopped", true]);
});

Deno.test("ProtocolWrapper is half-closeable if what it wraps is", () => {
  const log: string[] = [];
  class Half extends Protocol {
    readConnectionLost(): void {
      log.push("read side lost");
    }
    writeConnectionLost(): void {
      log.push("write side lost");
    }
  }
  const { wrapper } = connect(new Half());
  assertEquals(isHalfCloseable(wrapper), true);
  wrapper.readConnectionLost?.();
  wrapper.writeConnectionLost?.();
  assertEquals(log, ["read side lost", "write side lost"]);
  assertEquals(isHalfCloseable(connect(new Quiet()).wrapper), false);
});

Deno.test("ProtocolWrapper borrows data if what it wraps does, and hands it on", () => {
  const received: string[] = [];
  class Borrowing extends Protocol {
    override get borrowsData(): boolean {
      return true;
    }
    override dataReceived(data: Uint8Array): void {
      received.push(text(data));
    }
  }
  const { wrapper } = connect(new Borrowing());
  assertEquals([wrapper.borrowsData, connect(new Quiet()).wrapper.borrowsData], [true, false]);
  wrapper.dataReceived(bytes("data"));
  assertEquals(received, ["data"]);
});

Deno.test("POL-03, POL-04 WrappingFactory.logPrefix() names both factories", () => {
  assertEquals(new WrappingFactory(new Named()).logPrefix(), "Special (WrappingFactory)");
  const plain = { buildProtocol: () => null, doStart: () => {}, doStop: () => {} };
  assertEquals(new WrappingFactory(plain).logPrefix(), "Object (WrappingFactory)");
});

Deno.test("POL-05, POL-06 ProtocolWrapper.logPrefix() names both protocols", () => {
  class Special extends Protocol {
    override logPrefix(): string {
      return "Special";
    }
  }
  assertEquals(connect(new Special()).wrapper.logPrefix(), "Special (ProtocolWrapper)");
  class Plain {
    makeConnection(): void {}
    connectionMade(): void {}
    dataReceived(): void {}
    connectionLost(): void {}
  }
  const wrapper = new ProtocolWrapper(new WrappingFactory(new Named()), new Plain());
  assertEquals(wrapper.logPrefix(), "Plain (ProtocolWrapper)");
});

Deno.test("POL-07, POL-08 ProtocolWrapper.getHost() and getPeer() are those of the transport", () => {
  const { wrapper, transport } = connect(new Quiet());
  assertStrictEquals(wrapper.getHost(), transport.getHost());
  assertStrictEquals(wrapper.getPeer(), transport.getPeer());
});

Deno.test("POL-09, POL-10, POL-11 ProtocolWrapper passes producers on, and stopConsuming", () => {
  const producer = { pauseProducing() {}, resumeProducing() {}, stopProducing() {} };
  const { wrapper, transport } = connect(new Quiet());
  wrapper.registerProducer(producer, true);
  assertStrictEquals(transport.producer, producer);
  wrapper.unregisterProducer();
  wrapper.registerProducer(producer, false);
  wrapper.stopConsuming();
  assertEquals(transport.log, [
    "register true",
    "unregister",
    "register false",
    "unregister",
    "lose",
  ]);
});

Deno.test("POL-12, POL-13, POL-14 WrappingFactory tells the wrapped factory how attempts go", () => {
  const log: unknown[] = [];
  class Listening extends ClientFactory {
    override startedConnecting(connector: IConnector): void {
      log.push("started", connector);
    }
    override clientConnectionLost(connector: IConnector, reason: Failure): void {
      log.push("lost", connector, reason);
    }
    override clientConnectionFailed(connector: IConnector, reason: Failure): void {
      log.push("failed", connector, reason);
    }
  }
  const factory = new WrappingFactory(new Listening());
  const connector = {} as IConnector;
  factory.startedConnecting(connector);
  factory.clientConnectionLost(connector, DONE);
  factory.clientConnectionFailed(connector, DONE);
  const expected = ["started", connector, "lost", connector, DONE, "failed", connector, DONE];
  assertEquals(log.length, expected.length);
  expected.forEach((item, index) => assertStrictEquals(log[index], item));
});

Deno.test("WrappingFactory starts and stops with the wrapped factory, and refuses with it", () => {
  const inner = new ServerFactory();
  inner.buildProtocol = () => null;
  const factory = new WrappingFactory(inner);
  factory.doStart();
  assertEquals([factory.numPorts, inner.numPorts], [1, 1]);
  factory.doStop();
  assertEquals([factory.numPorts, inner.numPorts], [0, 0]);
  assertEquals(factory.buildProtocol(ADDRESS), null);
});

Deno.test("POL-15 ProtocolWrapper lets go of what it wraps when the connection is lost", () => {
  const log: string[] = [];
  class Ending extends Protocol {
    override connectionLost(reason: Failure): void {
      log.push(`lost ${(reason.value as Error).name}`);
    }
  }
  const { wrapper } = connect(new Ending());
  const factory = wrapper.factory as WrappingFactory;
  assertEquals([...factory.protocols], [wrapper]);
  wrapper.connectionLost(DONE);
  assertEquals(log, ["lost ConnectionDone"]);
  assertEquals(wrapper.wrappedProtocol, null);
  assertEquals([...factory.protocols], []);
  wrapper.dataReceived(bytes("late"));
});
