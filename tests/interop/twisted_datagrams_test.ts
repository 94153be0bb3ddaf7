/**
 * Datagrams between our ports and Twisted's.
 *
 * Needs Debian's package python3-twisted; without it the tests are skipped and say so.
 */

import { assertEquals } from "@std/assert";
import { DatagramProtocol, type IPAddress } from "../../reactor/mod.ts";
import { TwistedPeer } from "./twisted_peer.ts";
import { twistedTest } from "./twisted_run.ts";

const PACKETS = [
  new TextEncoder().encode("one"),
  new Uint8Array(),
  Uint8Array.from({ length: 7936 }, (_, index) => index),
  new TextEncoder().encode("end"),
];
/** The answers: how long each is, and its first bytes. */
const ANSWERS = ["4 3e6f6e65", "1 3e", "7937 3e000102", "4 3e656e64"];

/** Sends the next packet for each answer. */
class Client extends DatagramProtocol {
  readonly answers: string[] = [];
  readonly over = Promise.withResolvers<void>();
  readonly #port: number;
  readonly #left = [...PACKETS];

  constructor(port: number) {
    super();
    this.#port = port;
  }

  override startProtocol(): void {
    this.transport.connect("127.0.0.1", this.#port);
    this.#send();
  }

  override datagramReceived(data: Uint8Array): void {
    this.answers.push(`${data.length} ${data.subarray(0, 4).toHex()}`);
    this.#send();
  }

  #send(): void {
    const packet = this.#left.shift();
    if (packet === undefined) this.over.resolve();
    else this.transport.write(packet);
  }
}

/** Sends datagrams back with a mark before them. */
class Server extends DatagramProtocol {
  override datagramReceived(data: Uint8Array, address: IPAddress): void {
    this.transport.writeSequence([new TextEncoder().encode(">"), data], address);
  }
}

twistedTest("Our datagrams are answered by Twisted's server", async ({ reactor }) => {
  await using peer = new TwistedPeer("datagrams", "server");
  const client = new Client(await peer.port());
  const port = reactor.listenUDP(0, client, { interface: "127.0.0.1" });
  await client.over.promise;
  await port.stopListening();
  assertEquals(client.answers, ANSWERS);
  assertEquals(await peer.rest(), []);
});

twistedTest("Our server answers Twisted's datagrams", async ({ reactor }) => {
  const port = reactor.listenUDP(0, new Server(), { interface: "127.0.0.1" });
  await using peer = new TwistedPeer("datagrams", "client", String(port.getHost().port));
  assertEquals(await peer.rest(), ANSWERS.map((answer) => `DATAGRAM ${answer}`));
  await port.stopListening();
});
