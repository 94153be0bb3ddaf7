/**
 * The client's hold on a TCP connection: it is made, lost and made again.
 *
 * @module
 */

import type { Failure } from "../deferred/failure.ts";
import { ConnectTimeoutError, NotConnectingError } from "../errors.ts";
import type { ConnectorState, IConnector } from "../interfaces/connector.ts";
import type { IDelayedCall } from "../interfaces/delayed_call.ts";
import type { IProtocol } from "../interfaces/protocol.ts";
import type { IClientFactory } from "../interfaces/protocol_factory.ts";
import type { ConnectTCPOptions } from "../interfaces/reactor_tcp.ts";
import type { TLSContextSource } from "../interfaces/tls.ts";
import { HostnameAddress, IPv4Address, IPv6Address } from "./address.ts";
import type { ReactorTCP } from "./reactor_tcp.ts";
import { TCPClient } from "./tcp_client.ts";
import { contextOf } from "./tls_start.ts";

/** How long an attempt may take, in seconds, unless told otherwise (Twisted's default). */
const TIMEOUT = 30;

/**
 * Connects, and connects again when told to.
 *
 * Made by `reactor.connectTCP`. It goes from `disconnected` to `connecting`, `connected` and back;
 * `clientConnectionFailed` and `clientConnectionLost` run when it is `disconnected` again, so
 * that they may call {@linkcode TCPConnector.connect}. If they do not, the factory's `doStop`
 * follows.
 *
 * Twisted: `BaseConnector` (`internet/base.py`, 24.7) and `Connector` (`internet/tcp.py`).
 */
export class TCPConnector implements IConnector {
  /** The host as it was asked for. */
  readonly host: string;
  /** The port as it was asked for. */
  readonly port: number;
  /** Makes the protocol and hears of failure and loss. */
  readonly factory: IClientFactory;
  /** How long an attempt may take, in seconds. */
  readonly timeout: number;

  readonly #tcp: ReactorTCP;
  readonly #options: ConnectTCPOptions;
  readonly #tls: TLSContextSource | null;
  #state: ConnectorState = "disconnected";
  /** The attempt or connection; `null` while disconnected. */
  #transport: TCPClient | null = null;
  /** Ends the attempt when it takes too long; `null` when none is under way. */
  #timeout: IDelayedCall | null = null;
  /** Whether `factory.doStart()` was called and `doStop()` was not. */
  #factoryStarted = false;

  /**
   * Makes a connector that is disconnected.
   *
   * @param tcp What it belongs to.
   * @param host A name, or an IPv4 or IPv6 literal.
   * @param port The port.
   * @param factory Makes the protocol and hears of failure and loss.
   * @param options The time-out and the local address.
   * @param tls What TLS is begun with in each connection; `null` for none.
   * @throws {RangeError} If the port is not a whole number from 1 to 65535, or the time-out is
   * negative or `NaN`.
   */
  constructor(
    tcp: ReactorTCP,
    host: string,
    port: number,
    factory: IClientFactory,
    options: ConnectTCPOptions = {},
    tls: TLSContextSource | null = null,
  ) {
    this.#tcp = tcp;
    this.#tls = tls;
    this.#options = options;
    this.host = host;
    this.port = port;
    this.factory = factory;
    this.timeout = options.timeout ?? TIMEOUT;
    if (!(Number.isInteger(port) && port >= 1 && port <= 65_535)) {
      throw new RangeError(`Cannot connect to ${host}: port is ${port}`);
    }
    if (!(this.timeout >= 0)) {
      throw new RangeError(`Cannot connect to ${host}:${port}: time-out is ${this.timeout}`);
    }
  }

  /** Where the connector is in its life. */
  get state(): ConnectorState {
    return this.#state;
  }

  /**
   * Begins an attempt. `factory.startedConnecting(this)` is called in here; everything else follows
   * in later passes.
   *
   * @throws {Error} If the connector is connecting or connected.
   * @throws {unknown} What the context of TLS throws when it is asked for; nothing has begun then.
   */
  connect(): void {
    if (this.#state !== "disconnected") {
      throw new Error(`Cannot connect to ${this.host}:${this.port}: connector is ${this.#state}`);
    }
    const tls = this.#tls === null ? null : contextOf(this.#tls, this.factory);
    this.#state = "connecting";
    if (!this.#factoryStarted) {
      this.#factoryStarted = true;
      this.factory.doStart();
    }
    const transport = new TCPClient(this.#tcp, this, this.#options, tls);
    this.#transport = transport;
    this.#timeout = this.#tcp.reactor.callLater(this.timeout, () => this.#timedOut(transport));
    this.factory.startedConnecting(this);
  }

  /**
   * Gives up the attempt under way. The factory hears of it inside this call, with `UserError`.
   *
   * @throws {NotConnectingError} If no attempt is under way.
   */
  stopConnecting(): void {
    if (this.#state !== "connecting" || this.#transport === null) {
      throw new NotConnectingError(`Cannot stop connecting: connector is ${this.#state}`);
    }
    this.#transport.stopConnecting();
  }

  /** Gives up the attempt under way, or closes the connection; otherwise does nothing. */
  disconnect(): void {
    if (this.#state === "connecting") this.stopConnecting();
    else if (this.#state === "connected") this.#transport?.loseConnection();
  }

  /** Returns where the connector connects to, as it was asked. */
  getDestination(): IPv4Address | IPv6Address | HostnameAddress {
    const { host, port } = this;
    if (host.includes(":")) return new IPv6Address("TCP", host, port);
    if (IPV4_LITERAL.test(host)) return new IPv4Address("TCP", host, port);
    return new HostnameAddress(host, port);
  }

  /**
   * The attempt has succeeded: asks the factory for a protocol. Called by the transport.
   *
   * @param address The address of the other end.
   * @returns The protocol, or `null` to refuse.
   */
  buildProtocol(address: IPv4Address | IPv6Address): IProtocol | null {
    this.#state = "connected";
    this.#cancelTimeout();
    return this.factory.buildProtocol(address);
  }

  /**
   * The attempt has failed. Called by the transport, once.
   *
   * @param reason Why.
   */
  connectionFailed(reason: Failure): void {
    this.#cancelTimeout();
    this.#ended(() => this.factory.clientConnectionFailed(this, reason));
  }

  /**
   * The connection is over. Called by the transport, once, after the protocol was told.
   *
   * @param reason Why.
   */
  connectionLost(reason: Failure): void {
    this.#ended(() => this.factory.clientConnectionLost(this, reason));
  }

  /** Returns the class, the destination and the state, for people. */
  toString(): string {
    return `<TCPConnector to ${this.host}:${this.port} (${this.#state})>`;
  }

  /** Tells the factory, and stops it unless it has begun another attempt. */
  #ended(tell: () => void): void {
    this.#state = "disconnected";
    this.#transport = null;
    try {
      tell();
    } finally {
      // The factory may have called connect(), which the compiler cannot see.
      if ((this.#state as ConnectorState) === "disconnected" && this.#factoryStarted) {
        this.#factoryStarted = false;
        this.factory.doStop();
      }
    }
  }

  #timedOut(transport: TCPClient): void {
    this.#timeout = null;
    const message =
      `Cannot connect to ${this.host}:${this.port}: time-out of ${this.timeout} s is over`;
    transport.failIfNotConnected(new ConnectTimeoutError(message));
  }

  #cancelTimeout(): void {
    const timeout = this.#timeout;
    this.#timeout = null;
    if (timeout?.active()) timeout.cancel();
  }
}

/** Four decimal numbers with dots. */
const IPV4_LITERAL = /^\d{1,3}(\.\d{1,3}){3}$/;
