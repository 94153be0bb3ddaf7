/**
 * The first program: an echo server in Twisted's style and a client in Tornado's style, on one loop.
 *
 * @module
 */

import { type IOLoop, PollIOLoop } from "../../ioloop/mod.ts";
import { type Interest, type Platform, READ, type StreamHandle, WRITE } from "../../poller/mod.ts";
import { Protocol, ServerFactory, TornadoReactor } from "../../reactor/mod.ts";
import { Expectation, message, type Plan, type Tally } from "./plan.ts";

class Echo extends Protocol {
  override dataReceived(data: Uint8Array): void {
    this.transport.write(data);
  }
}

/** Sends messages one after the other, as a handler of an IOLoop. */
class Client {
  readonly tally: Tally = { messages: 0, bytes: 0 };
  readonly #ioLoop: IOLoop;
  readonly #stream: StreamHandle;
  readonly #plan: Plan;
  readonly #done: () => void;
  readonly #expectation = new Expectation();

  constructor(ioLoop: IOLoop, port: number, plan: Plan, done: () => void) {
    this.#ioLoop = ioLoop;
    this.#plan = plan;
    this.#done = done;
    const address = { transport: "tcp", hostname: "127.0.0.1", port } as const;
    this.#stream = ioLoop.platform.network.connect(address);
    ioLoop.addHandler(this.#stream, (_stream, events) => this.#onReady(events), WRITE);
  }

  #onReady(events: Interest): void {
    const error = this.#stream.takeError();
    if (error !== null) throw error;
    if (events & WRITE) this.#send();
    if (events & READ) this.#receive();
  }

  #send(): void {
    const bytes = message(this.tally.messages);
    this.#expectation.expect(bytes);
    this.#stream.send(bytes);
    this.#ioLoop.updateHandler(this.#stream, READ);
  }

  #receive(): void {
    const bytes = this.#stream.receive();
    if (bytes === undefined || bytes === null) return;
    this.tally.bytes += bytes.length;
    if (!this.#expectation.take(bytes)) return;
    if (++this.tally.messages < this.#plan.messages) {
      this.#ioLoop.callLater(this.#plan.pause, () => this.#send());
    } else {
      this.#ioLoop.removeHandler(this.#stream);
      this.#stream.close();
      this.#done();
    }
  }
}

/** Runs the program; the IOLoop drives, and `reactor.stop()` ends it. */
export async function twistedServer(platform: Platform, plan: Plan): Promise<Tally> {
  const ioLoop = new PollIOLoop(platform, { makeCurrent: false });
  const reactor = new TornadoReactor(ioLoop);
  const port = reactor.listenTCP(0, ServerFactory.forProtocol(Echo), { interface: "127.0.0.1" });
  const client = new Client(ioLoop, port.getHost().port, plan, () => reactor.stop());
  await ioLoop.start();
  ioLoop.close();
  return client.tally;
}
