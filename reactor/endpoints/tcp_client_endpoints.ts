/**
 * Places to connect to over TCP.
 *
 * @module
 */

import type { Deferred } from "../deferred/deferred.ts";
import { CancelledError } from "../deferred/errors.ts";
import type { IStreamClientEndpoint } from "../interfaces/endpoints.ts";
import type { IProtocol } from "../interfaces/protocol.ts";
import type { IProtocolFactory } from "../interfaces/protocol_factory.ts";
import type { ConnectTCPOptions, IReactorTCP } from "../interfaces/reactor_tcp.ts";
import type { IReactorPluggableNameResolver } from "../interfaces/resolvers.ts";
import { HostnameAddress, IPv6Address } from "../net/address.ts";
import { isIPv6Address } from "../net/ip_literal.ts";
import { noAddress, resolveAll } from "../net/resolver_adapters.ts";
import { ConnectingCancelledError } from "./errors.ts";
import { connectWith } from "./attempt_factory.ts";

/**
 * A TCP port of an IPv4 host.
 *
 * Twisted: `TCP4ClientEndpoint` (`internet/endpoints.py`, 24.7). Differs from Twisted: a name may
 * lead to an IPv6 address if the platform, or the resolver that is installed, finds that.
 *
 * @example A connection that is refused
 * ```ts
 * import { connectProtocol, PollReactor, Protocol, TCP4ClientEndpoint } from "@twinloop/twinloop/reactor";
 * import { Simulation } from "@twinloop/twinloop/sim";
 * import { assertEquals } from "@std/assert";
 *
 * const sim = new Simulation({ seed: 1 });
 * const reactor = new PollReactor(sim.host("client"));
 * const log: string[] = [];
 * connectProtocol(new TCP4ClientEndpoint(reactor, "127.0.0.1", 79), new Protocol())
 *   .addErrback((failure) => log.push((failure.value as Error).name))
 *   .addBoth(() => reactor.stop());
 * await sim.run(() => reactor.run());
 * assertEquals(log, ["ConnectionRefusedError"]);
 * ```
 */
export class TCP4ClientEndpoint implements IStreamClientEndpoint {
  readonly #reactor: IReactorTCP;
  readonly #host: string;
  readonly #port: number;
  readonly #options: ConnectTCPOptions;

  /**
   * Makes an endpoint; nothing is checked before {@linkcode TCP4ClientEndpoint.connect}.
   *
   * @param reactor What connects.
   * @param host A literal, or a name.
   * @param port The port.
   * @param options The time-out and the local address.
   */
  constructor(reactor: IReactorTCP, host: string, port: number, options: ConnectTCPOptions = {}) {
    this.#reactor = reactor;
    this.#host = host;
    this.#port = port;
    this.#options = options;
  }

  /**
   * Connects; see {@linkcode IStreamClientEndpoint.connect}.
   *
   * @param factory Makes the protocol.
   * @returns A Deferred of the protocol.
   */
  connect(factory: IProtocolFactory): Deferred<IProtocol> {
    return connectWith(
      factory,
      (wrapping) => this.#reactor.connectTCP(this.#host, this.#port, wrapping, this.#options),
    );
  }

  /** Returns the destination, for people. */
  toString(): string {
    return `<TCP4ClientEndpoint ${this.#host}:${this.#port}>`;
  }
}

/**
 * A TCP port of an IPv6 host.
 *
 * Twisted: `TCP6ClientEndpoint` (`internet/endpoints.py`, 24.7). Differs from Twisted: a name is looked
 * up by the reactor's `nameResolver`. One must be installed for that: the platform does not say
 * which addresses a name has.
 */
export class TCP6ClientEndpoint implements IStreamClientEndpoint {
  readonly #reactor: IReactorTCP & IReactorPluggableNameResolver;
  readonly #host: string;
  readonly #port: number;
  readonly #options: ConnectTCPOptions;

  /**
   * Makes an endpoint; nothing is checked before {@linkcode TCP6ClientEndpoint.connect}.
   *
   * @param reactor What connects and resolves.
   * @param host An IPv6 literal without brackets, or a name.
   * @param port The port.
   * @param options The time-out of the connection and the local address.
   */
  constructor(
    reactor: IReactorTCP & IReactorPluggableNameResolver,
    host: string,
    port: number,
    options: ConnectTCPOptions = {},
  ) {
    this.#reactor = reactor;
    this.#host = host;
    this.#port = port;
    this.#options = options;
  }

  /**
   * Connects to the literal, or to the first IPv6 address of the name; see
   * {@linkcode IStreamClientEndpoint.connect}.
   *
   * @param factory Makes the protocol.
   * @returns A Deferred of the protocol. It fails with a `DNSLookupError` if the name has no IPv6
   * address.
   */
  connect(factory: IProtocolFactory): Deferred<IProtocol> {
    if (isIPv6Address(this.#host)) return this.#connect(this.#host, factory);
    const { nameResolver } = this.#reactor;
    return resolveAll(nameResolver, this.#host, this.#port, [IPv6Address])
      .addErrback((failure) => {
        if (failure.check(CancelledError) === null) return failure;
        throw new ConnectingCancelledError(new HostnameAddress(this.#host, this.#port));
      })
      .addCallback((addresses): Deferred<IProtocol> => {
        const first = addresses.find((address) => address.family === "IPv6");
        if (first === undefined) throw noAddress(this.#host);
        return this.#connect(first.host, factory);
      }) as Deferred<IProtocol>;
  }

  /** Returns the destination, for people. */
  toString(): string {
    return `<TCP6ClientEndpoint [${this.#host}]:${this.#port}>`;
  }

  #connect(host: string, factory: IProtocolFactory): Deferred<IProtocol> {
    return connectWith(
      factory,
      (wrapping) => this.#reactor.connectTCP(host, this.#port, wrapping, this.#options),
    );
  }
}
