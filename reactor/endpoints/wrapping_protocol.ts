/**
 * Protocols that stand between a transport and the protocol of a user.
 *
 * @module
 */

import type { Deferred } from "../deferred/deferred.ts";
import type { Failure } from "../deferred/failure.ts";
import type { ILoggingContext } from "../interfaces/descriptors.ts";
import type {
  IHalfCloseableProtocol,
  IHandshakeListener,
  IProtocol,
} from "../interfaces/protocol.ts";
import type { ITransport } from "../interfaces/transport.ts";
import { prefixOf } from "../net/log_prefix.ts";
import { isHalfCloseable } from "../net/tcp_connection.ts";

/**
 * Hands everything on to a protocol and fires a Deferred with it once it is connected.
 *
 * Twisted: `_WrappingProtocol` (`internet/endpoints.py`, 24.7). Differs from Twisted: if
 * `connectionMade` throws, the Deferred fails with that error instead of staying silent.
 */
class WrappingProtocol implements IHandshakeListener, ILoggingContext {
  readonly #wrapped: IProtocol;
  readonly #onConnection: Deferred<IProtocol>;

  constructor(wrapped: IProtocol, onConnection: Deferred<IProtocol>) {
    this.#wrapped = wrapped;
    this.#onConnection = onConnection;
  }

  get borrowsData(): boolean {
    return this.#wrapped.borrowsData ?? false;
  }

  makeConnection(transport: ITransport): void {
    try {
      this.#wrapped.makeConnection(transport);
    } catch (error) {
      if (!this.#onConnection.called) this.#onConnection.errback(error);
      throw error;
    }
    // The user may have cancelled it in connectionMade.
    if (!this.#onConnection.called) this.#onConnection.callback(this.#wrapped);
  }

  connectionMade(): void {
    this.#wrapped.connectionMade();
  }

  dataReceived(data: Uint8Array): void {
    this.#wrapped.dataReceived(data);
  }

  connectionLost(reason: Failure): void {
    this.#wrapped.connectionLost(reason);
  }

  handshakeCompleted(): void {
    (this.#wrapped as Partial<IHandshakeListener>).handshakeCompleted?.();
  }

  logPrefix(): string {
    return prefixOf(this.#wrapped);
  }
}

/** The same for a protocol that goes on when one direction has ended. */
class HalfCloseableWrappingProtocol extends WrappingProtocol implements IHalfCloseableProtocol {
  readonly #halfCloseable: IHalfCloseableProtocol;

  constructor(wrapped: IHalfCloseableProtocol, onConnection: Deferred<IProtocol>) {
    super(wrapped, onConnection);
    this.#halfCloseable = wrapped;
  }

  readConnectionLost(): void {
    this.#halfCloseable.readConnectionLost();
  }

  writeConnectionLost(): void {
    this.#halfCloseable.writeConnectionLost();
  }
}

/**
 * Wraps a protocol. The wrapper is half-closeable if, and only if, the protocol is.
 *
 * @param protocol The protocol.
 * @param onConnection Fires with the protocol after its `connectionMade`.
 * @returns What the transport speaks to.
 */
export function wrapProtocol(protocol: IProtocol, onConnection: Deferred<IProtocol>): IProtocol {
  return isHalfCloseable(protocol)
    ? new HalfCloseableWrappingProtocol(protocol, onConnection)
    : new WrappingProtocol(protocol, onConnection);
}
