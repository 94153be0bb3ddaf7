/**
 * The client's end of a connection.
 *
 * @module
 */

import type { StreamAddress } from "../../poller/address.ts";
import { SocketError } from "../../poller/errors.ts";
import type { StreamHandle } from "../../poller/handle.ts";
import { Failure } from "../deferred/failure.ts";
import { ConnectionLost, DNSLookupError, UserError } from "../errors.ts";
import type { TLSContext } from "../interfaces/tls.ts";
import { Protocol } from "../protocols/protocol.ts";
import type { IPAddress, UNIXAddress } from "./address.ts";
import type { BaseConnector } from "./base_connector.ts";
import { getConnectError } from "./connect_errors.ts";
import { prefixOf } from "./log_prefix.ts";
import type { ReactorTCP } from "./reactor_tcp.ts";
import { explainLoss } from "./tls_start.ts";
import { TLSTransport } from "./tls_transport.ts";

/**
 * One attempt of a connector and, if it succeeds, the transport of the protocol. A subclass knows how
 * to begin.
 *
 * Twisted: `BaseClient` (`internet/tcp.py`, 24.7). Differs from Twisted: the factory hears of a lost
 * connection also if the protocol's `connectionLost` throws.
 */
export abstract class BaseClient extends TLSTransport {
  /** Who is told how the attempt ends; `null` once told that it has failed. */
  #connector: BaseConnector | null;
  /** What TLS is begun with, as soon as there is a connection; `null` for none. */
  readonly #tls: TLSContext | null;
  #name = "-";
  /** Whether the factory builds the protocol just now, or has thrown. */
  #isBuilding = false;
  /** Whether the factory wanted the connection closed while it built the protocol. */
  #isUnwanted = false;

  /**
   * Makes an attempt that begins in the next pass.
   *
   * @param tcp What it belongs to.
   * @param connector Who is told how it ends.
   * @param tls What TLS is begun with, as soon as there is a connection; `null` for none.
   */
  constructor(tcp: ReactorTCP, connector: BaseConnector, tls: TLSContext | null = null) {
    super(tcp);
    this.#tls = tls;
    this.#connector = connector;
    tcp.reactor.callLater(0, () => {
      if (this.isConnecting) this.begin();
    });
  }

  /** Begins the attempt, a pass after `connect()`: ends in {@linkcode BaseClient.open}. */
  protected abstract begin(): void;

  /** Ends what was begun before {@linkcode BaseClient.open}; the attempt was given up. */
  protected giveUp(): void {}

  /** Whether the attempt is under way. */
  protected get isConnecting(): boolean {
    return !this.connected && !this.disconnected && this.#connector !== null;
  }

  /** Returns the address of this end. */
  abstract override getHost(): IPAddress | UNIXAddress;

  /** Returns the address of the other end. */
  abstract override getPeer(): IPAddress | UNIXAddress;

  /** Returns the protocol's name and `client`, as in `Echo,client`; `-` before it is connected. */
  override logPrefix(): string {
    return this.#name;
  }

  /**
   * Gives up the attempt; the factory hears of it inside this call, with `UserError`.
   *
   * @throws {unknown} What a resolver throws whose lookup is cancelled; the attempt has ended.
   */
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
    this.tcp.transports.delete(this);
    this.stopReading();
    this.stopWriting();
    this.getHandle()?.abort();
    try {
      this.giveUp();
    } finally {
      connector.connectionFailed(new Failure(error));
    }
  }

  /** Closes the connection; while its protocol is built, as soon as that is done. */
  override loseConnection(): void {
    if (this.connected || !this.#isBuilding) super.loseConnection();
    else this.#isUnwanted = true;
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

  /**
   * Opens the handle.
   *
   * @param address Where to.
   * @param from The local address; `null` if the system chooses.
   */
  protected open(address: StreamAddress, from: StreamAddress | null = null): void {
    const { network } = this.tcp.reactor.platform;
    try {
      this.adoptHandle(network.connect(address, from === null ? {} : { from }));
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

  #connected(connector: BaseConnector): void {
    this.stopWriting();
    // Another handle takes over when TLS begins.
    this.#isBuilding = true;
    const protocol = connector.buildProtocol(this.getPeer());
    this.#isBuilding = false;
    // The factory may have had everything disconnected.
    if (!this.isConnecting) return;
    this.connected = true;
    if (protocol === null || this.#isUnwanted) {
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

  /**
   * Returns the handle of an established connection.
   *
   * @throws {SocketError} `ENOTCONN` if there is none.
   */
  protected get connectedHandle(): StreamHandle {
    const handle = this.getHandle();
    if (handle !== null && !handle.connecting) return handle;
    throw new SocketError("ENOTCONN", "Cannot get an address: the transport is not connected");
  }
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
