/**
 * The client's end of a TCP connection.
 *
 * @module
 */

import type { StreamHandle } from "../../poller/handle.ts";
import type { Deferred } from "../deferred/deferred.ts";
import { DNSLookupError } from "../errors.ts";
import type { ConnectTCPOptions } from "../interfaces/reactor_tcp.ts";
import type { TLSContext } from "../interfaces/tls.ts";
import { fromStreamAddress, type IPAddress } from "./address.ts";
import { BaseClient } from "./base_client.ts";
import type { TCPConnector } from "./connector.ts";
import type { ReactorTCP } from "./reactor_tcp.ts";

/**
 * One attempt of a connector to reach a port of a host and, if it succeeds, the transport of the
 * protocol.
 *
 * Twisted: `Client` (`internet/tcp.py`, 24.7).
 */
export class TCPClient extends BaseClient {
  readonly #host: string;
  readonly #port: number;
  readonly #options: ConnectTCPOptions;
  #ends: ConnectionAddresses | null = null;
  /** The lookup under way; `null` if none is. */
  #lookup: Deferred<void> | null = null;

  /**
   * Makes an attempt that begins in the next pass.
   *
   * @param tcp What it belongs to.
   * @param connector Who is told how it ends.
   * @param options The local address.
   * @param tls What TLS is begun with, as soon as there is a connection; `null` for none.
   */
  constructor(
    tcp: ReactorTCP,
    connector: TCPConnector,
    options: ConnectTCPOptions,
    tls: TLSContext | null = null,
  ) {
    super(tcp, connector, tls);
    this.#host = connector.host;
    this.#port = connector.port;
    this.#options = options;
  }

  /** What was connected to, as it was asked. */
  protected override get destination(): string {
    return this.#host;
  }

  /** Returns the address of this end. */
  override getHost(): IPAddress {
    return this.#addresses().local;
  }

  /** Returns the address of the other end: numeric, whatever name was asked for. */
  override getPeer(): IPAddress {
    return this.#addresses().remote;
  }

  /** Returns the destination, for people. */
  override toString(): string {
    const peer = this.getHandle()?.remoteAddress;
    return peer === undefined ? "<TCPClient>" : `<TCPClient to ${fromStreamAddress(peer)}>`;
  }

  /** Looks the host up, or opens the handle. */
  protected override begin(): void {
    const lookup = this.tcp.resolvers?.lookUp(this.#host) ?? null;
    if (lookup === null) return this.#connect(this.#host);
    this.#lookup = lookup.addCallbacks((host) => {
      this.#lookup = null;
      if (this.isConnecting) this.#connect(host);
    }, ({ value }) => {
      this.#lookup = null;
      this.failIfNotConnected(toLookupError(value));
    }) as Deferred<void>;
  }

  /** Ends the lookup. */
  protected override giveUp(): void {
    this.#lookup?.cancel();
  }

  #connect(hostname: string): void {
    const { bindAddress } = this.#options;
    const from = bindAddress === undefined
      ? null
      : { transport: "tcp", hostname: bindAddress.host, port: bindAddress.port } as const;
    this.open({ transport: "tcp", hostname, port: this.#port }, from);
  }

  /** The addresses of both ends: known once there is a connection, and for good. */
  #addresses(): ConnectionAddresses {
    // Another handle takes over when TLS begins.
    return this.#ends ??= addressesOf(this.connectedHandle);
  }
}

/** The addresses of both ends. */
interface ConnectionAddresses {
  readonly local: IPAddress;
  readonly remote: IPAddress;
}

function addressesOf(handle: StreamHandle): ConnectionAddresses {
  return {
    local: fromStreamAddress(handle.localAddress ?? UNKNOWN),
    remote: fromStreamAddress(handle.remoteAddress),
  };
}

/** Stands for the local address where a platform does not tell it. */
const UNKNOWN = { transport: "tcp", hostname: "0.0.0.0", port: 0 } as const;

/** Says that the host has no address, in the reactor's words. */
function toLookupError(error: unknown): Error {
  if (error instanceof DNSLookupError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new DNSLookupError(message, { cause: error });
}
