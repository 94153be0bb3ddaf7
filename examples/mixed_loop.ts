/**
 * A Twisted protocol and a Tornado stream on one loop.
 *
 *     deno run --allow-net=127.0.0.1 examples/mixed_loop.ts
 *
 * The server is a Twisted protocol on a reactor, the client a coroutine that reads a Tornado stream.
 * The reactor is a `TornadoReactor` on the client's loop, so one loop drives both. It prints
 * `PORT <number>` when the server listens (`--port=8000` says where), then the conversation, and
 * ends.
 *
 * @module
 */

import { PollIOLoop, TCPClient } from "../ioloop/mod.ts";
import { DenoPlatform } from "../poller/mod.ts";
import { LineReceiver, ServerFactory, TornadoReactor } from "../reactor/mod.ts";
import { readPort } from "./port_option.ts";

const USAGE = "usage: mixed_loop.ts [--port=PORT]";

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder();

const ioLoop = new PollIOLoop(new DenoPlatform());
const reactor = new TornadoReactor(ioLoop);

/** Twisted: answers each line, a little later, with the same in capitals; leaves after `bye`. */
class Shouter extends LineReceiver {
  override lineReceived(line: Uint8Array): void {
    const text = DECODER.decode(line);
    reactor.callLater(0.01, () => {
      this.sendLine(ENCODER.encode(text.toUpperCase()));
      if (text === "bye") this.transport.loseConnection();
    });
  }
}

/** Tornado: says something, waits for the answer, says the next thing. */
async function converse(port: number): Promise<void> {
  const stream = await new TCPClient({ ioLoop }).connect("127.0.0.1", port);
  for (const text of ["hello", "one loop, two styles", "bye"]) {
    await stream.write(ENCODER.encode(`${text}\r\n`));
    const answer = await stream.readUntil("\r\n");
    console.log(`${text} -> ${DECODER.decode(answer).trimEnd()}`);
  }
  // The protocol closes the connection: there is nothing more to read.
  await stream.readUntilClose();
}

const port = reactor.listenTCP(readPort(USAGE, 0), ServerFactory.forProtocol(Shouter), {
  interface: "127.0.0.1",
});
console.log("PORT", port.getHost().port);
await ioLoop.runSync(async () => {
  await converse(port.getHost().port);
  // A Deferred of the reactor, awaited in a coroutine of the loop.
  await port.stopListening();
});
ioLoop.close();
