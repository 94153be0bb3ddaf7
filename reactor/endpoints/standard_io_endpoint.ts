/**
 * The standard input and output as a place to listen on.
 *
 * @module
 */

import type { Deferred } from "../deferred/deferred.ts";
import { execute } from "../deferred/maybe_deferred.ts";
import type { IStreamServerEndpoint } from "../interfaces/endpoints.ts";
import type { IProtocolFactory } from "../interfaces/protocol_factory.ts";
import type { TransportReactor } from "../net/transport_site.ts";
import { PipeAddress } from "../process/process_address.ts";
import { StandardIO } from "../process/standard_io.ts";
import type { EndpointDescription } from "./endpoint_string.ts";
import { NoProtocol } from "./errors.ts";

/**
 * A connection that is there already: whoever started this process is at its other end.
 *
 * Twisted: `StandardIOEndpoint` (`internet/endpoints.py`, 24.7), which a text calls `stdio:`.
 */
export class StandardIOEndpoint implements IStreamServerEndpoint {
  readonly #reactor: TransportReactor;

  /**
   * Makes an endpoint; nothing is opened before {@linkcode StandardIOEndpoint.listen}.
   *
   * @param reactor What watches the descriptors.
   */
  constructor(reactor: TransportReactor) {
    this.#reactor = reactor;
  }

  /**
   * Gives a protocol the standard input and output.
   *
   * @param factory Makes the protocol.
   * @returns A Deferred that has the transport, which is the port as well, or the failure, already.
   */
  listen(factory: IProtocolFactory): Deferred<StandardIO> {
    return execute(() => {
      const protocol = factory.buildProtocol(new PipeAddress());
      if (protocol === null) throw new NoProtocol();
      return new StandardIO(protocol, this.#reactor);
    });
  }

  /** Returns the class, for people. */
  toString(): string {
    return "<StandardIOEndpoint>";
  }
}

/**
 * Reads `stdio:`.
 *
 * @param reactor What watches the descriptors.
 * @param description The description.
 * @returns The endpoint.
 * @throws {EndpointStringError} If there is an argument, or the reactor watches no descriptors.
 */
export function serverFromStdio(
  reactor: object,
  description: EndpointDescription,
): StandardIOEndpoint {
  // A colon with nothing behind it makes an argument that is empty.
  const rest = description.name("").get("") ?? "";
  if (rest !== "") throw description.error(`argument ${JSON.stringify(rest)} is one too many`);
  if (!("platform" in reactor && "addReader" in reactor)) {
    throw description.error("reactor has no standard input and output");
  }
  return new StandardIOEndpoint(reactor as TransportReactor);
}
