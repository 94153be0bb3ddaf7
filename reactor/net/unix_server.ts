/**
 * The server's end of a UNIX connection.
 *
 * @module
 */

import type { StreamHandle } from "../../poller/handle.ts";
import type { IProtocol } from "../interfaces/protocol.ts";
import type { UNIXAddress } from "./address.ts";
import { prefixOf } from "./log_prefix.ts";
import type { ReactorTCP } from "./reactor_tcp.ts";
import { TLSTransport } from "./tls_transport.ts";

/** Where an accepted connection comes from. */
export interface UNIXServerOptions {
  /** The path of the port. */
  readonly host: UNIXAddress;
  /** The path of the client; most have none. */
  readonly peer: UNIXAddress;
  /** The number of the connection among those of its port, from 0. */
  readonly session: number;
}

/**
 * The transport of a protocol that a listening UNIX port made.
 *
 * Twisted: `Server` (`internet/unix.py`, 24.7), which is one of TCP, too.
 */
export class UNIXServer extends TLSTransport {
  /** The number of the connection among those of its port, from 0. */
  readonly session: number;
  readonly #host: UNIXAddress;
  readonly #peer: UNIXAddress;
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
    options: UNIXServerOptions,
  ) {
    super(tcp);
    this.adoptHandle(handle);
    this.protocol = protocol;
    this.session = options.session;
    this.#host = options.host;
    this.#peer = options.peer;
    this.#name = prefixOf(protocol);
    this.connected = true;
    // Before makeConnection, so that a protocol can pause in connectionMade.
    this.startReading();
  }

  /** Returns the path of the port. */
  override getHost(): UNIXAddress {
    return this.#host;
  }

  /** Returns the path of the client. */
  override getPeer(): UNIXAddress {
    return this.#peer;
  }

  /** Returns the protocol, the session and the path, as in `Echo,3,/run/echo`. */
  override logPrefix(): string {
    return `${this.#name},${this.session},${this.#host.name}`;
  }

  /** Returns the protocol, the session and the path, as in `<Echo #3 on /run/echo>`. */
  override toString(): string {
    return `<${this.#name} #${this.session} on ${this.#host.name}>`;
  }
}
