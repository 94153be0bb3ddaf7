/**
 * One protocol for one connection.
 *
 * @module
 */

import type { Deferred } from "../deferred/deferred.ts";
import type { IStreamClientEndpoint } from "../interfaces/endpoints.ts";
import type { IProtocol } from "../interfaces/protocol.ts";
import { Factory } from "../protocols/factory.ts";

/**
 * Connects a protocol that exists already; no factory is needed.
 *
 * Twisted: `connectProtocol` (`internet/endpoints.py`, 24.7).
 *
 * @typeParam P The protocol's type.
 * @param endpoint Where to.
 * @param protocol The protocol.
 * @returns The Deferred of the endpoint, which fires with the protocol.
 */
export function connectProtocol<P extends IProtocol>(
  endpoint: IStreamClientEndpoint,
  protocol: P,
): Deferred<P> {
  return endpoint.connect(new OneProtocol(protocol)) as Deferred<IProtocol> as Deferred<P>;
}

/** A factory for one protocol, in whose name it logs. */
class OneProtocol extends Factory {
  readonly #instance: IProtocol;

  constructor(instance: IProtocol) {
    super();
    this.#instance = instance;
  }

  override buildProtocol(): IProtocol {
    return this.#instance;
  }

  override logPrefix(): string {
    return this.#instance.constructor.name;
  }
}
