/**
 * TCP, as a reactor offers it.
 *
 * @module
 */

import type { IConnector } from "./connector.ts";
import type { IListeningPort } from "./listening_port.ts";
import type { IClientFactory, IProtocolFactory } from "./protocol_factory.ts";

/** How to listen on a TCP port. */
export interface ListenTCPOptions {
  /**
   * How many connections may wait to be accepted.
   *
   * @default {50}
   */
  readonly backlog?: number;
  /**
   * The local address to listen on: an IPv4 or IPv6 literal; empty for all IPv4 addresses.
   *
   * @default {""}
   */
  readonly interface?: string;
}

/** How to connect over TCP. */
export interface ConnectTCPOptions {
  /**
   * How long the attempt may take, the resolution of the name included, in seconds.
   *
   * @default {30}
   */
  readonly timeout?: number;
  /** The local address and port to connect from; by default the system chooses. */
  readonly bindAddress?: {
    /** An IPv4 or IPv6 literal. */
    readonly host: string;
    /** The port; 0 for any. */
    readonly port: number;
  };
}

/**
 * Opens TCP ports and connections. Twisted: `IReactorTCP` (`internet/interfaces.py`, 24.7).
 * Differs from Twisted: what follows the factory is one options object.
 */
export interface IReactorTCP {
  /**
   * Listens on a port.
   *
   * @param port The port; 0 picks a free one.
   * @param factory Makes a protocol for each connection.
   * @param options The backlog and the interface.
   * @returns The port, bound and listening.
   * @throws {CannotListenError} If the address cannot be listened on.
   */
  listenTCP(port: number, factory: IProtocolFactory, options?: ListenTCPOptions): IListeningPort;
  /**
   * Begins to connect. Nothing but `factory.doStart()` and `factory.startedConnecting()` is called
   * before this returns.
   *
   * @param host A name, or an IPv4 or IPv6 literal.
   * @param port The port, or the name of a service such as `http`.
   * @param factory Makes the protocol and hears of failure and loss.
   * @param options The time-out and the local address.
   * @returns The client's hold on the connection.
   * @throws {ServiceNameUnknownError} If the port is the name of a service that is unknown.
   */
  connectTCP(
    host: string,
    port: number | string,
    factory: IClientFactory,
    options?: ConnectTCPOptions,
  ): IConnector;
}
