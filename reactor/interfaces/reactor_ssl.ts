/**
 * TCP with TLS from the start, as a reactor offers it.
 *
 * @module
 */

import type { IConnector } from "./connector.ts";
import type { IListeningPort } from "./listening_port.ts";
import type { IClientFactory, IProtocolFactory } from "./protocol_factory.ts";
import type { ConnectTCPOptions, ListenTCPOptions } from "./reactor_tcp.ts";
import type { TLSContextSource } from "./tls.ts";

/**
 * Opens ports and connections over TLS. Twisted: `IReactorSSL` (`internet/interfaces.py`, 24.7).
 *
 * The protocols are connected as soon as the connection is there; what they write waits for the
 * handshake. `handshakeCompleted` tells of its end, and `connectionLost` of its failure.
 */
export interface IReactorSSL {
  /**
   * Listens on a port.
   *
   * @param port The port; 0 picks a free one.
   * @param factory Makes a protocol for each connection.
   * @param source What TLS is begun with; it is asked once now, and again for each connection.
   * @param options The backlog and the interface.
   * @returns The port, bound and listening.
   * @throws {CannotListenError} If the address cannot be listened on.
   * @throws {CertificateError} If there is no certificate or no key.
   * @throws {unknown} What `source.getContext()` throws.
   */
  listenSSL(
    port: number,
    factory: IProtocolFactory,
    source: TLSContextSource,
    options?: ListenTCPOptions,
  ): IListeningPort;
  /**
   * Begins to connect.
   *
   * @param host A name, or an IPv4 or IPv6 literal; the server's certificate must be for it unless
   * the context says otherwise.
   * @param port The port, or the name of a service such as `http`.
   * @param factory Makes the protocol and hears of failure and loss.
   * @param source What TLS is begun with; it is asked once for each attempt.
   * @param options The time-out and the local address.
   * @returns The client's hold on the connection.
   * @throws {ServiceNameUnknownError} If the port is the name of a service that is unknown.
   * @throws {unknown} What `source.getContext()` throws.
   */
  connectSSL(
    host: string,
    port: number | string,
    factory: IClientFactory,
    source: TLSContextSource,
    options?: ConnectTCPOptions,
  ): IConnector;
}
