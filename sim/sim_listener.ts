/**
 * Listeners of a simulated network.
 *
 * @module
 */

import { type ListenerHandle, READ, SocketError, type StreamAddress } from "../poller/mod.ts";
import type { SimHost } from "./host.ts";
import { SimHandle } from "./sim_handle.ts";
import type { SimStream } from "./sim_stream.ts";

/** A listener and the connections that wait to be accepted. */
export class SimListener extends SimHandle implements ListenerHandle {
  /** Tells the kinds of handles apart. */
  readonly kind = "listener";
  /** The address that is listened on. */
  readonly localAddress: StreamAddress;
  /** Resolves when the address is free again. */
  readonly released: Promise<void>;
  readonly #backlog: number;
  /** Connections whose handshake is over. */
  #waiting: SimStream[] = [];
  /** How many connections are in their handshake. */
  #opening = 0;
  readonly #release: () => void;

  /** Made by `listen`. */
  constructor(host: SimHost, address: StreamAddress, backlog: number) {
    super(host, "listener");
    this.localAddress = address;
    this.#backlog = Math.max(1, backlog);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.released = promise;
    this.#release = resolve;
  }

  /** Whether one more connection may begin its handshake. */
  get hasRoom(): boolean {
    return this.#waiting.length + this.#opening < this.#backlog;
  }

  /** A connection begins its handshake. */
  opening(): void {
    this.#opening++;
  }

  /** A connection's handshake came to nothing. */
  expired(): void {
    this.#opening--;
  }

  /** A connection's handshake is over; it waits to be accepted. */
  opened(stream: SimStream): void {
    this.#opening--;
    if (this.closed) return stream.abort();
    this.#waiting.push(stream);
    this.raise(READ);
  }

  /** Accepts a connection. */
  accept(): SimStream | undefined {
    if (this.closed) {
      throw new SocketError("EBADF", `Cannot accept on ${this.label}: it is closed`);
    }
    let stream: SimStream | undefined;
    do stream = this.#waiting.shift(); while (stream?.broken);
    if (this.#waiting.length === 0) this.lower(READ);
    if (stream !== undefined) this.host.network.adopt(stream);
    return stream;
  }

  /** Closes the listener; connections that wait are reset. */
  close(): void {
    if (!this.markClosed()) return;
    this.host.network.unlisten(this);
    for (const stream of this.#waiting) stream.abort();
    this.#waiting = [];
    if (this.host.program !== "ended") this.#release();
  }

  /** Closes the listener; connections that wait do not hear of it. */
  vanish(): void {
    if (!this.markClosed()) return;
    this.host.network.unlisten(this);
    this.#waiting = [];
  }

  /** Closes the listener. */
  abort(): void {
    this.close();
  }
}
