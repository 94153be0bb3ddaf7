/**
 * Five hosts that tell each other what they know, in a world that goes wrong: a program with
 * sockets, timers, randomness, promises and faults, for tests about whole runs.
 *
 * @module
 */

import {
  type DatagramHandle,
  READ,
  SocketError,
  type StreamHandle,
  WRITE,
} from "../../poller/mod.ts";
import type { SimulatedHost, Simulation } from "../../sim/mod.ts";
import { RawLoop, ready, receiveExactly } from "./raw_loop.ts";

const NAMES = ["a", "b", "c", "d", "e"];

/** What a host knows when it knows everything: one bit for each name. */
const EVERYTHING = 2 ** NAMES.length - 1;

/** Within how many seconds things begin to go wrong. */
const BAD_SECONDS = 0.1;

/** After how many seconds everything is well again, at the latest. */
const WELL_AFTER = 0.15;

/** For how many seconds a host waits for the answer to a call. */
const PATIENCE = 0.02;

/** What a run came to. */
export interface Gossip {
  /** How often hosts were called. */
  readonly calls: number;
  /** How many of the calls failed. */
  readonly failed: number;
  /** How many datagrams were spoilt on their way. */
  readonly spoilt: number;
  /** After how many seconds every host knew everything. */
  readonly seconds: number;
  /** What the seed had in store for them. */
  readonly drawn: string;
}

/** Runs until every host knows of every other, whatever the seed has in store for them. */
export async function gossip(sim: Simulation): Promise<Gossip> {
  const counts = { calls: 0, failed: 0, spoilt: 0 };
  const nodes = new Map<string, Node>();
  const start = (host: SimulatedHost) => void nodes.set(host.name, new Node(host, counts));
  for (const name of NAMES) start(sim.host(name));
  const swarm = sim.swarm({ restart: start, seconds: BAD_SECONDS });
  await sim.sleep(WELL_AFTER);
  swarm[Symbol.dispose]();
  while (NAMES.some((name) => nodes.get(name)?.bits !== EVERYTHING)) await sim.sleep(0.001);
  for (const { loop } of nodes.values()) loop.stop();
  return { ...counts, seconds: sim.now, drawn: `${swarm}` };
}

/** The program on one host. What it knows is gone when it crashes. */
class Node {
  readonly loop: RawLoop;
  /** What it knows. */
  bits: number;
  readonly #counts: { calls: number; failed: number; spoilt: number };
  readonly #socket: DatagramHandle;

  constructor(host: SimulatedHost, counts: { calls: number; failed: number; spoilt: number }) {
    this.loop = new RawLoop(host).start();
    this.bits = 1 << NAMES.indexOf(host.name);
    this.#counts = counts;
    const { network } = host;
    this.#socket = network.bindDatagram({ transport: "udp", hostname: "0.0.0.0", port: 9 });
    this.loop.add(this.#socket, READ, () => this.#hear());
    const listener = network.listen({ transport: "tcp", hostname: "0.0.0.0", port: 80 });
    this.loop.add(listener, READ, () => {
      const stream = listener.accept();
      if (stream !== undefined) this.#patiently(stream, this.#answer(stream));
    });
    this.#beat();
  }

  /** Tells others again and again: most times by a datagram, sometimes by a call. */
  #beat(): void {
    const { random } = this.loop.platform;
    this.loop.callLater(0.005 + random.next() * 0.01, () => {
      const hostname = NAMES[Math.floor(Math.random() * NAMES.length)] as string;
      if (random.next() < 0.2) this.#call(hostname);
      else {
        const bytes = new Uint8Array([this.bits, ~this.bits]);
        this.#socket.send(bytes, { transport: "udp", hostname, port: 9 });
      }
      this.#beat();
    });
  }

  #hear(): void {
    for (let one = this.#socket.receive(); one !== undefined; one = this.#socket.receive()) {
      const [bits = 0, check = 0] = one.bytes;
      if ((bits ^ check) === 255) this.bits |= bits;
      else this.#counts.spoilt++;
    }
  }

  /** Sends what it knows and takes what the other knows. */
  #call(hostname: string): void {
    this.#counts.calls++;
    const stream = this.loop.platform.network.connect({ transport: "tcp", hostname, port: 80 });
    const talk = async () => {
      await this.#send(stream);
      const [bits = 0] = await receiveExactly(this.loop, stream, 1);
      this.bits |= bits;
    };
    this.#patiently(stream, talk());
  }

  async #answer(stream: StreamHandle): Promise<void> {
    const [bits = 0] = await receiveExactly(this.loop, stream, 1);
    this.bits |= bits;
    await this.#send(stream);
  }

  async #send(stream: StreamHandle): Promise<void> {
    do {
      await ready(this.loop, stream, WRITE);
      const error = stream.takeError();
      if (error !== null) throw error;
    } while (stream.connecting || stream.send(new Uint8Array([this.bits])) === 0);
  }

  /** Closes a stream when the talk on it is over, or takes too long. */
  async #patiently(stream: StreamHandle, talk: Promise<void>): Promise<void> {
    let isOver = false;
    const end = () => {
      if (isOver) return;
      isOver = true;
      if (this.loop.handlers.has(stream)) this.loop.remove(stream);
      stream.close();
    };
    const timer = setTimeout(() => {
      if (!isOver) this.#counts.failed++;
      end();
    }, PATIENCE * 1000);
    try {
      await talk;
    } catch (error) {
      if (!(error instanceof SocketError)) throw error;
      this.#counts.failed++;
    }
    clearTimeout(timer);
    end();
  }
}
