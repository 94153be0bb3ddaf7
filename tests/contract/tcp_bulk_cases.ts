/**
 * Much data, and many connections.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { type IReactorTime, type ITCPTransport, Protocol } from "../../reactor/mod.ts";
import type { TCPCase, TCPSuite } from "./tcp_contract.ts";
import { RecordingClients, RecordingServers } from "./tcp_recorders.ts";

/** How much is sent where the bytes cost real time, and where they do not. */
const BULK_LENGTH = { real: 64 * 1024 * 1024, simulated: 4 * 1024 * 1024 };

/** How many connections are open at a time. */
const AT_A_TIME = 50;

/**
 * Registers the cases; they take seconds on real sockets.
 *
 * @param suite Registers a case.
 * @param connections How many connections are opened in all.
 */
export function bulkCases(suite: TCPSuite, connections: number): void {
  suite("a slow reader gets all bytes of a large stream, in order", async (test) => {
    const length = test.isReal ? BULK_LENGTH.real : BULK_LENGTH.simulated;
    const [sent, received] = [new Digest(), new Digest()];
    const reader = new SlowReader(test.reactor, received);
    const servers = new RecordingServers(test.log, { name: "server", build: () => reader });
    const port = test.reactor.listenTCP(0, servers, { interface: "127.0.0.1" });
    const clients = new RecordingClients(test.log, { name: "client" });
    test.reactor.connectTCP("127.0.0.1", port.getHost().port, clients);
    const { transport } = await clients.next();
    const source = new PatternSource(length, sent, transport);
    transport.registerProducer(source, true);
    source.resumeProducing();
    await reader.lost;
    await clients.end();
    assertEquals([received.length, received.value], [length, sent.value]);
    assertEquals(sent.length, length);
  });

  suite("many connections, opened and closed, leave nothing behind", async (test) => {
    const servers = test.serve({
      name: "",
      data: (protocol, data) => {
        protocol.transport.write(data);
        if (protocol.size === 5) protocol.transport.loseConnection();
      },
    });
    const before = counts(test);
    let lost = 0;
    async function worker(share: number): Promise<void> {
      for (let i = 0; i < share; i++) {
        const clients = test.connect(servers, {
          name: "",
          made: (protocol) => protocol.say("hello"),
        });
        await clients.end();
        assertEquals(clients.protocols[0]?.text, "hello");
        lost++;
      }
    }
    const workers = Array.from(
      { length: AT_A_TIME },
      () => worker(connections / AT_A_TIME),
    );
    await Promise.all(workers);
    await Promise.all(servers.protocols.map((protocol) => protocol.lost()));
    await test.passes();
    assertEquals([lost, servers.protocols.length], [connections, connections]);
    assertEquals(counts(test), before);
  });
}

/** What a platform and a reactor hold. */
function counts({ platform, reactor }: TCPCase): Record<string, number> {
  return {
    handles: platform.network.handles.size,
    registered: platform.poller.size,
    readers: reactor.getReaders().length,
    writers: reactor.getWriters().length,
    // The guard of the test is one.
    delayedCalls: reactor.getDelayedCalls().length,
  };
}

/** A digest of a stream that does not depend on how it is cut (FNV-1a, 32 bits). */
class Digest {
  /** How many bytes were added. */
  length = 0;
  /** The digest of the bytes so far. */
  value = 0x811c9dc5;

  add(bytes: Uint8Array): void {
    this.length += bytes.length;
    let value = this.value;
    for (const byte of bytes) value = Math.imul(value ^ byte, 0x01000193);
    this.value = value;
  }
}

/** Reads once, pauses, and reads again in a later pass. */
class SlowReader extends Protocol {
  readonly lost: Promise<void>;
  #lost!: () => void;
  readonly #reactor: IReactorTime;
  readonly #digest: Digest;

  constructor(reactor: IReactorTime, digest: Digest) {
    super();
    this.#reactor = reactor;
    this.#digest = digest;
    this.lost = new Promise((resolve) => this.#lost = resolve);
  }

  override dataReceived(data: Uint8Array): void {
    this.#digest.add(data);
    this.transport.pauseProducing();
    this.#reactor.callLater(0, () => this.transport.resumeProducing());
  }
  override connectionLost(): void {
    this.#lost();
  }
}

/** Writes a pattern of bytes, in pieces of changing size, as fast as it may; then it closes. */
class PatternSource {
  readonly #digest: Digest;
  readonly #transport: ITCPTransport;
  #left: number;
  #piece = 1;
  #paused = false;

  constructor(length: number, digest: Digest, transport: ITCPTransport) {
    this.#left = length;
    this.#digest = digest;
    this.#transport = transport;
  }
  resumeProducing(): void {
    this.#paused = false;
    while (!this.#paused && this.#left > 0) {
      const count = Math.min(this.#left, this.#piece);
      this.#piece = this.#piece * 7 % 200_003;
      const bytes = new Uint8Array(count);
      for (let i = 0; i < count; i++) bytes[i] = (this.#left + i * 31) & 255;
      this.#digest.add(bytes);
      this.#left -= count;
      this.#transport.write(bytes);
    }
    if (this.#left > 0) return;
    this.#transport.unregisterProducer();
    this.#transport.loseConnection();
  }
  pauseProducing(): void {
    this.#paused = true;
  }
  stopProducing(): void {
    this.#left = 0;
  }
}
