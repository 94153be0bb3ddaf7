/**
 * Places to connect to and to listen on, as values.
 *
 * @module
 */

import type { Deferred } from "../deferred/deferred.ts";
import type { IListeningPort } from "./listening_port.ts";
import type { IProtocol } from "./protocol.ts";
import type { IProtocolFactory } from "./protocol_factory.ts";

/**
 * A place to connect to. Twisted: `IStreamClientEndpoint` (`internet/interfaces.py`, 24.7).
 */
export interface IStreamClientEndpoint {
  /**
   * Connects; each call makes another connection.
   *
   * @param factory Makes the protocol.
   * @returns A Deferred that fires with the protocol after its `connectionMade`, and fails if there is
   * no connection. Cancelling it gives the attempt up: it fails with `ConnectingCancelledError`.
   */
  connect(factory: IProtocolFactory): Deferred<IProtocol>;
}

/**
 * A place to listen on. Twisted: `IStreamServerEndpoint` (`internet/interfaces.py`, 24.7).
 */
export interface IStreamServerEndpoint {
  /**
   * Listens.
   *
   * @param factory Makes a protocol for each connection.
   * @returns A Deferred that fires with the port when it listens, and fails with `CannotListenError` if
   * it cannot.
   */
  listen(factory: IProtocolFactory): Deferred<IListeningPort>;
}
