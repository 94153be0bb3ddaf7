/**
 * A factory around a factory.
 *
 * @module
 */

import type { Failure } from "../../deferred/failure.ts";
import type { IAddress } from "../../interfaces/address.ts";
import type { IConnector } from "../../interfaces/connector.ts";
import type { IProtocol } from "../../interfaces/protocol.ts";
import type { IClientFactory, IProtocolFactory } from "../../interfaces/protocol_factory.ts";
import { prefixOf } from "../../net/log_prefix.ts";
import { ClientFactory } from "../factory.ts";
import { type IWrappingFactory, ProtocolWrapper } from "./protocol_wrapper.ts";

/**
 * Wraps every protocol that another factory makes, for servers and clients. Override
 * {@linkcode WrappingFactory.wrap} to wrap it in something that does more.
 *
 * Twisted: `WrappingFactory` (`protocols/policies.py`, 24.7). Differs from Twisted: the method
 * {@linkcode WrappingFactory.wrap} stands for the class attribute `protocol`; a connection that the
 * wrapped factory refuses is refused.
 *
 * @example A wrapper that counts what is received
 * ```ts
 * import { type IProtocol, ProtocolWrapper, ServerFactory, wire, WrappingFactory } from "@twinloop/twinloop/reactor";
 *
 * let count = 0;
 * class Counting extends ProtocolWrapper {
 *   override dataReceived(data: Uint8Array): void {
 *     count += data.length;
 *     super.dataReceived(data);
 *   }
 * }
 * class CountingFactory extends WrappingFactory {
 *   override wrap(protocol: IProtocol): ProtocolWrapper {
 *     return new Counting(this, protocol);
 *   }
 * }
 * const factory = new CountingFactory(ServerFactory.forProtocol(wire.Echo));
 * ```
 */
export class WrappingFactory extends ClientFactory implements IWrappingFactory {
  /** The factory of what is wrapped. */
  readonly wrappedFactory: IProtocolFactory;
  /** The wrappers that are connected. */
  readonly protocols: Set<ProtocolWrapper> = new Set();

  /**
   * Makes a factory.
   *
   * @param wrappedFactory The factory of what is wrapped: one for clients, if this is used to connect.
   */
  constructor(wrappedFactory: IProtocolFactory) {
    super();
    this.wrappedFactory = wrappedFactory;
  }

  /** Names both, for the log. */
  override logPrefix(): string {
    return `${prefixOf(this.wrappedFactory)} (${this.constructor.name})`;
  }

  /** Starts both. */
  override doStart(): void {
    this.wrappedFactory.doStart();
    super.doStart();
  }

  /** Stops both. */
  override doStop(): void {
    this.wrappedFactory.doStop();
    super.doStop();
  }

  /**
   * Tells the wrapped factory.
   *
   * @param connector What connects.
   */
  override startedConnecting(connector: IConnector): void {
    (this.wrappedFactory as IClientFactory).startedConnecting(connector);
  }

  /**
   * Tells the wrapped factory.
   *
   * @param connector What failed.
   * @param reason Why.
   */
  override clientConnectionFailed(connector: IConnector, reason: Failure): void {
    (this.wrappedFactory as IClientFactory).clientConnectionFailed(connector, reason);
  }

  /**
   * Tells the wrapped factory.
   *
   * @param connector What lost its connection.
   * @param reason Why.
   */
  override clientConnectionLost(connector: IConnector, reason: Failure): void {
    (this.wrappedFactory as IClientFactory).clientConnectionLost(connector, reason);
  }

  /**
   * Wraps what the wrapped factory makes.
   *
   * @param address The address of the other end.
   * @returns The wrapper, or `null` to refuse the connection.
   */
  override buildProtocol(address: IAddress): ProtocolWrapper | null {
    const protocol = this.wrappedFactory.buildProtocol(address);
    return protocol === null ? null : this.wrap(protocol);
  }

  /**
   * Wraps a protocol; override it.
   *
   * @param protocol The protocol.
   * @returns The wrapper.
   */
  wrap(protocol: IProtocol): ProtocolWrapper {
    return new ProtocolWrapper(this, protocol);
  }

  /**
   * Remembers a wrapper that is connected.
   *
   * @param protocol The wrapper.
   */
  registerProtocol(protocol: ProtocolWrapper): void {
    this.protocols.add(protocol);
  }

  /**
   * Forgets a wrapper.
   *
   * @param protocol The wrapper.
   */
  unregisterProtocol(protocol: ProtocolWrapper): void {
    this.protocols.delete(protocol);
  }
}
