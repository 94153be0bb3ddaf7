/**
 * A transport that keeps what is written to it and tells its protocol when it is closed.
 *
 * @module
 */

import { Failure } from "../deferred/failure.ts";
import { ConnectionAborted, ConnectionDone } from "../errors.ts";
import type { IProtocol } from "../interfaces/protocol.ts";
import { StringTransport, type StringTransportOptions } from "./string_transport.ts";

/** Where a disconnecting transport is, and who hears of it. */
export interface DisconnectionOptions extends StringTransportOptions {
  /**
   * Calls a function later. With it `connectionLost` comes later, as from a real transport; a
   * reactor's or clock's `callLater(0, …)` fits.
   *
   * @default {called at once, inside `loseConnection()`, as Twisted does}
   */
  readonly callSoon?: (callback: () => void) => void;
  /** Called after the protocol's `connectionLost`, with the reason. By default nothing is. */
  readonly onLost?: (reason: Failure) => void;
}

/**
 * A {@linkcode StringTransport} that calls its protocol's `connectionLost`: with `ConnectionDone`
 * after `loseConnection()`, with `ConnectionAborted` after `abortConnection()`, once.
 *
 * Twisted: `StringTransportWithDisconnection` (`internet/testing.py`, 24.7).
 *
 * Differs from Twisted: `abortConnection` disconnects, too; with `callSoon` the protocol is not
 * called inside the call that closes, which no real transport does; a registered producer is
 * stopped.
 *
 * @example A protocol hears of its end
 * ```ts
 * import { Protocol, StringTransportWithDisconnection } from "@twinloop/twinloop/reactor";
 * import { assertEquals } from "@std/assert";
 *
 * const log: string[] = [];
 * class Ending extends Protocol {
 *   override connectionLost(): void {
 *     log.push("lost");
 *   }
 * }
 * const protocol = new Ending();
 * const transport = new StringTransportWithDisconnection(protocol);
 * protocol.makeConnection(transport);
 * transport.loseConnection();
 * assertEquals(log, ["lost"]);
 * ```
 */
export class StringTransportWithDisconnection extends StringTransport {
  /** Whose `connectionLost` is called; it may be set later. */
  protocol: IProtocol | null;
  /** Whether the protocol was told. */
  #isLost = false;
  readonly #callSoon: (callback: () => void) => void;
  readonly #onLost: (reason: Failure) => void;

  /**
   * Makes a transport.
   *
   * @param protocol Whose `connectionLost` is called.
   * @param options Where the transport pretends to be, and when the protocol is called.
   */
  constructor(protocol: IProtocol | null = null, options: DisconnectionOptions = {}) {
    super(options);
    this.protocol = protocol;
    this.#callSoon = options.callSoon ?? ((callback) => callback());
    this.#onLost = options.onLost ?? (() => {});
  }

  /** Closes, and tells the protocol. */
  override loseConnection(): void {
    if (this.disconnecting) return;
    super.loseConnection();
    this.#callSoon(() => this.lose(new ConnectionDone()));
  }

  /** Closes, and tells the protocol. */
  override abortConnection(): void {
    if (this.disconnected) return;
    super.abortConnection();
    this.#callSoon(() => this.lose(new ConnectionAborted()));
  }

  // -- For the test --

  /**
   * Loses the connection in the name of the network: at once, whatever was asked for.
   *
   * @param error Why.
   */
  lose(error: Error): void {
    const protocol = this.protocol;
    if (this.#isLost) return;
    this.#isLost = true;
    this.protocol = null;
    this.disconnecting = true;
    this.disconnected = true;
    const producer = this.producer;
    this.producer = null;
    producer?.stopProducing();
    const reason = new Failure(error);
    try {
      protocol?.connectionLost(reason);
    } finally {
      this.#onLost(reason);
    }
  }
}
