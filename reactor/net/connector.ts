/**
 * The client's hold on a TCP connection.
 *
 * @module
 */

import type { IClientFactory } from "../interfaces/protocol_factory.ts";
import type { ConnectTCPOptions } from "../interfaces/reactor_tcp.ts";
import type { TLSContext, TLSContextSource } from "../interfaces/tls.ts";
import { HostnameAddress, IPv4Address, IPv6Address } from "./address.ts";
import { BaseConnector } from "./base_connector.ts";
import type { ReactorTCP } from "./reactor_tcp.ts";
import { portOf } from "./service_port.ts";
import { TCPClient } from "./tcp_client.ts";
import { contextOf } from "./tls_start.ts";

/**
 * Connects to a port of a host, and connects again when told to. Made by `reactor.connectTCP`.
 *
 * Twisted: `Connector` (`internet/tcp.py`, 24.7).
 */
export class TCPConnector extends BaseConnector {
  /** The host as it was asked for. */
  readonly host: string;
  /** The port, also if it was asked for by name. */
  readonly port: number;
  readonly #options: ConnectTCPOptions;
  readonly #tls: TLSContextSource | null;
  #context: TLSContext | null = null;

  /**
   * Makes a connector that is disconnected.
   *
   * @param tcp What it belongs to.
   * @param host A name, or an IPv4 or IPv6 literal.
   * @param port The port, or the name of a service such as `http`.
   * @param factory Makes the protocol and hears of failure and loss.
   * @param options The time-out and the local address.
   * @param tls What TLS is begun with in each connection; `null` for none.
   * @throws {ServiceNameUnknownError} If the port is the name of a service that is unknown.
   * @throws {RangeError} If the port is not a whole number from 1 to 65535, or the time-out is
   * negative or `NaN`.
   */
  constructor(
    tcp: ReactorTCP,
    host: string,
    port: number | string,
    factory: IClientFactory,
    options: ConnectTCPOptions = {},
    tls: TLSContextSource | null = null,
  ) {
    super(tcp, factory, options.timeout);
    this.host = host;
    this.port = portOf(tcp.reactor.platform.network, host, port);
    this.#options = options;
    this.#tls = tls;
    if (!(Number.isInteger(this.port) && this.port >= 1 && this.port <= 65_535)) {
      throw new RangeError(`Cannot connect to ${host}: port is ${port}`);
    }
  }

  /** Returns where the connector connects to, as it was asked. */
  override getDestination(): IPv4Address | IPv6Address | HostnameAddress {
    const { host, port } = this;
    if (host.includes(":")) return new IPv6Address("TCP", host, port);
    if (IPV4_LITERAL.test(host)) return new IPv4Address("TCP", host, port);
    return new HostnameAddress(host, port);
  }

  /** Asks for the context of TLS, for each attempt anew. */
  protected override prepare(): void {
    if (this.#tls !== null) this.#context = contextOf(this.#tls, this.factory);
  }

  /** Makes an attempt. */
  protected override makeTransport(): TCPClient {
    return new TCPClient(this.tcp, this, this.#options, this.#context);
  }

  /** The host and the port. */
  protected override get place(): string {
    return `${this.host}:${this.port}`;
  }
}

/** Four decimal numbers with dots. */
const IPV4_LITERAL = /^\d{1,3}(\.\d{1,3}){3}$/;
