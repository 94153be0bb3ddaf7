/**
 * Two transports back to back.
 *
 * @module
 */

import type { Handle } from "../../poller/handle.ts";
import type { Timers } from "../deferred/chained.ts";
import { Failure } from "../deferred/failure.ts";
import { ConnectionAborted, ConnectionDone, ConnectionLost } from "../errors.ts";
import type { IAddress } from "../interfaces/address.ts";
import type { IPullProducer, IPushProducer } from "../interfaces/producers.ts";
import type { IProtocol } from "../interfaces/protocol.ts";
import type { ITCPTransport } from "../interfaces/transport.ts";
import { isHalfCloseable } from "../net/tcp_connection.ts";
import type { PumpPolicy } from "./pump_policies.ts";

/** How many bytes may wait before a push producer is paused, as in a transport over a socket. */
const BUFFER_SIZE = 65_536;

/** What a {@linkcode LoopbackTransport} is made of. */
export interface LoopbackOptions {
  /** What the other transport delivers to. */
  readonly protocol: IProtocol;
  /** Calls later. */
  readonly clock: Timers;
  /** How what was written becomes calls of `dataReceived`. */
  readonly pumpPolicy: PumpPolicy;
  /** The address of this end. */
  readonly host: IAddress;
  /** Called after the protocol's `connectionLost`, with the reason. */
  readonly onLost: (reason: Failure) => void;
}

/** The transports of the two ends of a connection. */
export interface ConnectedEnds {
  /** That of the server. */
  readonly server: LoopbackTransport;
  /** That of the client. */
  readonly client: LoopbackTransport;
}

/**
 * One of two transports that deliver to each other's protocols, never inside a call that writes.
 *
 * Twisted: `_LoopbackTransport` (`protocols/loopback.py`, 24.7).
 */
export class LoopbackTransport implements ITCPTransport {
  /** Whether the connection is being closed. */
  disconnecting = false;
  /** Whether the connection is gone. */
  disconnected = false;
  /** What fills the transport; `null` if nothing does. */
  producer: IPushProducer | IPullProducer | null = null;
  readonly #options: LoopbackOptions;
  /** The other transport; this one until they are joined. */
  #peer: LoopbackTransport = this;
  /** Whether `abortConnection()` was called. */
  #isAborted = false;
  #queue: Uint8Array[] = [];
  #queued = 0;
  #isPumping = false;
  #streaming = false;
  #producerPaused = false;
  #readPaused = false;
  #writeEnd: "open" | "asked" | "shut" = "open";
  #noDelay = false;
  #keepAlive = false;

  /**
   * Makes one of two transports.
   *
   * @param options What it is made of.
   */
  constructor(options: LoopbackOptions) {
    this.#options = options;
  }

  /**
   * Joins two transports, and connects their protocols, that of the first one first.
   *
   * @param server One transport.
   * @param client The other.
   */
  static join(server: LoopbackTransport, client: LoopbackTransport): void {
    server.#peer = client;
    client.#peer = server;
    server.#options.protocol.makeConnection(server);
    client.#options.protocol.makeConnection(client);
  }

  /** Sends bytes: they are delivered later. */
  write(data: Uint8Array): void {
    this.writeSequence([data]);
  }

  /** Sends several pieces: they are delivered later. */
  writeSequence(data: Iterable<Uint8Array>): void {
    const pieces = [...data];
    for (const piece of pieces) {
      if (!(piece instanceof Uint8Array)) {
        throw new TypeError(`Cannot write: data is of type ${typeof piece}, not a Uint8Array`);
      }
    }
    if (this.disconnected || this.#isAborted || this.#writeEnd === "shut") return;
    for (const piece of pieces) {
      if (piece.length === 0) continue;
      this.#queue.push(piece.slice());
      this.#queued += piece.length;
    }
    if (this.#queued > BUFFER_SIZE && this.#streaming && this.producer !== null) {
      this.#producerPaused = true;
      (this.producer as IPushProducer).pauseProducing();
    }
    this.#pumpLater();
  }

  /** Closes once all is delivered and no producer is registered. */
  loseConnection(): void {
    if (this.disconnecting) return;
    this.disconnecting = true;
    this.#pumpLater();
  }

  /** Ends the write side once all is delivered and no producer is registered. */
  loseWriteConnection(): void {
    if (this.#writeEnd === "open") this.#writeEnd = "asked";
    this.#pumpLater();
  }

  /** Closes at once; what was not delivered is dropped. */
  abortConnection(): void {
    if (this.disconnected || this.#isAborted) return;
    this.disconnecting = true;
    this.#isAborted = true;
    this.#later(() => {
      try {
        this.#lose(new Failure(new ConnectionAborted()));
      } finally {
        this.#peer.#lose(new Failure(new ConnectionLost()));
      }
    });
  }

  /** Takes a producer; a pull producer is asked whenever nothing waits. */
  registerProducer(producer: IPushProducer, streaming: true): void;
  /** Takes a pull producer. */
  registerProducer(producer: IPullProducer, streaming: false): void;
  registerProducer(producer: IPushProducer | IPullProducer, streaming: boolean): void {
    if (this.producer !== null) {
      throw new Error("Cannot register a producer: another one is registered");
    }
    if (this.disconnected) return producer.stopProducing();
    this.producer = producer;
    this.#streaming = streaming;
    this.#producerPaused = false;
    if (!streaming) this.#pumpLater();
  }

  /** Forgets the producer. */
  unregisterProducer(): void {
    this.producer = null;
    this.#pumpLater();
  }

  /** Delivers nothing to this end. */
  pauseProducing(): void {
    this.#readPaused = true;
  }

  /** Delivers to this end again. */
  resumeProducing(): void {
    this.#readPaused = false;
    this.#peer.#pumpLater();
  }

  /** Closes. */
  stopProducing(): void {
    this.loseConnection();
  }

  /** Returns the address of the other end. */
  getPeer(): IAddress {
    return this.#peer.getHost();
  }

  /** Returns the address of this end. */
  getHost(): IAddress {
    return this.#options.host;
  }

  /** Returns what was set last. */
  getTcpNoDelay(): boolean {
    return this.#noDelay;
  }

  /** Remembers an option. */
  setTcpNoDelay(enabled: boolean): void {
    this.#noDelay = enabled;
  }

  /** Returns what was set last. */
  getTcpKeepAlive(): boolean {
    return this.#keepAlive;
  }

  /** Remembers an option. */
  setTcpKeepAlive(enabled: boolean): void {
    this.#keepAlive = enabled;
  }

  /** Returns `null`: there is no handle below. */
  getHandle(): Handle | null {
    return null;
  }

  #later(callback: () => void): void {
    this.#options.clock.callLater(0, callback);
  }

  #pumpLater(): void {
    if (this.#isPumping || this.disconnected) return;
    this.#isPumping = true;
    this.#later(() => {
      this.#isPumping = false;
      this.#pump();
    });
  }

  /** Delivers what waits to the other end; asks for more, or ends, when nothing does. */
  #pump(): void {
    const peer = this.#peer;
    if (this.disconnected || this.#isAborted) return;
    if (!this.#deliver(peer)) return;
    const producer = this.producer;
    if (producer !== null) {
      if (this.#streaming && !this.#producerPaused) return;
      this.#producerPaused = false;
      producer.resumeProducing();
    } else if (this.disconnecting) {
      this.#lose(new Failure(new ConnectionDone()));
    } else if (this.#writeEnd === "asked") {
      this.#writeEnd = "shut";
      const { protocol } = this.#options;
      if (isHalfCloseable(protocol)) protocol.writeConnectionLost();
      peer.#ended();
    }
  }

  /** Returns whether nothing waits any more. */
  #deliver(peer: LoopbackTransport): boolean {
    if (peer.#readPaused && !peer.disconnecting && this.#queue.length > 0) return false;
    const pieces = this.#queue;
    this.#queue = [];
    this.#queued = 0;
    if (pieces.length === 0 || peer.disconnecting || peer.disconnected) return true;
    const isTaking = () => !peer.#readPaused && !peer.disconnecting && !peer.disconnected;
    try {
      const taken = this.#options.pumpPolicy(pieces, peer.#options.protocol, isTaking);
      if (typeof taken === "number" && !peer.disconnecting) this.#putBack(pieces.slice(taken));
    } catch (error) {
      peer.#lose(Failure.from(error));
    }
    return this.#queue.length === 0;
  }

  /** Has pieces wait, before all others. */
  #putBack(pieces: Uint8Array[]): void {
    this.#queue = [...pieces, ...this.#queue];
    this.#queued += pieces.reduce((sum, { length }) => sum + length, 0);
  }

  /** The other end has said all. */
  #ended(): void {
    const { protocol } = this.#options;
    if (this.disconnected) return;
    if (isHalfCloseable(protocol) && !this.disconnecting) protocol.readConnectionLost();
    else this.#lose(new Failure(new ConnectionDone()));
  }

  #lose(reason: Failure): void {
    if (this.disconnected) return;
    this.disconnected = true;
    const producer = this.producer;
    this.producer = null;
    producer?.stopProducing();
    this.#later(() => {
      if (this.#writeEnd !== "shut") this.#peer.#ended();
    });
    try {
      this.#options.protocol.connectionLost(reason);
    } finally {
      this.#options.onLost(reason);
    }
  }
}
