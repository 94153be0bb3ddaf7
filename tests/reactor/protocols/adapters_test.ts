import { assertEquals, assertThrows } from "@std/assert";
import {
  ConnectionDone,
  ConsumerToProtocolAdapter,
  Failure,
  FileSender,
  type IConsumer,
  type IProtocol,
  type IPullProducer,
  Protocol,
  ProtocolToConsumerAdapter,
  StringTransport,
} from "../../../reactor/mod.ts";
import { AccumulatingProtocol } from "../../../reactor/testing/accumulating_protocol.ts";
import { bytes, packets, text } from "./bytes.ts";

/** A protocol that keeps the very arrays that it is given. */
class Keeping extends Protocol {
  readonly kept: Uint8Array[] = [];
  override dataReceived(data: Uint8Array): void {
    this.kept.push(data);
  }
}

/** A pull producer that writes some pieces, one each time it is asked. */
class Pieces implements IPullProducer {
  stopped = 0;
  readonly #pieces: Uint8Array[];
  readonly #consumer: IConsumer;
  constructor(consumer: IConsumer, pieces: Uint8Array[]) {
    this.#consumer = consumer;
    this.#pieces = pieces;
  }
  resumeProducing(): void {
    const piece = this.#pieces.shift();
    if (piece === undefined) this.#consumer.unregisterProducer();
    else this.#consumer.write(piece);
  }
  stopProducing(): void {
    this.stopped++;
  }
}

// -- ProtocolToConsumerAdapter --

Deno.test("PRO-22 ProtocolToConsumerAdapter is a consumer: what is written, the protocol receives", () => {
  const protocol = new AccumulatingProtocol();
  const consumer: IConsumer = new ProtocolToConsumerAdapter(protocol);
  consumer.write(bytes("hello"));
  assertEquals(text(protocol.data), "hello");
  consumer.registerProducer(new Pieces(consumer, [bytes(", "), bytes("world")]), false);
  assertEquals(text(protocol.data), "hello, world");
  consumer.unregisterProducer();
});

Deno.test("ProtocolToConsumerAdapter.write() leaves the bytes to the protocol, and hands on no empty ones", () => {
  const protocol = new Keeping();
  const consumer = new ProtocolToConsumerAdapter(protocol);
  const data = bytes("one");
  consumer.write(data);
  data.fill(0);
  consumer.write(new Uint8Array(0));
  assertEquals(protocol.kept.map(text), ["one"]);
});

Deno.test("ProtocolToConsumerAdapter.write() copies nothing for a protocol that borrows", () => {
  class Borrowing extends Keeping {
    override get borrowsData(): boolean {
      return true;
    }
  }
  const protocol = new Borrowing();
  const data = bytes("one");
  new ProtocolToConsumerAdapter(protocol).write(data);
  assertEquals(protocol.kept[0] === data, true);
});

Deno.test("ProtocolToConsumerAdapter asks a pull producer to its end, without a deeper stack", () => {
  const protocol = new AccumulatingProtocol();
  const consumer = new ProtocolToConsumerAdapter(protocol);
  const count = 10_000;
  consumer.registerProducer(new Pieces(consumer, packets(new Uint8Array(count), 1)), false);
  assertEquals([protocol.data.length, consumer.producer], [count, null]);
});

Deno.test("ProtocolToConsumerAdapter asks a pull producer again when it writes later", async () => {
  const protocol = new AccumulatingProtocol();
  const chunks = packets(bytes("later and later"), 5);
  const file = {
    read(buffer: Uint8Array): Promise<number | null> {
      const chunk = chunks.shift();
      if (chunk !== undefined) buffer.set(chunk);
      return Promise.resolve(chunk?.length ?? null);
    },
  };
  await new FileSender().beginFileTransfer(file, new ProtocolToConsumerAdapter(protocol));
  assertEquals(text(protocol.data), "later and later");
});

Deno.test("ProtocolToConsumerAdapter.registerProducer() takes one producer at a time", () => {
  const consumer = new ProtocolToConsumerAdapter(new Keeping());
  const transport = new StringTransport();
  consumer.registerProducer(transport, true);
  consumer.write(new Uint8Array(100_000));
  assertEquals(transport.producerState, "producing");
  assertThrows(
    () => consumer.registerProducer(transport, true),
    Error,
    "another one is registered",
  );
});

// -- ConsumerToProtocolAdapter --

Deno.test("PRO-23 ConsumerToProtocolAdapter is a protocol: what it receives, the consumer is given", () => {
  const consumer = new StringTransport();
  const protocol: IProtocol = new ConsumerToProtocolAdapter(consumer);
  protocol.dataReceived(bytes("hello"));
  assertEquals(text(consumer.value()), "hello");
  const connection = new StringTransport();
  protocol.makeConnection(connection);
  assertEquals([consumer.producer === connection, consumer.streaming], [true, true]);
  protocol.connectionLost(new Failure(new ConnectionDone("Connection was closed cleanly")));
  assertEquals([consumer.producer, consumer.disconnecting], [null, false]);
});

Deno.test("ConsumerToProtocolAdapter has the connection wait for the consumer", () => {
  const consumer = new StringTransport();
  const connection = new StringTransport();
  const protocol = new ConsumerToProtocolAdapter(consumer);
  protocol.makeConnection(connection);
  protocol.dataReceived(new Uint8Array(consumer.bufferSize + 1));
  assertEquals(connection.producerState, "paused");
  consumer.drain();
  assertEquals(connection.producerState, "producing");
});

Deno.test("ConsumerToProtocolAdapter closes the connection when the consumer is gone", () => {
  const consumer = new StringTransport();
  consumer.abortConnection();
  const connection = new StringTransport();
  new ConsumerToProtocolAdapter(consumer).makeConnection(connection);
  assertEquals([connection.producerState, connection.disconnecting], ["stopped", true]);
});

Deno.test("ConsumerToProtocolAdapter leaves the producer of a connection that came before alone", () => {
  const consumer = new StringTransport();
  const first = new StringTransport();
  new ConsumerToProtocolAdapter(consumer).makeConnection(first);
  const second = new ConsumerToProtocolAdapter(consumer);
  assertThrows(() => second.makeConnection(new StringTransport()), Error, "is registered");
  second.connectionLost(new Failure(new Error("Cannot go on: it has thrown")));
  assertEquals(consumer.producer === first, true);
});
