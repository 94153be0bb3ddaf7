/**
 * The server's hold on the port it listens on.
 *
 * @module
 */

import type { Deferred } from "../deferred/deferred.ts";
import type { IAddress } from "./address.ts";

/** Accepts connections. Twisted: `IListeningPort` (`internet/interfaces.py`, 24.7). */
export interface IListeningPort {
  /**
   * Listens again after {@linkcode IListeningPort.stopListening}.
   *
   * @throws {CannotListenError} If the address cannot be listened on.
   */
  startListening(): void;
  /**
   * Ceases to accept. The port is closed in a later pass.
   *
   * @returns A Deferred that fires when it is closed, or `null` if it does not listen.
   */
  stopListening(): Deferred<void> | null;
  /** Returns the address that is listened on, with the real port. */
  getHost(): IAddress;
}
