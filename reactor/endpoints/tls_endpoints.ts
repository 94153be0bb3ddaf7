/**
 * Places to listen on and to connect to over TLS.
 *
 * @module
 */

import type { Deferred } from "../deferred/deferred.ts";
import { execute } from "../deferred/maybe_deferred.ts";
import type { IStreamClientEndpoint, IStreamServerEndpoint } from "../interfaces/endpoints.ts";
import type { IListeningPort } from "../interfaces/listening_port.ts";
import type { IProtocol } from "../interfaces/protocol.ts";
import type { IProtocolFactory } from "../interfaces/protocol_factory.ts";
import type { IReactorSSL } from "../interfaces/reactor_ssl.ts";
import type { ConnectTCPOptions, ListenTCPOptions } from "../interfaces/reactor_tcp.ts";
import type { TLSContextSource } from "../interfaces/tls.ts";
import { contextOf } from "../net/tls_start.ts";
import { connectWith } from "./attempt_factory.ts";

/**
 * A TCP port for connections over TLS.
 *
 * Twisted: `SSL4ServerEndpoint` (`internet/endpoints.py`, 24.7).
 *
 * @example A context without a certificate is a failure of `listen()`
 * ```ts
 * import { CertificateError, PollReactor, ServerFactory } from "@twinloop/twinloop/reactor";
 * import { Protocol, SSL4ServerEndpoint } from "@twinloop/twinloop/reactor";
 * import { Simulation } from "@twinloop/twinloop/sim";
 * import { assertRejects } from "@std/assert";
 *
 * const reactor = new PollReactor(new Simulation({ seed: 1 }).host("server"));
 * const endpoint = new SSL4ServerEndpoint(reactor, 8443, {});
 * const listening = endpoint.listen(ServerFactory.forProtocol(Protocol));
 * await assertRejects(async () => await listening, CertificateError);
 * ```
 */
export class SSL4ServerEndpoint implements IStreamServerEndpoint {
  readonly #reactor: IReactorSSL;
  readonly #port: number;
  readonly #source: TLSContextSource;
  readonly #options: ListenTCPOptions;

  /**
   * Makes an endpoint; nothing is checked before `listen()`.
   *
   * @param reactor What listens.
   * @param port The port; 0 picks a free one.
   * @param source What TLS is begun with.
   * @param options The backlog and the interface.
   */
  constructor(
    reactor: IReactorSSL,
    port: number,
    source: TLSContextSource,
    options: ListenTCPOptions = {},
  ) {
    this.#reactor = reactor;
    this.#port = port;
    this.#source = source;
    this.#options = options;
  }

  /**
   * Listens; see {@linkcode IStreamServerEndpoint.listen}.
   *
   * @param factory Makes a protocol for each connection.
   * @returns A Deferred that has the port, or the failure, already.
   */
  listen(factory: IProtocolFactory): Deferred<IListeningPort> {
    return execute(() => this.#reactor.listenSSL(this.#port, factory, this.#source, this.#options));
  }

  /** Returns the class and the port, for people. */
  toString(): string {
    return `<SSL4ServerEndpoint ${this.#options.interface ?? "*"}:${this.#port}>`;
  }
}

/**
 * A TCP port of a host, over TLS. The protocol is connected before the handshake is over; see
 * `IReactorSSL`.
 *
 * Twisted: `SSL4ClientEndpoint` (`internet/endpoints.py`, 24.7).
 */
export class SSL4ClientEndpoint implements IStreamClientEndpoint {
  readonly #reactor: IReactorSSL;
  readonly #host: string;
  readonly #port: number;
  readonly #source: TLSContextSource;
  readonly #options: ConnectTCPOptions;

  /**
   * Makes an endpoint; nothing is checked before `connect()`.
   *
   * @param reactor What connects.
   * @param host A name, or an IPv4 or IPv6 literal.
   * @param port The port.
   * @param source What TLS is begun with.
   * @param options The time-out and the local address.
   */
  constructor(
    reactor: IReactorSSL,
    host: string,
    port: number,
    source: TLSContextSource,
    options: ConnectTCPOptions = {},
  ) {
    this.#reactor = reactor;
    this.#host = host;
    this.#port = port;
    this.#source = source;
    this.#options = options;
  }

  /**
   * Connects; see {@linkcode IStreamClientEndpoint.connect}.
   *
   * @param factory Makes the protocol, and names the application protocols if it can.
   * @returns A Deferred of the protocol.
   */
  connect(factory: IProtocolFactory): Deferred<IProtocol> {
    const source = { getContext: () => contextOf(this.#source, factory) };
    return connectWith(
      factory,
      (wrapping) =>
        this.#reactor.connectSSL(this.#host, this.#port, wrapping, source, this.#options),
    );
  }

  /** Returns the destination, for people. */
  toString(): string {
    return `<SSL4ClientEndpoint ${this.#host}:${this.#port}>`;
  }
}
