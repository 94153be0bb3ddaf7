/**
 * UDP through `node:dgram`: for a Deno that was started without `--unstable-net`, and for multicast.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import dgram from "node:dgram";
import { NodeMulticast } from "./deno_node_multicast.ts";
import type { NativeDatagram } from "./deno_native_datagram.ts";
import type { Reception } from "./deno_reception.ts";
import type { MulticastSystem } from "./multicast_settings.ts";
import type { BindOptions } from "./network.ts";

/**
 * How many datagrams, and how many bytes of them, wait to be received before more are dropped, as
 * the system does when a socket's buffer is full: `node:dgram` cannot be told to stop.
 */
const WAITING_MAX = 1024;
const WAITING_BYTES_MAX = 1024 * 1024;

/** A datagram that waits for a reception. */
interface Arrival {
  readonly bytes: Uint8Array;
  readonly from: Deno.Addr;
}

/** A UDP socket over one of `node:dgram`. */
export class NodeDatagramSocket implements NativeDatagram {
  /** See {@linkcode NativeDatagram.addr}. */
  readonly addr: Deno.NetAddr;
  /** See {@linkcode NativeDatagram.multicast}. */
  readonly multicast?: MulticastSystem;
  readonly #socket: dgram.Socket;
  readonly #arrivals: Arrival[] = [];
  #arrivedBytes = 0;
  #reception: Reception<[Uint8Array, Deno.Addr]> | null = null;
  /** An error that came while nobody received; the next reception is told. */
  #failure: unknown = null;
  #closed = false;
  readonly #ended = Promise.withResolvers<void>();

  /**
   * Binds a socket.
   *
   * @param hostname A literal without brackets, or a name for the loopback interface.
   * @param port The port; 0 for a free one.
   * @param options Whether to share the address, and whether to join groups.
   */
  constructor(hostname: string, port: number, options: BindOptions) {
    const type = hostname.includes(":") ? "udp6" : "udp4";
    const reuseAddr = options.reuseAddress ?? false;
    this.#socket = dgram.createSocket({ type, reuseAddr, lookup: lookupLiteral });
    this.#socket.on("error", (error) => this.#onError(error));
    this.#socket.on("message", (bytes, from) => this.#onMessage(bytes, from));
    // With a synchronous look-up the socket is bound, or has failed, when this returns.
    this.#socket.bind({ address: hostname, port });
    if (this.#failure !== null) {
      this.#socket.close();
      throw this.#failure;
    }
    const bound = this.#socket.address();
    this.addr = { transport: "udp", hostname: bound.address, port: bound.port };
    if (options.multicast) this.multicast = new NodeMulticast(this.#socket, type === "udp6");
  }

  /** See {@linkcode NativeDatagram.ended}. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** See {@linkcode NativeDatagram.receive}. */
  receive(buffer: Uint8Array<ArrayBuffer>): Promise<[Uint8Array, Deno.Addr]> {
    const failure = this.#failure;
    if (failure !== null) {
      this.#failure = null;
      return Promise.reject(failure);
    }
    const arrival = this.#arrivals.shift();
    if (arrival !== undefined) {
      this.#arrivedBytes -= arrival.bytes.length;
      return Promise.resolve(fill(buffer, arrival));
    }
    return new Promise((resolve, reject) => this.#reception = { buffer, resolve, reject });
  }

  /** See {@linkcode NativeDatagram.send}. */
  send(bytes: Uint8Array<ArrayBuffer>, to: Deno.Addr): Promise<number> {
    const { hostname, port } = to as Deno.NetAddr;
    const message = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return new Promise((resolve, reject) => {
      this.#socket.send(message, 0, message.length, port, hostname, (error, count) => {
        if (error === null) resolve(count);
        else reject(error);
      });
    });
  }

  /** See {@linkcode NativeDatagram.close}. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.close();
    this.#end();
    this.#arrivals.length = 0;
    this.#reception?.reject(new Deno.errors.Interrupted("The socket is closed"));
    this.#reception = null;
  }

  /**
   * `node:dgram` receives all the time. The reception that a close cancels holds the system's socket
   * until the native loop has looked at it: when a timer comes, it has.
   */
  #end(): void {
    setTimeout(this.#ended.resolve, 1);
  }

  #onError(error: unknown): void {
    if (this.#reception === null) this.#failure ??= error;
    else this.#reception.reject(error);
    this.#reception = null;
  }

  #onMessage(bytes: Uint8Array, peer: dgram.RemoteInfo): void {
    const from: Deno.NetAddr = { transport: "udp", hostname: peer.address, port: peer.port };
    const reception = this.#reception;
    if (reception !== null) {
      this.#reception = null;
      reception.resolve(fill(reception.buffer, { bytes, from }));
      return;
    }
    const isFull = this.#arrivals.length >= WAITING_MAX ||
      this.#arrivedBytes + bytes.length > WAITING_BYTES_MAX;
    if (this.#closed || isFull) return;
    this.#arrivedBytes += bytes.length;
    this.#arrivals.push({ bytes, from });
  }
}

/** Copies an arrival into the buffer of a reception. */
function fill(buffer: Uint8Array<ArrayBuffer>, arrival: Arrival): [Uint8Array, Deno.Addr] {
  const { bytes, from } = arrival;
  buffer.set(bytes);
  return [buffer.subarray(0, bytes.length), from];
}

/** "Resolves" a literal to itself, at once: the seam's datagram sockets take no other names. */
function lookupLiteral(
  hostname: string,
  _options: unknown,
  done: (error: Error | null, address: string, family: number) => void,
): void {
  const address = hostname === "localhost" ? "127.0.0.1" : hostname;
  done(null, address, address.includes(":") ? 6 : 4);
}
