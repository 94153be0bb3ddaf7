/**
 * TCP for any reactor.
 *
 * @module
 */

import type { IClientFactory, IProtocolFactory } from "../interfaces/protocol_factory.ts";
import type {
  ConnectTCPOptions,
  IReactorTCP,
  ListenTCPOptions,
} from "../interfaces/reactor_tcp.ts";
import type { IReactorSSL } from "../interfaces/reactor_ssl.ts";
import type { TLSContextSource } from "../interfaces/tls.ts";
import type { LogObserver } from "../log.ts";
import { TCPConnector } from "./connector.ts";
import type { ReactorResolvers } from "./reactor_resolvers.ts";
import { TCPPort } from "./tcp_port.ts";
import { type TransportReactor, TransportSite } from "./transport_site.ts";

/**
 * The TCP side of a reactor: it needs readiness and time only, so it runs on every reactor and on
 * every tower of loops. A reactor makes one and hands `listenTCP` and `connectTCP` on to it.
 *
 * Twisted: `PosixReactorBase.listenTCP`, `connectTCP`, `listenSSL` and `connectSSL`
 * (`internet/posixbase.py`, 24.7).
 */
export class ReactorTCP extends TransportSite implements IReactorTCP, IReactorSSL {
  /** What finds the addresses of names; `null` if the platform does it all. */
  readonly resolvers: ReactorResolvers | null;

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
    super(reactor, log);
    this.resolvers = resolvers;
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
   * @param port The port, or the name of a service such as `http`.
   * @param factory Makes the protocol and hears of failure and loss.
   * @param options The time-out and the local address.
   * @returns The client's hold on the connection.
   * @throws {ServiceNameUnknownError} If the port is the name of a service that is unknown.
   * @throws {RangeError} If the port is not a whole number from 1 to 65535, or the time-out is
   * negative or `NaN`.
   */
  connectTCP(
    host: string,
    port: number | string,
    factory: IClientFactory,
    options: ConnectTCPOptions = {},
  ): TCPConnector {
    const connector = new TCPConnector(this, host, port, factory, options);
    connector.connect();
    return connector;
  }

  /**
   * Listens on a port for connections over TLS; see `IReactorSSL.listenSSL`.
   *
   * @param port The port; 0 picks a free one.
   * @param factory Makes a protocol for each connection.
   * @param source What TLS is begun with.
   * @param options The backlog and the interface.
   * @returns The port, bound and listening.
   * @throws {CannotListenError} If the address cannot be listened on.
   * @throws {CertificateError} If there is no certificate or no key.
   * @throws {RangeError} If the port is not a whole number from 0 to 65535.
   * @throws {unknown} What `source.getContext()` throws.
   */
  listenSSL(
    port: number,
    factory: IProtocolFactory,
    source: TLSContextSource,
    options: ListenTCPOptions = {},
  ): TCPPort {
    const listening = new TCPPort(this, port, factory, options, source);
    listening.startListening();
    return listening;
  }

  /**
   * Begins to connect over TLS; see `IReactorSSL.connectSSL`.
   *
   * @param host A name, or an IPv4 or IPv6 literal.
   * @param port The port, or the name of a service such as `http`.
   * @param factory Makes the protocol and hears of failure and loss.
   * @param source What TLS is begun with.
   * @param options The time-out and the local address.
   * @returns The client's hold on the connection.
   * @throws {ServiceNameUnknownError} If the port is the name of a service that is unknown.
   * @throws {RangeError} If the port or the time-out is not a number that makes sense.
   * @throws {unknown} What `source.getContext()` throws.
   */
  connectSSL(
    host: string,
    port: number | string,
    factory: IClientFactory,
    source: TLSContextSource,
    options: ConnectTCPOptions = {},
  ): TCPConnector {
    const connector = new TCPConnector(this, host, port, factory, options, source);
    connector.connect();
    return connector;
  }
}
