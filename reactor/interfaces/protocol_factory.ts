/**
 * What makes protocols.
 *
 * @module
 */

import type { Failure } from "../deferred/failure.ts";
import type { IAddress } from "./address.ts";
import type { IConnector } from "./connector.ts";
import type { ILoggingContext } from "./descriptors.ts";
import type { IProtocol } from "./protocol.ts";

/** Makes a protocol for each connection. Twisted: `IProtocolFactory` (`internet/interfaces.py`, 24.7). */
export interface IProtocolFactory extends Partial<ILoggingContext> {
  /**
   * Makes a protocol.
   *
   * @param address The address of the other end.
   * @returns The protocol, or `null` to refuse the connection.
   */
  buildProtocol(address: IAddress): IProtocol | null;
  /** Tells that a port or connector begins to use the factory. */
  doStart(): void;
  /** Tells that a port or connector has ceased to use the factory. */
  doStop(): void;
}

/**
 * A factory for connections that this end makes. Twisted: `ClientFactory`
 * (`internet/protocol.py`, 24.7).
 */
export interface IClientFactory extends IProtocolFactory {
  /**
   * Tells that an attempt begins.
   *
   * @param connector What makes it.
   */
  startedConnecting(connector: IConnector): void;
  /**
   * Tells that an attempt has failed. `connector.connect()` may be called in here.
   *
   * @param connector What made it.
   * @param reason Why.
   */
  clientConnectionFailed(connector: IConnector, reason: Failure): void;
  /**
   * Tells that a connection is over. `connector.connect()` may be called in here.
   *
   * @param connector What made it.
   * @param reason Why.
   */
  clientConnectionLost(connector: IConnector, reason: Failure): void;
}

/**
 * A factory that says which application protocols it can make. Twisted:
 * `IProtocolNegotiationFactory` (`internet/interfaces.py`, 24.7).
 */
export interface IProtocolNegotiationFactory extends IProtocolFactory {
  /** Returns the names of the protocols for ALPN, the best first: `["h2", "http/1.1"]`. */
  acceptableProtocols(): readonly string[];
}
