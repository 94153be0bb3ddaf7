/**
 * The second program: an echo server in Tornado's style and a client in Twisted's style, on one loop.
 *
 * @module
 */

import { type IOLoop, TwistedIOLoop } from "../../ioloop/mod.ts";
import { type ListenerHandle, type Platform, READ, type StreamHandle } from "../../poller/mod.ts";
import { ClientFactory, PollReactor, Protocol } from "../../reactor/mod.ts";
import { Expectation, message, type Plan, type Tally } from "./plan.ts";

/** Says back what it hears, as handlers of an IOLoop. */
class EchoServer {
  readonly #ioLoop: IOLoop;
  readonly #listener: ListenerHandle;

  constructor(ioLoop: IOLoop) {
    this.#ioLoop = ioLoop;
    const address = { transport: "tcp", hostname: "127.0.0.1", port: 0 } as const;
    this.#listener = ioLoop.platform.network.listen(address);
    ioLoop.addHandler(this.#listener, () => this.#accept(), READ);
  }

  get port(): number {
    const { localAddress } = this.#listener;
    return localAddress.transport === "tcp" ? localAddress.port : 0;
  }

  close(): void {
    this.#ioLoop.removeHandler(this.#listener);
    this.#listener.close();
  }

  #accept(): void {
    const stream = this.#listener.accept();
    if (stream !== undefined) {
      this.#ioLoop.addHandler(stream, () => this.#echo(stream), READ);
    }
  }

  #echo(stream: StreamHandle): void {
    const bytes = stream.receive();
    if (bytes === undefined) return;
    if (bytes !== null) {
      // A message fits the buffer of a socket many times.
      stream.send(bytes);
      return;
    }
    this.#ioLoop.removeHandler(stream);
    stream.close();
  }
}

/** Sends messages one after the other, as a Twisted protocol. */
class Client extends Protocol {
  readonly tally: Tally = { messages: 0, bytes: 0 };
  readonly #reactor: PollReactor;
  readonly #plan: Plan;
  readonly #expectation = new Expectation();

  constructor(reactor: PollReactor, plan: Plan) {
    super();
    this.#reactor = reactor;
    this.#plan = plan;
  }

  override connectionMade(): void {
    this.#send();
  }

  override dataReceived(data: Uint8Array): void {
    this.tally.bytes += data.length;
    if (!this.#expectation.take(data)) return;
    if (++this.tally.messages < this.#plan.messages) {
      this.#reactor.callLater(this.#plan.pause, () => this.#send());
    } else {
      this.transport.loseConnection();
    }
  }

  #send(): void {
    const bytes = message(this.tally.messages);
    this.#expectation.expect(bytes);
    this.transport.write(bytes);
  }
}

/** Connects one client, and stops the reactor when its connection is gone. */
class Clients extends ClientFactory {
  readonly client: Client;
  readonly #reactor: PollReactor;

  constructor(reactor: PollReactor, plan: Plan) {
    super();
    this.#reactor = reactor;
    this.client = new Client(reactor, plan);
  }

  override buildProtocol(): Client {
    return this.client;
  }

  override clientConnectionLost(): void {
    this.#reactor.stop();
  }

  override clientConnectionFailed(): void {
    this.#reactor.stop();
  }
}

/** Runs the program; the reactor drives both sides. */
export async function tornadoServer(platform: Platform, plan: Plan): Promise<Tally> {
  const reactor = new PollReactor(platform);
  const ioLoop = new TwistedIOLoop(reactor, { makeCurrent: false });
  const server = new EchoServer(ioLoop);
  const clients = new Clients(reactor, plan);
  reactor.connectTCP("127.0.0.1", server.port, clients);
  await reactor.run();
  server.close();
  ioLoop.close({ allFds: true });
  return clients.client.tally;
}
