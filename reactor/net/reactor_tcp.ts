/**
 * TCP for any reactor.
 *
 * @module
 */

import type { Platform } from "../../poller/platform.ts";
import type { IClientFactory, IProtocolFactory } from "../interfaces/protocol_factory.ts";
import type { IReactorFDSet } from "../interfaces/reactor_fdset.ts";
import type {
  ConnectTCPOptions,
  IReactorTCP,
  ListenTCPOptions,
} from "../interfaces/reactor_tcp.ts";
import type { IReactorTime } from "../interfaces/reactor_time.ts";
import type { LogObserver } from "../log.ts";
import { TCPConnector } from "./connector.ts";
import type { ReactorResolvers } from "./reactor_resolvers.ts";
import { ReceiveSlab } from "./receive_slab.ts";
import { TCPPort } from "./tcp_port.ts";

/** What TCP stands on: readiness, time, and a world to open handles in. */
export interface TransportReactor extends IReactorTime, IReactorFDSet {
  /** What opens the handles that the reactor watches. */
  readonly platform: Platform;
}

/**
 * The TCP side of a reactor: it needs readiness and time only, so it runs on every reactor and on
 * every tower of loops. A reactor makes one and hands `listenTCP` and `connectTCP` on to it.
 *
 * Twisted: `PosixReactorBase.listenTCP` and `connectTCP` (`internet/posixbase.py`, 24.7).
 */
export class ReactorTCP implements IReactorTCP {
  /** What watches the handles and keeps the time. */
  readonly reactor: TransportReactor;
  /** What finds the addresses of names; `null` if the platform does it all. */
  readonly resolvers: ReactorResolvers | null;
  /** Takes the errors of protocols and factories. */
  readonly #log: LogObserver;
  /** Where received bytes are copied to; shared by all connections of the reactor. */
  readonly slab: ReceiveSlab = new ReceiveSlab();

  /**
   * Makes the TCP side of a reactor.
   *
   * @param reactor The reactor.
   * @param log Takes the errors of protocols and factories.
   * @param resolvers What finds the addresses of names; by default the platform does.
   */
  constructor(
    reactor: TransportReactor,
    log: LogObserver,
    resolvers: ReactorResolvers | null = null,
  ) {
    this.reactor = reactor;
    this.resolvers = resolvers;
    this.#log = log;
  }

  /**
   * Logs what a protocol or factory has thrown.
   *
   * @param message Where it came from, as a phrase.
   * @param error What was thrown.
   * @param system The log prefix of the port or transport.
   */
  logError(message: string, error: unknown, system: string): void {
    this.#log({ level: "error", message, error, system });
  }

  /**
   * Listens on a port.
   *
   * @param port The port; 0 picks a free one.
   * @param factory Makes a protocol for each connection.
   * @param options The backlog and the interface.
   * @returns The port, bound and listening.
   * @throws {CannotListenError} If the address cannot be listened on.
   * @throws {RangeError} If the port is not a whole number from 0 to 65535.
   */
  listenTCP(port: number, factory: IProtocolFactory, options: ListenTCPOptions = {}): TCPPort {
    const listening = new TCPPort(this, port, factory, options);
    listening.startListening();
    return listening;
  }

  /**
   * Begins to connect.
   *
   * @param host A name, or an IPv4 or IPv6 literal.
   * @param port The port.
   * @param factory Makes the protocol and hears of failure and loss.
   * @param options The time-out and the local address.
   * @returns The client's hold on the connection.
   * @throws {RangeError} If the port is not a whole number from 1 to 65535, or the time-out is
   * negative or `NaN`.
   */
  connectTCP(
    host: string,
    port: number,
    factory: IClientFactory,
    options: ConnectTCPOptions = {},
  ): TCPConnector {
    const connector = new TCPConnector(this, host, port, factory, options);
    connector.connect();
    return connector;
  }
}
