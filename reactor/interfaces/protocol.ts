/**
 * What speaks over a transport.
 *
 * @module
 */

import type { Failure } from "../deferred/failure.ts";
import type { ITransport } from "./transport.ts";

/** One end of a conversation. Twisted: `IProtocol` (`internet/interfaces.py`, 24.7). */
export interface IProtocol {
  /**
   * Whether `dataReceived` takes views that are valid only until it returns, and leaves what it
   * has written of one to a transport as it is. By default the bytes are the protocol's to keep.
   */
  readonly borrowsData?: boolean;
  /**
   * Gives the protocol its transport, once; it calls `connectionMade`.
   *
   * @param transport The transport.
   */
  makeConnection(transport: ITransport): void;
  /** Tells that the connection is there and can be written to. */
  connectionMade(): void;
  /**
   * Takes bytes as they arrive, in pieces of any size.
   *
   * @param data At least one byte.
   */
  dataReceived(data: Uint8Array): void;
  /**
   * Tells that the connection is over; nothing is called afterwards. Called once.
   *
   * @param reason Why: `ConnectionDone` after a clean end.
   */
  connectionLost(reason: Failure): void;
}

/**
 * A protocol that goes on when one direction has ended. Without these methods the end of the
 * stream closes the connection. Twisted: `IHalfCloseableProtocol` (`internet/interfaces.py`, 24.7).
 */
export interface IHalfCloseableProtocol extends IProtocol {
  /** Tells that the peer sends nothing more; writing goes on. */
  readConnectionLost(): void;
  /** Tells that this end's write side is shut. */
  writeConnectionLost(): void;
}

/**
 * A protocol that hears when a TLS handshake is over. Twisted: `IHandshakeListener`
 * (`internet/interfaces.py`, 24.7).
 */
export interface IHandshakeListener extends IProtocol {
  /**
   * Tells that the peer's certificate is accepted and that everything from now on is secret. It may
   * come after the first `write`, never after the first data; not at all if the handshake fails.
   */
  handshakeCompleted(): void;
}
