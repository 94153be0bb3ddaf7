/**
 * The base classes of what makes protocols.
 *
 * @module
 */

import type { Failure } from "../deferred/failure.ts";
import type { IAddress } from "../interfaces/address.ts";
import type { IConnector } from "../interfaces/connector.ts";
import type { ILoggingContext } from "../interfaces/descriptors.ts";
import type { IProtocol } from "../interfaces/protocol.ts";
import type { IClientFactory, IProtocolFactory } from "../interfaces/protocol_factory.ts";
import type { LogObserver } from "../log.ts";

/** A class of protocols that a {@linkcode Factory} makes an instance of for each connection. */
export type ProtocolClass = new () => IProtocol;

/**
 * Makes a protocol for each connection and holds what they share.
 *
 * Several ports may use one factory: {@linkcode Factory.startFactory} is called for the first,
 * {@linkcode Factory.stopFactory} when the last has stopped.
 *
 * Twisted: `Factory` (`internet/protocol.py`, 24.7).
 *
 * @example A factory for a class
 * ```ts
 * import { Factory, IPv4Address, Protocol } from "@twinloop/twinloop/reactor";
 * import { assert } from "@std/assert";
 *
 * class Discard extends Protocol {}
 * const factory = Factory.forProtocol(Discard);
 * assert(factory.buildProtocol(new IPv4Address("TCP", "127.0.0.1", 5000)) instanceof Discard);
 * ```
 */
export class Factory implements IProtocolFactory, ILoggingContext {
  /**
   * Hears when the factory starts and stops, as "info"; `null` if nobody does.
   *
   * Twisted: `noisy`. Differs from Twisted: a factory is quiet unless told otherwise, as there is no
   * log of the whole process.
   *
   * @default {null}
   */
  logObserver: LogObserver | null = null;
  /** How many ports and connectors use the factory. */
  numPorts = 0;
  /**
   * The class that {@linkcode Factory.buildProtocol} makes an instance of; `null` if a subclass
   * overrides that.
   */
  protocol: ProtocolClass | null = null;

  /**
   * Makes a factory for a class of protocols.
   *
   * @typeParam F The factory's class: the one that this is called on.
   * @typeParam A The arguments of the factory's constructor.
   * @param protocol The class of the protocols.
   * @param args What to construct the factory with.
   * @returns The factory.
   */
  static forProtocol<F extends Factory, A extends unknown[]>(
    this: new (...args: A) => F,
    protocol: ProtocolClass,
    ...args: A
  ): F {
    const factory = new this(...args);
    factory.protocol = protocol;
    return factory;
  }

  /**
   * Makes a protocol and sets its `factory` to this, if it has such a member.
   *
   * @param _address The address of the other end.
   * @returns The protocol, or, in a subclass, `null` to refuse the connection.
   * @throws {TypeError} If {@linkcode Factory.protocol} is `null`.
   */
  buildProtocol(_address: IAddress): IProtocol | null {
    if (this.protocol === null) {
      throw new TypeError(`Cannot build a protocol: protocol of ${this.logPrefix()} is null`);
    }
    const protocol = new this.protocol();
    if ("factory" in protocol) protocol.factory = this;
    return protocol;
  }

  /** A port or connector begins to use the factory; the first calls {@linkcode Factory.startFactory}. */
  doStart(): void {
    if (this.numPorts++ > 0) return;
    this.#log("Starting factory");
    this.startFactory();
  }

  /**
   * A port or connector has ceased to use the factory; the last calls
   * {@linkcode Factory.stopFactory}. One too many is ignored.
   */
  doStop(): void {
    if (this.numPorts === 0) return;
    if (--this.numPorts > 0) return;
    this.#log("Stopping factory");
    this.stopFactory();
  }

  /** The factory is used for the first time, or again. Does nothing; override it. */
  startFactory(): void {}

  /** The factory is not used any more. Does nothing; override it. */
  stopFactory(): void {}

  /** Returns the name of the class, for the log. */
  logPrefix(): string {
    return this.constructor.name;
  }

  #log(message: string): void {
    this.logObserver?.({ level: "info", message, system: this.logPrefix() });
  }
}

/**
 * A factory for connections that this end accepts. It adds nothing but its name.
 *
 * Twisted: `ServerFactory` (`internet/protocol.py`, 24.7).
 */
export class ServerFactory extends Factory {}

/**
 * A factory for connections that this end makes: it also hears how the attempts go.
 *
 * Twisted: `ClientFactory` (`internet/protocol.py`, 24.7).
 */
export class ClientFactory extends Factory implements IClientFactory {
  /**
   * An attempt begins. `connector.stopConnecting()` gives it up. Does nothing; override it.
   *
   * @param _connector What makes it.
   */
  startedConnecting(_connector: IConnector): void {}

  /**
   * An attempt has failed. `connector.connect()` makes another. Does nothing; override it.
   *
   * @param _connector What made it.
   * @param _reason Why.
   */
  clientConnectionFailed(_connector: IConnector, _reason: Failure): void {}

  /**
   * A connection is over; the protocol was told before. `connector.connect()` makes another. Does
   * nothing; override it.
   *
   * @param _connector What made it.
   * @param _reason Why.
   */
  clientConnectionLost(_connector: IConnector, _reason: Failure): void {}
}
