/**
 * The server's end of a TCP connection.
 *
 * @module
 */

import type { StreamHandle } from "../../poller/handle.ts";
import type { IProtocol } from "../interfaces/protocol.ts";
import { fromStreamAddress, type IPAddress } from "./address.ts";
import { prefixOf } from "./log_prefix.ts";
import type { ReactorTCP } from "./reactor_tcp.ts";
import { TLSTransport } from "./tls_transport.ts";

/** Where an accepted connection comes from. */
export interface TCPServerOptions {
  /** The address of the client. */
  readonly peer: IPAddress;
  /** The number of the connection among those of its port, from 0. */
  readonly session: number;
  /** The port that accepted it, as people write it. */
  readonly port: number;
}

/**
 * The transport of a protocol that a listening port made.
 *
 * Twisted: `Server` (`internet/tcp.py`, 24.7).
 */
export class TCPServer extends TLSTransport {
  /** The number of the connection among those of its port, from 0. */
  readonly session: number;
  readonly #peer: IPAddress;
  readonly #host: IPAddress;
  readonly #port: number;
  readonly #name: string;

  /**
   * Makes a transport that reads; the port then calls `protocol.makeConnection` with it.
   *
   * @param tcp What it belongs to.
   * @param handle The accepted stream.
   * @param protocol Who is told what arrives.
   * @param options Where the connection comes from.
   */
  constructor(
    tcp: ReactorTCP,
    handle: StreamHandle,
    protocol: IProtocol,
    options: TCPServerOptions,
  ) {
    super(tcp);
    this.adoptHandle(handle);
    this.protocol = protocol;
    this.session = options.session;
    this.#peer = options.peer;
    this.#host = fromStreamAddress(handle.localAddress ?? handle.remoteAddress);
    this.#port = options.port;
    this.#name = prefixOf(protocol);
    this.connected = true;
    // Before makeConnection, so that a protocol can pause in connectionMade.
    this.startReading();
  }

  /** Returns the address of this end. */
  override getHost(): IPAddress {
    return this.#host;
  }

  /** Returns the address of the client. */
  override getPeer(): IPAddress {
    return this.#peer;
  }

  /** Returns the protocol, the session and the client, as in `Echo,3,127.0.0.1`. */
  override logPrefix(): string {
    return `${this.#name},${this.session},${this.#peer.host}`;
  }

  /** Returns the protocol, the session and the port, as in `<Echo #3 on 8000>`. */
  override toString(): string {
    return `<${this.#name} #${this.session} on ${this.#port}>`;
  }
}
