/**
 * One TCP connection that carries packets, each with its length before it.
 *
 * @module
 */

import type { UDPAddress } from "../poller/address.ts";
import { emptyContext } from "../poller/context.ts";
import { SocketError } from "../poller/errors.ts";
import type { StreamHandle } from "../poller/handle.ts";
import { READ, WRITE } from "../poller/interest.ts";
import type { ResolverLoop } from "./loop.ts";
import { FrameReader, FrameWriter } from "./tcp_frames.ts";

/** How a connection is made. */
export interface TCPConnectionOptions {
  /** The server. */
  readonly server: UDPAddress;
  /** Called with each packet that arrives; it may close the connection. */
  readonly onPacket: (packet: Uint8Array) => void;
  /**
   * Called once if the connection ends by itself, when it is closed already and all that arrived
   * was handed out: with what it failed with, or with `null` if the server ended it.
   */
  readonly onEnd: (error: SocketError | null) => void;
}

/** A connection to a server, from the attempt to connect until it is closed or ends. */
export class TCPConnection {
  readonly #loop: ResolverLoop;
  readonly #options: TCPConnectionOptions;
  /** `null` once closed. */
  #stream: StreamHandle | null;
  #isConnected = false;
  /** Packets that were not sent yet. */
  readonly #outgoing = new FrameWriter();
  /** Whether they are about to be sent. */
  #isFlushing = false;
  readonly #frames = new FrameReader();
  /** What sending or receiving failed with; `null` while all goes well. */
  #error: SocketError | null = null;

  /**
   * Begins to connect.
   *
   * @param loop Where it runs.
   * @param options The server, and who is told what comes of it.
   * @throws {SocketError} If the attempt cannot even begin.
   */
  constructor(loop: ResolverLoop, options: TCPConnectionOptions) {
    this.#loop = loop;
    this.#options = options;
    const { hostname, port } = options.server;
    this.#stream = emptyContext(() => {
      const stream = loop.platform.network.connect({ transport: "tcp", hostname, port });
      try {
        loop.addHandler(stream, () => this.#onReady(), WRITE);
      } catch (error) {
        stream.close();
        throw error;
      }
      return stream;
    });
  }

  /**
   * Sends a packet once the connection stands, together with those of the same moment.
   *
   * @param packet The packet, at most 65,535 bytes; copied.
   */
  send(packet: Uint8Array): void {
    this.#outgoing.add(packet);
    this.#flushSoon();
  }

  /** Closes the connection. A second call is ignored. */
  close(): void {
    const stream = this.#stream;
    if (stream === null) return;
    this.#stream = null;
    this.#loop.removeHandler(stream);
    stream.close();
  }

  /**
   * Sends one microtask later: what waited for the answers of a pass asks its next questions one
   * after the other, and they go out together.
   */
  #flushSoon(): void {
    if (this.#isFlushing || !this.#isConnected) return;
    this.#isFlushing = true;
    Promise.resolve().then(() => {
      this.#isFlushing = false;
      if (this.#stream === null) return;
      this.#flush(this.#stream);
      if (this.#hasToSend()) this.#watch();
    });
  }

  #end(error: SocketError | null): void {
    this.close();
    this.#options.onEnd(error);
  }

  #onReady(): void {
    if (this.#stream === null) return;
    if (!this.#isConnected) {
      const error = this.#stream.takeError();
      if (error !== null) return this.#end(error);
      this.#isConnected = !this.#stream.connecting;
      if (!this.#isConnected) return;
    }
    this.#flush(this.#stream);
    this.#receive(this.#stream);
    this.#watch();
  }

  #hasToSend(): boolean {
    return this.#error === null && this.#outgoing.length > 0;
  }

  #watch(): void {
    if (this.#stream === null) return;
    this.#loop.updateHandler(this.#stream, this.#hasToSend() ? READ | WRITE : READ);
  }

  #flush(stream: StreamHandle): void {
    if (!this.#hasToSend()) return;
    try {
      this.#outgoing.drop(stream.send(this.#outgoing.bytes));
    } catch (error) {
      this.#keep(error);
    }
  }

  #receive(stream: StreamHandle): void {
    const bytes = this.#take(stream);
    if (bytes === undefined) return;
    if (bytes === null) return this.#end(this.#error);
    this.#frames.push(bytes);
    for (let packet = this.#frames.next(); packet !== null; packet = this.#frames.next()) {
      this.#options.onPacket(packet);
      if (this.#stream === null) return;
    }
  }

  /**
   * Receives. The first error is not the end: a server that does not want what is sent resets the
   * connection behind its last packets, and those may still be there.
   */
  #take(stream: StreamHandle): Uint8Array | null | undefined {
    const hadError = this.#error !== null;
    try {
      return stream.receive();
    } catch (error) {
      this.#keep(error);
      return hadError ? null : undefined;
    }
  }

  #keep(error: unknown): void {
    if (!(error instanceof SocketError)) throw error;
    this.#error ??= error;
  }
}
