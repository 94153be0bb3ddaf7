/**
 * A room to chat in, on Tornado's `TCPServer`.
 *
 *     deno run --allow-net=127.0.0.1 examples/chat_server.ts --port=8000
 *
 * It prints `PORT 8000` when it listens; join it with `examples/line_client.ts --port=8000`, stop it
 * with Ctrl+C. The first line that somebody sends is the name, each further one goes to all others.
 *
 * @module
 */

import { type IOStream, PollIOLoop, TCPServer } from "../ioloop/mod.ts";
import { DenoPlatform } from "../poller/mod.ts";
import { readPort } from "./port_option.ts";
import { readLines } from "./stream_lines.ts";

const USAGE = "usage: chat_server.ts [--port=PORT]";

/** How many bytes may wait for somebody who does not read; one more, and that one is out. */
const WAITING_MAX = 100_000;

const ENCODER = new TextEncoder();

class ChatServer extends TCPServer {
  readonly #names = new Map<IOStream, string>();

  override async handleStream(stream: IOStream): Promise<void> {
    this.#send(stream, "Your name?");
    for await (const line of readLines(stream)) {
      const name = this.#names.get(stream);
      if (name === undefined) this.#join(stream, line);
      else this.#tellOthers(stream, `${name}: ${line}`);
    }
    this.#leave(stream);
  }

  #join(stream: IOStream, name: string): void {
    const isTaken = [...this.#names.values()].includes(name);
    if (isTaken || !/^\w{1,20}$/.test(name)) {
      this.#send(stream, "Another name?");
      return;
    }
    this.#names.set(stream, name);
    this.#send(stream, `Hello ${name}, you are one of ${this.#names.size}.`);
    this.#tellOthers(stream, `* ${name} has come.`);
  }

  #leave(stream: IOStream): void {
    const name = this.#names.get(stream);
    this.#names.delete(stream);
    if (name !== undefined) this.#tellOthers(stream, `* ${name} has gone.`);
  }

  #tellOthers(sender: IOStream, text: string): void {
    for (const stream of this.#names.keys()) {
      if (stream !== sender) this.#send(stream, text);
    }
  }

  /** Sends without waiting: whoever is slow must not hold up the others. */
  #send(stream: IOStream, text: string): void {
    stream.write(ENCODER.encode(`${text}\n`)).catch(() => stream.close());
  }
}

const ioLoop = new PollIOLoop(new DenoPlatform());
const server = new ChatServer({ ioLoop, maxWriteBufferSize: WAITING_MAX });
const [address] = server.listen(readPort(USAGE, 0), "127.0.0.1");
console.log("PORT", address?.port);
await ioLoop.start();
