/**
 * Bytes from one end to the other.
 *
 * @module
 */

import { assert, assertEquals, assertGreater, assertThrows } from "@std/assert";
import type { TCPSuite } from "./tcp_contract.ts";
import type { Recorder } from "./tcp_recorders.ts";

/** Registers the cases. */
export function transferCases(suite: TCPSuite): void {
  writingCases(suite);
  readingCases(suite);
  producerCases(suite);
}

function writingCases(suite: TCPSuite): void {
  suite("OTCP-23, TCP-48 write() and writeSequence() deliver in order", async ({ pair }) => {
    const { client, server } = await pair();
    client.say("a");
    client.transport.writeSequence([new TextEncoder().encode("bc"), new TextEncoder().encode("d")]);
    client.say("e");
    await server.has(5);
    assertEquals(server.text, "abcde");
  });

  suite(
    "CMIX-06 connectionMade() comes at both ends without anything else",
    async ({ pair, log }) => {
      await pair();
      assert(log.includes("client: made") && log.includes("server: made"));
    },
  );

  suite("write() never calls back before it returns", async ({ pair }) => {
    const { client, server } = await pair({
      data: (protocol, data) => protocol.transport.write(data),
    });
    const before = [client.chunks, server.chunks];
    client.transport.write(new Uint8Array(300_000));
    assertEquals([client.chunks, server.chunks], before);
    await client.has(300_000);
  });

  suite("write() keeps a copy: the array may be used again", async ({ pair }) => {
    const { client, server } = await pair();
    server.transport.pauseProducing();
    const data = new Uint8Array(1_000_000).fill(1);
    client.transport.write(data);
    data.fill(2);
    server.transport.resumeProducing();
    await server.has(data.length);
    assert(server.received.every((byte) => byte === 1));
  });

  suite("write() throws when data is text, also after the loss", async ({ pair }) => {
    const { client } = await pair();
    const text = "text" as unknown as Uint8Array;
    assertThrows(() => client.transport.write(text), TypeError);
    client.transport.loseConnection();
    await client.lost();
    assertThrows(() => client.transport.write(text), TypeError);
  });

  suite("OTCP-27 loseConnection() delivers a large write first", async ({ pair, log }) => {
    const { client, server } = await pair({}, { made: () => {} });
    const data = Uint8Array.from({ length: 3_000_000 }, (_, index) => index % 251);
    client.transport.write(data);
    client.transport.loseConnection();
    await server.lost();
    assertEquals(server.size, data.length);
    assert(server.received.every((byte, index) => byte === index % 251));
    assert(log.indexOf("client: lost ConnectionDone") < log.indexOf("server: lost ConnectionDone"));
  });

  suite(
    "CMIX-02, TCP-04, TCP-06 write() and writeSequence() do nothing after the loss",
    async ({ pair }) => {
      const { client, server } = await pair();
      client.transport.loseConnection();
      await Promise.all([client.lost(), server.lost()]);
      for (const { transport } of [client, server]) {
        transport.write(new Uint8Array(70_000));
        transport.writeSequence([new Uint8Array(70_000)]);
        transport.loseConnection();
        transport.abortConnection();
        transport.loseWriteConnection();
        transport.resumeProducing();
      }
    },
  );
}

function readingCases(suite: TCPSuite): void {
  suite("dataReceived() gets bytes that it may keep", async ({ pair }) => {
    const { client, server } = await pair();
    const expected: number[] = [];
    for (let round = 1; round <= 50; round++) {
      const data = new Uint8Array(round % 5 === 0 ? 5_000 : 10).fill(round);
      expected.push(...data);
      client.transport.write(data);
      await server.has(server.size + 1);
    }
    client.transport.loseConnection();
    await server.lost();
    assertEquals([...server.received], expected);
  });

  suite("OTCP-35 pauseProducing() in connectionMade() holds", async ({ pair, passes }) => {
    const { client, server } = await pair({ made: ({ transport }) => transport.pauseProducing() });
    client.say("x");
    await passes(10);
    assertEquals(server.size, 0);
    server.transport.resumeProducing();
    await server.has(1);
  });

  suite(
    "TCP-42 pauseProducing() and resumeProducing() in turns leave it reading",
    async ({ pair, passes }) => {
      const { client, server } = await pair();
      for (let turn = 0; turn < 5; turn++) {
        server.transport.pauseProducing();
        server.transport.resumeProducing();
        await passes(1);
      }
      client.transport.write(new Uint8Array(16_384));
      await server.has(16_384);
    },
  );

  suite("pauseProducing() in dataReceived() holds back the rest", async ({ pair, passes }) => {
    const { client, server } = await pair({ data: ({ transport }) => transport.pauseProducing() });
    client.transport.write(new Uint8Array(500_000));
    await server.has(1);
    await passes(10);
    assertEquals(server.chunks, 1);
    while (server.size < 500_000) {
      const { chunks } = server;
      server.transport.resumeProducing();
      await server.has(server.size + 1);
      assertEquals(server.chunks, chunks + 1);
    }
    server.transport.loseConnection();
  });
}

/** Writes pieces of 64 KiB when it may, until it has written enough. */
class Pusher {
  readonly log: string[] = [];
  #paused = false;
  #left: number;
  readonly #protocol: Recorder;

  constructor(protocol: Recorder, length: number) {
    this.#protocol = protocol;
    this.#left = length;
  }
  go(): void {
    while (!this.#paused && this.#left > 0) {
      const count = Math.min(this.#left, 50_000);
      this.#left -= count;
      this.#protocol.transport.write(new Uint8Array(count));
    }
    if (this.#left === 0) this.#protocol.transport.unregisterProducer();
  }
  pauseProducing(): void {
    this.log.push("pause");
    this.#paused = true;
  }
  resumeProducing(): void {
    this.log.push("resume");
    this.#paused = false;
    this.go();
  }
  stopProducing(): void {
    this.log.push("stop");
  }
}

function producerCases(suite: TCPSuite): void {
  suite("a push producer is paused and resumed in turns", async ({ pair }) => {
    const { client, server } = await pair();
    server.transport.pauseProducing();
    const producer = new Pusher(client, 10_000_000);
    client.transport.registerProducer(producer, true);
    producer.go();
    client.transport.loseConnection(); // Waits for the producer.
    assertEquals(producer.log, ["pause"]);
    server.transport.resumeProducing();
    await server.lost();
    assertEquals(server.size, 10_000_000);
    assertGreater(producer.log.length, 2);
    for (const [index, entry] of producer.log.entries()) {
      assertEquals(entry, index % 2 === 0 ? "pause" : "resume");
    }
  });

  suite("a pull producer is asked for one piece after the other", async ({ pair, log }) => {
    const { client, server } = await pair();
    let pieces = 0;
    client.transport.registerProducer({
      resumeProducing() {
        client.transport.write(new Uint8Array(30_000));
        if (++pieces < 20) return;
        client.transport.unregisterProducer();
        client.transport.loseConnection();
      },
      stopProducing: () => log.push("producer stopped"),
    }, false);
    assertEquals(pieces, 1); // At once, and then not before the buffer has drained.
    await server.lost();
    assertEquals([pieces, server.size], [20, 600_000]);
    assert(!log.includes("producer stopped"));
  });

  suite(
    "the loss of the connection stops the producer, before the protocol hears of it",
    async ({ pair, log }) => {
      const { client, server } = await pair();
      client.transport.registerProducer({
        pauseProducing: () => log.push("pause"),
        resumeProducing: () => log.push("resume"),
        stopProducing: () => log.push("stop"),
      }, true);
      server.transport.loseConnection();
      await client.lost();
      assertEquals(log.filter((entry) => /stop$|pause|resume|client: lost/.test(entry)), [
        "stop",
        "client: lost ConnectionDone",
      ]);
      client.transport.unregisterProducer(); // Nothing is written again.
    },
  );
}
