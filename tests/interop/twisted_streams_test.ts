/**
 * Streams of bytes between our transports and Twisted's: half-close, bulk with pausing, abort.
 *
 * Needs Debian's packages python3-twisted, python3-openssl and python3-service-identity; without
 * them the tests are skipped and say so.
 */

import { createHash } from "node:crypto";
import { assertEquals, assertInstanceOf, assertLess, assertMatch } from "@std/assert";
import {
  ConnectionAborted,
  ConnectionLost,
  type IPushProducer,
  type ITCPTransport,
  Protocol,
  type ReactorBase,
} from "../../reactor/mod.ts";
import { HalfCloseableRecorder, Recorder } from "../contract/tcp_recorders.ts";
import { linesOfClean, streamTest, towerTest } from "./twisted_run.ts";

const SIZE = 20 * 2 ** 20;
const BLOCK = 64 * 2 ** 10;
const REST = 2 ** 20;

streamTest("Twisted's server echoes to us, and answers our half-close", async ({ ask, log }) => {
  const client = new HalfCloseableRecorder(log, {
    name: "client",
    made(protocol) {
      for (const piece of ["one, ", "two, ", "three, "]) protocol.say(piece);
      protocol.transport.loseWriteConnection();
    },
    readLost: (protocol) => protocol.transport.loseConnection(),
  });
  const lines = linesOfClean(await ask("echo", client));
  assertEquals(client.text, "one, two, three, goodbye");
  assertEquals(lines, ["READ LOST"]);
  assertEquals(log, [
    "client: made",
    "client: write side lost",
    "client: read side lost",
    "client: lost ConnectionDone",
  ]);
});

streamTest("Our server echoes to Twisted, and answers its half-close", async ({ serve, log }) => {
  const server = new HalfCloseableRecorder(log, {
    name: "server",
    data: (protocol, data) => protocol.transport.write(data),
    readLost(protocol) {
      protocol.say("goodbye");
      protocol.transport.loseConnection();
    },
  });
  const lines = linesOfClean(await serve("echo", server));
  assertEquals(server.text, "one, two, three, ");
  assertEquals(lines, ["WRITE LOST", "READ LOST", "RECEIVED one, two, three, goodbye"]);
  assertEquals(log, ["server: made", "server: read side lost", "server: lost ConnectionDone"]);
});

streamTest("Twisted's server sends and takes 20 MiB, each side pausing", async (run) => {
  const client = new Bulk(run.reactor, true);
  assertEqualBulk(client, linesOfClean(await run.ask("bulk", client)));
});

streamTest("Our server sends and takes 20 MiB, each side pausing", async (run) => {
  const server = new Bulk(run.reactor, false);
  assertEqualBulk(server, linesOfClean(await run.serve("bulk", server)));
});

towerTest("We see Twisted's server abort in the middle of what it sends", async (run) => {
  const client = new Recorder(run.log, { made: (protocol) => protocol.say("please") });
  const { reason, lines } = await run.ask("abort", client);
  assertEquals(lines, ["LOST ConnectionAborted"]);
  assertInstanceOf(reason, ConnectionLost);
  assertLess(client.size, 8 * 2 ** 20);
});

towerTest(
  "Twisted's client is cut off when we abort in the middle of what we send",
  async (run) => {
    const server = new Recorder(run.log, {
      data({ transport }) {
        transport.write(new Uint8Array(8 * 2 ** 20));
        transport.abortConnection();
      },
    });
    const { reason, lines } = await run.serve("abort", server);
    assertInstanceOf(reason, ConnectionAborted);
    assertLess(Number(lines[0]?.replace("RECEIVED ", "")), 8 * 2 ** 20);
    // Deno cannot ask for a reset: there is one only if something is left unread here.
    assertMatch(lines[1] ?? "", /^LOST Connection(Done|Lost)$/);
  },
);

/** Sends and takes 20 MiB at the same time; pauses for a moment after each MiB that it takes. */
class Bulk extends Protocol {
  received = 0;
  readonly takenDigest = createHash("sha256");
  declare sending: BulkProducer;
  readonly #reactor: ReactorBase;
  readonly #closes: boolean;

  constructor(reactor: ReactorBase, closes: boolean) {
    super();
    this.#reactor = reactor;
    this.#closes = closes;
  }

  override connectionMade(): void {
    this.sending = new BulkProducer(this.transport, () => this.#look());
    this.transport.registerProducer(this.sending, true);
    this.sending.resumeProducing();
  }

  override dataReceived(data: Uint8Array): void {
    const rests = Math.floor(this.received / REST);
    this.takenDigest.update(data);
    this.received += data.length;
    if (Math.floor(this.received / REST) > rests) {
      this.transport.pauseProducing();
      this.#reactor.callLater(0.001, () => this.transport.resumeProducing());
    }
    this.#look();
  }

  #look(): void {
    const isOver = this.sending.left === 0 && this.received === SIZE;
    if (isOver && this.#closes) this.transport.loseConnection();
  }
}

/** Writes blocks until it is paused, and tells when it has written all. */
class BulkProducer implements IPushProducer {
  left = SIZE;
  pauses = 0;
  readonly digest = createHash("sha256");
  readonly #transport: ITCPTransport;
  readonly #done: () => void;
  readonly #block = crypto.getRandomValues(new Uint8Array(BLOCK));
  #isPaused = false;

  constructor(transport: ITCPTransport, done: () => void) {
    this.#transport = transport;
    this.#done = done;
  }

  resumeProducing(): void {
    this.#isPaused = false;
    while (this.left > 0 && !this.#isPaused) {
      this.left -= BLOCK;
      new DataView(this.#block.buffer).setUint32(0, this.left);
      this.digest.update(this.#block);
      this.#transport.write(this.#block);
      if (this.left > 0) continue;
      this.#transport.unregisterProducer();
      this.#done();
    }
  }

  pauseProducing(): void {
    this.#isPaused = true;
    this.pauses++;
  }

  stopProducing(): void {
    this.#isPaused = true;
  }
}

/** Asserts that both have received what the other has sent, and that both were paused. */
function assertEqualBulk(ours: Bulk, lines: readonly string[]): void {
  const theirs = Object.fromEntries(lines.map((line) => {
    const [word = "", ...rest] = line.split(" ");
    return [word, rest.join(" ")];
  }));
  assertEquals(theirs["RECEIVED"], `${SIZE} ${ours.sending.digest.digest("hex")}`);
  assertEquals(theirs["SENT"], `${ours.received} ${ours.takenDigest.digest("hex")}`);
  assertEquals([theirs["PAUSED"], ours.sending.pauses > 0], ["yes", true]);
}
