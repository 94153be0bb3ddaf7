/**
 * A name server for the hosts of a simulation.
 *
 * @module
 */

import {
  type AnyHandle,
  type DatagramAddress,
  type DatagramHandle,
  type ListenerHandle,
  READ,
  type StreamHandle,
  TimerQueue,
} from "../../poller/mod.ts";
import { type DNSFault, DNSFaults } from "./dns_faults.ts";
import { type DNSQuestion, type DNSRecord, readQuestion } from "./dns_packets.ts";
import { DNSZone } from "./dns_zone.ts";
import type { Simulation } from "../simulation.ts";
import type { SimulatedHost } from "../simulation_options.ts";

/** What fits behind the two bytes of length of a stream. */
const PAYLOAD_TCP = 65_535;

/** A question that was asked, as {@linkcode SimDNSServer.queries} lists it. */
export interface DNSQueryEntry extends DNSQuestion {
  /** How it came. */
  readonly transport: "udp" | "tcp";
  /** When it came, in virtual seconds. */
  readonly at: number;
  /** The port that it came from. */
  readonly fromPort: number;
}

/** What a simulated name server knows and how it behaves. */
export interface SimDNSServerOptions {
  /** What it knows. */
  readonly records?: readonly DNSRecord[];
  /**
   * For how many seconds "there is none" may be remembered; 0 for answers without an SOA record.
   *
   * @default {60}
   */
  readonly negativeTTL?: number;
  /**
   * Whether an answer goes on where an alias leads, as those of recursive servers do.
   *
   * @default {true}
   */
  readonly followsAliases?: boolean;
  /**
   * What may happen to an answer over UDP besides being sent. For each, the simulation's strategy
   * decides: 0 is a plain answer, i the i-th of these.
   *
   * @default {[]}
   */
  readonly faults?: readonly DNSFault[];
  /** Decides what happens to an answer instead of the strategy; `null` is a plain answer. */
  readonly decide?: (query: DNSQueryEntry) => DNSFault | null;
  /** Decides what happens to an answer over TCP; by default nothing. */
  readonly decideTCP?: (query: DNSQueryEntry) => DNSFault | null;
  /**
   * How many seconds an answer is held up by the fault `delay`.
   *
   * @default {0.5}
   */
  readonly delaySeconds?: number;
  /**
   * How many seconds an answer is held up by the fault `late`: longer than who asks will wait.
   *
   * @default {100}
   */
  readonly lateSeconds?: number;
  /**
   * Whether it answers over TCP.
   *
   * @default {true}
   */
  readonly tcp?: boolean;
  /**
   * After how many answers it ends a TCP connection, whatever else was asked on it: 100 is what
   * dnsmasq does, 0 ends it at the first question.
   *
   * @default {Infinity}
   */
  readonly answersPerConnection?: number;
  /**
   * Where it listens.
   *
   * @default {53}
   */
  readonly port?: number;
}

/** A connection that questions come over. */
interface Connection {
  /** What was received and is not a whole question yet. */
  readonly buffer: number[];
  /** How many more answers go over it. */
  answersLeft: number;
}

/**
 * A name server that answers from a list of records, over UDP and TCP, and misbehaves as told. It has
 * a host of its own: nothing else may poll there.
 *
 * @example A server that the strategy may let lose answers
 * ```ts
 * import { Simulation } from "@twinloop/twinloop/sim";
 * import { SimDNSServer } from "@twinloop/twinloop/sim/dns";
 * import { assertEquals } from "@std/assert";
 *
 * const sim = new Simulation();
 * using server = new SimDNSServer(sim, "ns", {
 *   records: [{ name: "a.test", type: "A", data: "10.9.9.9" }],
 *   faults: ["drop"],
 * });
 * assertEquals(server.host.address, "10.0.0.1");
 * assertEquals(server.queries, []);
 * ```
 */
export class SimDNSServer {
  /** The host that it runs on. */
  readonly host: SimulatedHost;
  /** The questions so far, in the order in which they came. */
  readonly queries: DNSQueryEntry[] = [];
  readonly #sim: Simulation;
  readonly #options: SimDNSServerOptions;
  readonly #zone: DNSZone;
  readonly #faults: DNSFaults;
  readonly #timers = new TimerQueue();
  readonly #socket: DatagramHandle;
  /** `null` without TCP. */
  readonly #listener: ListenerHandle | null;
  readonly #connections = new Map<StreamHandle, Connection>();
  #isClosed = false;

  /**
   * Makes a server and begins to listen.
   *
   * @param sim The simulation.
   * @param name The host to run on; made if there is none.
   * @param options What it knows and how it behaves.
   */
  constructor(sim: Simulation, name: string, options: SimDNSServerOptions = {}) {
    this.#sim = sim;
    this.#options = options;
    this.host = sim.host(name);
    const { records = [], negativeTTL = 60, followsAliases = true } = options;
    this.#zone = new DNSZone(records, negativeTTL, followsAliases);
    this.#faults = new DNSFaults(options.delaySeconds ?? 0.5, options.lateSeconds ?? 100);
    const { network, poller } = this.host;
    const { port = 53 } = options;
    this.#socket = network.bindDatagram({ transport: "udp", hostname: "0.0.0.0", port });
    poller.register(this.#socket, READ);
    this.#listener = options.tcp === false
      ? null
      : network.listen({ transport: "tcp", hostname: "0.0.0.0", port });
    if (this.#listener !== null) poller.register(this.#listener, READ);
    this.#poll();
  }

  /** Closes everything; answers that were held up are dropped. A second call is ignored. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#timers.clear();
    this.#socket.close();
    this.#listener?.close();
    for (const stream of this.#connections.keys()) stream.close();
    this.host.poller.wake();
  }

  /** Closes the server, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  readonly #poll = (): void => {
    if (this.#isClosed) return this.host.poller.pause();
    const { clock, poller } = this.host;
    for (const timer of this.#timers.takeDue(clock.now())) timer.run();
    const timeout = this.#timers.nextDeadline - clock.now();
    poller.poll(Math.max(timeout, 0), (handle) => this.#onReady(handle as AnyHandle), this.#poll);
  };

  #onReady(handle: AnyHandle): void {
    if (handle.kind === "datagram") this.#onDatagrams();
    else if (handle.kind === "listener") this.#onConnections(handle);
    else this.#onBytes(handle);
  }

  #onDatagrams(): void {
    for (let each = this.#socket.receive(); each; each = this.#socket.receive()) {
      const { bytes, from } = each;
      const question = readQuestion(bytes);
      if (question === null) continue;
      const query = this.#note(question, "udp", "port" in from ? from.port : 0);
      this.#answerDatagram(query, from);
    }
  }

  #note(question: DNSQuestion, transport: "udp" | "tcp", fromPort: number): DNSQueryEntry {
    const query = { ...question, transport, at: this.host.clock.now(), fromPort };
    this.queries.push(query);
    return query;
  }

  #answerDatagram(query: DNSQueryEntry, to: DatagramAddress): void {
    const fault = this.#decide(query);
    for (const { bytes, delay } of this.#faults.packets(query, this.#zone.answer(query), fault)) {
      if (delay === 0) this.#socket.send(bytes, to);
      else this.#timers.add(this.host.clock.now() + delay, () => this.#socket.send(bytes, to));
    }
  }

  #decide(query: DNSQueryEntry): DNSFault | null {
    const { decide, faults = [] } = this.#options;
    if (decide !== undefined) return decide(query);
    const label = `dns ${this.host.name} ${query.type} ${query.name}`;
    const answer = this.#sim.choose(label, faults.length + 1);
    return answer === 0 ? null : faults[answer - 1] as DNSFault;
  }

  #onConnections(listener: ListenerHandle): void {
    const { answersPerConnection = Infinity } = this.#options;
    for (let stream = listener.accept(); stream; stream = listener.accept()) {
      this.#connections.set(stream, { buffer: [], answersLeft: answersPerConnection });
      this.host.poller.register(stream, READ);
    }
  }

  #onBytes(stream: StreamHandle): void {
    const bytes = receive(stream);
    const connection = this.#connections.get(stream);
    if (bytes === undefined || connection === undefined) return;
    if (bytes === null) return this.#end(stream);
    const { buffer } = connection;
    buffer.push(...bytes);
    for (;;) {
      const end = 2 + (((buffer[0] ?? 0) << 8) | (buffer[1] ?? 0));
      if (buffer.length < 2 || buffer.length < end) return;
      const question = readQuestion(new Uint8Array(buffer.splice(0, end).slice(2)));
      if (question === null) continue;
      const query = this.#note({ ...question, payload: PAYLOAD_TCP }, "tcp", portOf(stream));
      if (connection.answersLeft > 0) this.#answerStream(query, stream);
      if (--connection.answersLeft <= 0) return this.#end(stream);
    }
  }

  #end(stream: StreamHandle): void {
    this.#connections.delete(stream);
    stream.close();
  }

  #answerStream(query: DNSQueryEntry, stream: StreamHandle): void {
    const fault = this.#options.decideTCP?.(query) ?? null;
    const answer = this.#zone.answer(query);
    for (const { bytes, delay } of this.#faults.packets(query, answer, fault)) {
      const framed = new Uint8Array([bytes.length >> 8, bytes.length & 0xff, ...bytes]);
      // A simulated stream has room for any answer that is shorter than its buffer.
      if (delay === 0) stream.send(framed);
      else this.#timers.add(this.host.clock.now() + delay, () => sendLate(stream, framed));
    }
  }
}

function portOf({ remoteAddress }: StreamHandle): number {
  return "port" in remoteAddress ? remoteAddress.port : 0;
}

/** Sends an answer that was held up; who asked may have gone. */
function sendLate(stream: StreamHandle, bytes: Uint8Array): void {
  if (!stream.closed) stream.send(bytes);
}

/** Takes what has arrived; a connection that failed counts as ended. */
function receive(stream: StreamHandle): Uint8Array | null | undefined {
  try {
    return stream.receive();
  } catch {
    return null;
  }
}
