/**
 * How an endpoint turns what a factory is told into one Deferred.
 *
 * @module
 */

import { Deferred } from "../deferred/deferred.ts";
import type { Failure } from "../deferred/failure.ts";
import { fail } from "../deferred/succeed.ts";
import type { IAddress } from "../interfaces/address.ts";
import type { IConnector } from "../interfaces/connector.ts";
import type { IProtocol } from "../interfaces/protocol.ts";
import type { IClientFactory, IProtocolFactory } from "../interfaces/protocol_factory.ts";
import { prefixOf } from "../net/log_prefix.ts";
import { ConnectingCancelledError, NoProtocol } from "./errors.ts";
import { wrapProtocol } from "./wrapping_protocol.ts";

/**
 * Stands for a user's factory in one attempt to connect, and says once what came of it.
 *
 * Twisted: `_WrappingFactory` (`internet/endpoints.py`, 24.7). Differs from Twisted: cancelling the
 * Deferred within `connectionMade` closes the connection.
 */
export class AttemptFactory implements IClientFactory {
  /**
   * Fires with the user's protocol after its `connectionMade`, or fails with the reason: why there is
   * no connection, what `buildProtocol` or `connectionMade` has thrown, {@linkcode NoProtocol}.
   * Cancelling it gives the attempt up; it fails with {@linkcode ConnectingCancelledError}.
   */
  readonly onConnection: Deferred<IProtocol>;
  readonly #wrapped: IProtocolFactory;
  /** What connects; `null` before it has begun. */
  #connector: IConnector | null = null;

  /**
   * Makes a factory for one attempt.
   *
   * @param wrapped The user's factory.
   */
  constructor(wrapped: IProtocolFactory) {
    this.#wrapped = wrapped;
    this.onConnection = new Deferred((deferred) => {
      const connector = this.#connector;
      deferred.errback(new ConnectingCancelledError(connector?.getDestination() ?? null));
      connector?.disconnect();
    });
  }

  /** Tells the user's factory that it is used. */
  doStart(): void {
    this.#wrapped.doStart();
  }

  /** Tells the user's factory that it is used no more. */
  doStop(): void {
    this.#wrapped.doStop();
  }

  /**
   * Remembers what connects, to be able to give up.
   *
   * @param connector What connects.
   */
  startedConnecting(connector: IConnector): void {
    this.#connector = connector;
  }

  /**
   * Wraps a protocol of the user's factory.
   *
   * @param address The address of the other end.
   * @returns The wrapper, or `null` to close the connection: there is no protocol.
   */
  buildProtocol(address: IAddress): IProtocol | null {
    let protocol: IProtocol | null;
    try {
      protocol = this.#wrapped.buildProtocol(address);
    } catch (error) {
      this.#fail(error);
      return null;
    }
    if (protocol !== null) return wrapProtocol(protocol, this.onConnection);
    this.#fail(new NoProtocol(`Cannot talk to ${address}: factory has made no protocol`));
    return null;
  }

  /**
   * Fails, unless it is cancelled.
   *
   * @param _connector What has connected.
   * @param reason Why there is no connection.
   */
  clientConnectionFailed(_connector: IConnector, reason: Failure): void {
    this.#fail(reason);
  }

  /**
   * Does nothing if the protocol was told; a connection that is lost before that is a failure.
   *
   * @param _connector What has connected.
   * @param reason Why the connection is over.
   */
  clientConnectionLost(_connector: IConnector, reason: Failure): void {
    this.#fail(reason);
  }

  /** Returns the log prefix of the user's factory. */
  logPrefix(): string {
    return prefixOf(this.#wrapped);
  }

  #fail(reason: unknown): void {
    if (!this.onConnection.called) this.onConnection.errback(reason);
  }
}

/**
 * Makes one attempt for a user's factory: what an endpoint is made of.
 *
 * @param factory The user's factory.
 * @param begin Begins to connect with the factory that it is given, by one of the reactor's methods.
 * @returns Fires with the user's protocol after its `connectionMade`, or fails with the reason: why
 * there is no connection, what `begin`, `buildProtocol` or `connectionMade` has thrown,
 * {@linkcode NoProtocol}. Cancelling it gives the attempt up, or closes the connection if it is made.
 */
export function connectWith(
  factory: IProtocolFactory,
  begin: (factory: IClientFactory) => unknown,
): Deferred<IProtocol> {
  const wrapping = new AttemptFactory(factory);
  try {
    begin(wrapping);
  } catch (error) {
    return fail(error);
  }
  return wrapping.onConnection;
}
