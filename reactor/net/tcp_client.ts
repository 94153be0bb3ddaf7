/**
 * The client's end of a TCP connection.
 *
 * @module
 */

import { SocketError } from "../../poller/errors.ts";
import type { Deferred } from "../deferred/deferred.ts";
import { Failure } from "../deferred/failure.ts";
import { ConnectionLost, DNSLookupError, UserError } from "../errors.ts";
import type { ConnectTCPOptions } from "../interfaces/reactor_tcp.ts";
import type { TLSContext } from "../interfaces/tls.ts";
import { Protocol } from "../protocols/protocol.ts";
import { fromStreamAddress, type IPAddress } from "./address.ts";
import { getConnectError } from "./connect_errors.ts";
import type { TCPConnector } from "./connector.ts";
import { prefixOf } from "./log_prefix.ts";
import type { ReactorTCP } from "./reactor_tcp.ts";
import { TCPConnection } from "./tcp_connection.ts";
import { explainLoss } from "./tls_start.ts";

/**
 * One attempt of a connector and, if it succeeds, the transport of the protocol.
 *
 * Twisted: `Client` and `BaseClient` (`internet/tcp.py`, 24.7). Differs from Twisted: the factory
 * hears of a lost connection also if the protocol's `connectionLost` throws.
 */
export class TCPClient extends TCPConnection {
  /** Who is told how the attempt ends; `null` once told that it has failed. */
  #connector: TCPConnector | null;
  readonly #options: ConnectTCPOptions;
  readonly #host: string;
  /** What TLS is begun with, as soon as there is a connection; `null` for none. */
  readonly #tls: TLSContext | null;
  #name = "-";
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
    super(tcp);
    this.#host = connector.host;
    this.#tls = tls;
    this.#connector = connector;
    this.#options = options;
    tcp.reactor.callLater(0, () => this.#begin());
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

  /** Returns the protocol's name and `client`, as in `Echo,client`; `-` before it is connected. */
  override logPrefix(): string {
    return this.#name;
  }

  /** Gives up the attempt; the factory hears of it inside this call, with `UserError`. */
  stopConnecting(): void {
    this.failIfNotConnected(new UserError("Cannot go on connecting: it was given up by this side"));
  }

  /**
   * Ends the attempt, unless it has ended before.
   *
   * @param error Why.
   */
  failIfNotConnected(error: Error): void {
    const connector = this.#connector;
    if (this.connected || this.disconnected || connector === null) return;
    this.#connector = null;
    this.#lookup?.cancel();
    this.tcp.transports.delete(this);
    this.stopReading();
    this.stopWriting();
    this.getHandle()?.abort();
    connector.connectionFailed(new Failure(error));
  }

  /** Reads, or looks how the attempt goes; called by the reactor. */
  override doRead(): Error | undefined {
    return this.connected ? super.doRead() : this.#look();
  }

  /** Writes, or looks how the attempt goes; called by the reactor. */
  override doWrite(): Error | undefined {
    return this.connected ? super.doWrite() : this.#look();
  }

  /**
   * Ends the connection, or the attempt: tells the protocol and then the factory.
   *
   * @param reason Why.
   */
  override connectionLost(reason: Failure): void {
    if (this.disconnected) return;
    if (!this.connected) {
      return this.failIfNotConnected(explain(reason.value));
    }
    const connector = this.#connector;
    this.#connector = null;
    try {
      super.connectionLost(reason);
    } finally {
      connector?.connectionLost(explainLoss(reason));
    }
  }

  /** Returns the destination, for people. */
  override toString(): string {
    const peer = this.getHandle()?.remoteAddress;
    return peer === undefined ? "<TCPClient>" : `<TCPClient to ${fromStreamAddress(peer)}>`;
  }

  /** Looks the host up or opens the handle, a pass after `connect()`. */
  #begin(): void {
    const connector = this.#connector;
    if (connector === null) return;
    const lookup = this.tcp.resolvers?.lookUp(connector.host) ?? null;
    if (lookup === null) return this.#open(connector, connector.host);
    this.#lookup = lookup.addCallbacks((host) => {
      this.#lookup = null;
      if (this.#connector !== null) this.#open(connector, host);
    }, ({ value }) => {
      this.#lookup = null;
      this.failIfNotConnected(toLookupError(value));
    }) as Deferred<void>;
  }

  #open(connector: TCPConnector, hostname: string): void {
    const { bindAddress } = this.#options;
    const from = bindAddress === undefined
      ? {}
      : { from: { transport: "tcp", hostname: bindAddress.host, port: bindAddress.port } as const };
    const address = { transport: "tcp", hostname, port: connector.port } as const;
    try {
      this.adoptHandle(this.tcp.reactor.platform.network.connect(address, from));
    } catch (error) {
      return this.failIfNotConnected(getConnectError(error));
    }
    this.startWriting();
  }

  /** Looks how the attempt goes: it has failed, it has succeeded, or nothing is known yet. */
  #look(): undefined {
    const handle = this.getHandle();
    if (handle === null || this.#connector === null) return undefined;
    const error = handle.takeError();
    if (error !== null) this.failIfNotConnected(explain(error));
    else if (!handle.connecting) this.#connected(this.#connector);
    return undefined;
  }

  #connected(connector: TCPConnector): void {
    this.stopWriting();
    // Another handle takes over when TLS begins.
    const protocol = connector.buildProtocol(this.#addresses().remote);
    this.connected = true;
    if (protocol === null) {
      this.protocol = new Protocol();
      this.loseConnection();
      return;
    }
    this.protocol = protocol;
    this.#name = `${prefixOf(protocol)},client`;
    // Before makeConnection, so that a protocol can pause in connectionMade.
    this.startReading();
    if (this.#tls !== null) this.startTLS(this.#tls);
    protocol.makeConnection(this);
  }

  /** The addresses of both ends: known once there is a connection, and for good. */
  #addresses(): ConnectionAddresses {
    const handle = this.getHandle();
    if (this.#ends === null && handle !== null && !handle.connecting) {
      this.#ends = {
        local: fromStreamAddress(handle.localAddress ?? UNKNOWN),
        remote: fromStreamAddress(handle.remoteAddress),
      };
    }
    if (this.#ends !== null) return this.#ends;
    throw new SocketError("ENOTCONN", "Cannot get an address: the transport is not connected");
  }
}

/** The addresses of both ends. */
interface ConnectionAddresses {
  readonly local: IPAddress;
  readonly remote: IPAddress;
}

/** Stands for the local address where a platform does not tell it. */
const UNKNOWN = { transport: "tcp", hostname: "0.0.0.0", port: 0 } as const;

/** Says that the host has no address, in the reactor's words. */
function toLookupError(error: unknown): Error {
  if (error instanceof DNSLookupError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new DNSLookupError(message, { cause: error });
}

/**
 * Says why an attempt failed. A name that does not resolve is a `DNSLookupError`, as from
 * `reactor.resolve` in Twisted.
 */
function explain(error: unknown): Error {
  if (error instanceof ConnectionLost && error.cause !== undefined) return explain(error.cause);
  if (error instanceof SocketError && error.code === "ENOTFOUND") {
    return new DNSLookupError(error.message, { cause: error });
  }
  return getConnectError(error);
}
