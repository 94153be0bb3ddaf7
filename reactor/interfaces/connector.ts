/**
 * The client's hold on a connection that is being made or is made.
 *
 * @module
 */

import type { IAddress } from "./address.ts";

/** Where a connector is in its life. */
export type ConnectorState = "disconnected" | "connecting" | "connected";

/** Makes a connection, and makes it again. Twisted: `IConnector` (`internet/interfaces.py`, 24.7). */
export interface IConnector {
  /** Where the connector is in its life. */
  readonly state: ConnectorState;
  /**
   * Begins another attempt.
   *
   * @throws {Error} If the connector is connecting or connected.
   */
  connect(): void;
  /**
   * Gives up the attempt under way; the factory hears of it inside this call, with `UserError`.
   *
   * @throws {NotConnectingError} If no attempt is under way.
   */
  stopConnecting(): void;
  /** Gives up the attempt under way, or closes the connection; otherwise does nothing. */
  disconnect(): void;
  /** Returns where the connector connects to, as it was asked. */
  getDestination(): IAddress;
}
