/**
 * Listeners of a simulated network.
 *
 * @module
 */

import { type ListenerHandle, READ, SocketError, type StreamAddress } from "../../poller/mod.ts";
import type { SimHost } from "../host/host.ts";
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
  /** Whether others that say the same may share the port. */
  readonly reusePort: boolean;
  readonly #backlog: number;
  /** Whether the parent of the program has the socket as well: it stays when this end is closed. */
  isShared = false;
  /** The parent's end, once this one is closed. */
  #rest: SimListener | null = null;
  /** Connections whose handshake is over. */
  #waiting: SimStream[] = [];
  /** How many connections are in their handshake. */
  #opening = 0;
  readonly #release: () => void;

  /** Made by `listen`. */
  constructor(host: SimHost, address: StreamAddress, backlog: number, reusePort: boolean) {
    super(host, "listener");
    this.localAddress = address;
    this.#backlog = backlog;
    this.reusePort = reusePort;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.released = promise;
    this.#release = resolve;
  }

  /** Whether one more connection may begin its handshake: Linux has room for one more than was asked for. */
  get hasRoom(): boolean {
    return this.#waiting.length + this.#opening <= this.#backlog;
  }

  /** A connection begins its handshake. */
  opening(): void {
    this.#opening++;
  }

  /** A connection's handshake came to nothing. */
  expired(): void {
    if (this.#rest !== null) return this.#rest.expired();
    this.#opening--;
  }

  /** A connection's handshake is over; it waits to be accepted. */
  opened(stream: SimStream): void {
    if (this.#rest !== null) return this.#rest.opened(stream);
    this.#opening--;
    if (this.closed) return stream.refuse();
    this.#waiting.push(stream);
    this.descriptorsChanged();
  }

  /** Is ready if it can do something with a connection that waits. */
  descriptorsChanged(): void {
    if (this.#isReady) this.raise(READ);
    else this.lower(READ);
  }

  /** Whether a connection waits and there is a descriptor for it, be it the one in reserve. */
  get #isReady(): boolean {
    const { isFull, hasReserve } = this.host.network;
    return this.#waiting.length > 0 && (!isFull || hasReserve);
  }

  /** Accepts a connection. Those for whom there is no descriptor are turned away, if there is one in reserve. */
  accept(): SimStream | undefined {
    if (this.closed) {
      throw new SocketError("EBADF", `Cannot accept on ${this.label}: it is closed`);
    }
    const { network } = this.host;
    let stream: SimStream | undefined;
    if (!network.isFull) stream = this.#nextWaiting();
    else if (network.hasReserve) this.#turnAway();
    if (stream !== undefined) network.adopt(stream);
    if (!this.#isReady) this.lower(READ);
    return stream;
  }

  /** Accepts whoever waits, to close the connection: the peer sees its end. */
  #turnAway(): void {
    let stream: SimStream | undefined;
    while ((stream = this.#nextWaiting()) !== undefined) {
      this.host.network.adopt(stream);
      stream.turnAway();
    }
  }

  /** Takes the next connection that has not failed meanwhile. */
  #nextWaiting(): SimStream | undefined {
    let stream: SimStream | undefined;
    do stream = this.#takeWaiting(); while (stream?.broken);
    return stream;
  }

  /** Takes the oldest connection, or the one that the strategy chooses. */
  #takeWaiting(): SimStream | undefined {
    const { world } = this.host;
    const count = this.#waiting.length;
    if (count < 2 || !world.surprises?.accept) return this.#waiting.shift();
    return this.#waiting.splice(world.choose("accept", count), 1)[0];
  }

  /** Closes the listener; connections that wait are reset. */
  close(): void {
    if (!this.markClosed()) return;
    if (this.isShared) this.#leaveToParent();
    else this.host.network.unlisten(this);
    for (const stream of this.#waiting) stream.refuse();
    this.#waiting = [];
    if (this.host.program !== "ended") this.#release();
  }

  /** Has the connections of now and later wait at the parent's end. */
  #leaveToParent(): void {
    const rest = new SimListener(this.host, this.localAddress, this.#backlog, this.reusePort);
    rest.#waiting = this.#waiting;
    rest.#opening = this.#opening;
    this.#waiting = [];
    this.#rest = rest;
    this.host.network.streams.remove(this);
    this.host.network.streams.add(rest);
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

/** Returns an address as a listener sees it: to one on `::`, IPv4 is a part of IPv6. */
export function seenBy({ localAddress }: SimListener, address: StreamAddress): StreamAddress {
  if (!("hostname" in localAddress) || localAddress.hostname !== "::") return address;
  if (!("hostname" in address) || address.hostname.includes(":")) return address;
  return { ...address, hostname: `::ffff:${address.hostname}` };
}
