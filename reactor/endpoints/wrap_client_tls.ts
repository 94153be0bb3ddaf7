/**
 * TLS over any endpoint.
 *
 * @module
 */

import type { Deferred } from "../deferred/deferred.ts";
import type { IAddress } from "../interfaces/address.ts";
import type { IStreamClientEndpoint } from "../interfaces/endpoints.ts";
import type { IProtocol } from "../interfaces/protocol.ts";
import type { IProtocolFactory } from "../interfaces/protocol_factory.ts";
import type { ITLSTransport, TLSContextSource } from "../interfaces/tls.ts";
import type { ITransport } from "../interfaces/transport.ts";
import { prefixOf } from "../net/log_prefix.ts";
import { contextOf } from "../net/tls_start.ts";

/**
 * Wraps an endpoint: what it connects to is spoken to over TLS from the first byte on.
 *
 * Twisted: `wrapClientTLS` (`internet/endpoints.py`, 24.7).
 *
 * @example
 * ```ts
 * import { optionsForClientTLS, PollReactor, wrapClientTLS } from "@twinloop/twinloop/reactor";
 * import { TCP4ClientEndpoint } from "@twinloop/twinloop/reactor";
 * import { Simulation } from "@twinloop/twinloop/sim";
 * import { assertEquals } from "@std/assert";
 *
 * const reactor = new PollReactor(new Simulation({ seed: 1 }).host("client"));
 * const endpoint = new TCP4ClientEndpoint(reactor, "192.0.2.1", 443);
 * const wrapped = wrapClientTLS(optionsForClientTLS("www.test"), endpoint);
 * assertEquals(`${wrapped}`, `<TLS over ${endpoint}>`);
 * ```
 *
 * @param source What TLS is begun with.
 * @param endpoint What connects; its transports must have `startTLS`.
 * @returns The endpoint over TLS.
 */
export function wrapClientTLS(
  source: TLSContextSource,
  endpoint: IStreamClientEndpoint,
): IStreamClientEndpoint {
  return {
    connect: (factory: IProtocolFactory): Deferred<IProtocol> =>
      endpoint.connect(new TLSFactory(source, factory)),
    toString: () => `<TLS over ${endpoint}>`,
  } as IStreamClientEndpoint;
}

/** Has the protocols of a factory begin TLS before they are connected. */
class TLSFactory implements IProtocolFactory {
  readonly #source: TLSContextSource;
  readonly #wrapped: IProtocolFactory;

  constructor(source: TLSContextSource, wrapped: IProtocolFactory) {
    this.#source = source;
    this.#wrapped = wrapped;
  }

  doStart(): void {
    this.#wrapped.doStart();
  }

  doStop(): void {
    this.#wrapped.doStop();
  }

  logPrefix(): string {
    return prefixOf(this.#wrapped);
  }

  buildProtocol(address: IAddress): IProtocol | null {
    const protocol = this.#wrapped.buildProtocol(address);
    if (protocol === null) return null;
    const context = contextOf(this.#source, this.#wrapped);
    // The user's own protocol goes on being the one that the Deferred has.
    const makeConnection = protocol.makeConnection.bind(protocol);
    protocol.makeConnection = (transport: ITransport): void => {
      protocol.makeConnection = makeConnection;
      (transport as ITLSTransport).startTLS(context);
      makeConnection(transport);
    };
    return protocol;
  }
}
