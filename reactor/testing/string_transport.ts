/**
 * A transport that keeps what is written to it.
 *
 * @module
 */

import type { Handle } from "../../poller/handle.ts";
import type { IAddress } from "../interfaces/address.ts";
import type { ITCPTransport } from "../interfaces/transport.ts";
import { IPv4Address } from "../net/address.ts";
import { Consumer } from "../net/consumer.ts";

/** What a transport's owner has asked of it as a producer. */
export type ProducerState = "producing" | "paused" | "stopped";

/** Where a {@linkcode StringTransport} pretends to be. */
export interface StringTransportOptions {
  /**
   * The address of this end.
   *
   * @default {IPv4Address("TCP", "10.0.0.1", 12345)}
   */
  readonly hostAddress?: IAddress;
  /**
   * The address of the other end.
   *
   * @default {IPv4Address("TCP", "192.168.1.1", 54321)}
   */
  readonly peerAddress?: IAddress;
}

/**
 * A transport without a network: it keeps what is written and remembers what was asked of it.
 *
 * The test plays the peer: it calls `protocol.dataReceived` and `protocol.connectionLost`, and
 * {@linkcode StringTransport.drain} where a network would have taken what was written.
 *
 * Twisted: `StringTransport` (`internet/testing.py`, 24.7).
 *
 * Differs from Twisted: `writeSequence` looks at all pieces before it takes the first; an end
 * of the write side and the options of TCP are remembered; after an abort or a half-close writes are
 * ignored, as a transport ignores them; registering on a transport that is gone stops the producer.
 *
 * @example What a protocol answers
 * ```ts
 * import { Protocol, StringTransport } from "@twinloop/twinloop/reactor";
 * import { assertEquals } from "@std/assert";
 *
 * class Shout extends Protocol {
 *   override dataReceived(data: Uint8Array): void {
 *     this.transport.write(data);
 *     this.transport.write(new TextEncoder().encode("!"));
 *   }
 * }
 * const shout = new Shout();
 * const transport = new StringTransport();
 * shout.makeConnection(transport);
 * shout.dataReceived(new TextEncoder().encode("ahoy"));
 * assertEquals(new TextDecoder().decode(transport.value()), "ahoy!");
 * ```
 */
export class StringTransport extends Consumer implements ITCPTransport {
  /** Whether `loseConnection` or `abortConnection` was called. */
  disconnecting = false;
  /** Whether the connection is gone: after `abortConnection`, or when a test says so. */
  disconnected = false;
  /** Whether `abortConnection` was called. Twisted: `aborting`, `disconnected`. */
  aborting = false;
  /** Whether `loseWriteConnection` was called. */
  writeDisconnecting = false;
  /** What the protocol has asked of the transport's reading side. */
  producerState: ProducerState = "producing";

  readonly #written: Uint8Array[] = [];
  /** How many bytes wait to be sent, as a real transport would see it. */
  #waiting = 0;
  readonly #host: IAddress;
  readonly #peer: IAddress;
  #noDelay = false;
  #keepAlive = false;

  /**
   * Makes a transport.
   *
   * @param options Where it pretends to be.
   */
  constructor(options: StringTransportOptions = {}) {
    super();
    this.#host = options.hostAddress ?? new IPv4Address("TCP", "10.0.0.1", 12_345);
    this.#peer = options.peerAddress ?? new IPv4Address("TCP", "192.168.1.1", 54_321);
  }

  // -- For the test --

  /** Returns all that was written since the last {@linkcode StringTransport.clear}. */
  value(): Uint8Array<ArrayBuffer> {
    const length = this.#written.reduce((sum, { length }) => sum + length, 0);
    const all = new Uint8Array(length);
    let start = 0;
    for (const data of this.#written) {
      all.set(data, start);
      start += data.length;
    }
    return all;
  }

  /** Returns what was written, one array a piece, since the last {@linkcode StringTransport.clear}. */
  pieces(): Uint8Array[] {
    return [...this.#written];
  }

  /** Forgets what was written; it counts as sent, but no producer hears of that. */
  clear(): void {
    this.#written.length = 0;
    this.#waiting = 0;
  }

  /**
   * Has all that was written be sent: a push producer that was paused is resumed, a pull producer is
   * asked for its next piece. What was written stays in {@linkcode StringTransport.value}.
   *
   * Not in Twisted, whose double never pauses a producer and asks a pull producer once.
   */
  drain(): void {
    this.#waiting = 0;
    if (!this.disconnected) this.resumeProducer();
  }

  // -- Writing --

  /**
   * Keeps bytes; ignored once the connection or its write side is gone.
   *
   * @param data The bytes; copied.
   * @throws {TypeError} If `data` is not a `Uint8Array`.
   */
  override write(data: Uint8Array): void {
    this.writeSequence([data]);
  }

  /**
   * Keeps several pieces.
   *
   * @param data The pieces, in order.
   * @throws {TypeError} If one of them is not a `Uint8Array`; then none is kept.
   */
  writeSequence(data: Iterable<Uint8Array>): void {
    const pieces = [...data];
    for (const piece of pieces) {
      if (!(piece instanceof Uint8Array)) {
        throw new TypeError(`Cannot write: data is of type ${typeof piece}, not a Uint8Array`);
      }
    }
    if (this.disconnected || this.writeDisconnecting) return;
    for (const piece of pieces) {
      this.#written.push(piece.slice());
      this.#waiting += piece.length;
    }
    this.pauseProducerAt(this.#waiting);
  }

  // -- Ending --

  /** Sets {@linkcode StringTransport.disconnecting}. */
  loseConnection(): void {
    this.disconnecting = true;
  }

  /** Sets {@linkcode StringTransport.writeDisconnecting}. */
  loseWriteConnection(): void {
    this.writeDisconnecting = true;
  }

  /** Sets {@linkcode StringTransport.aborting}, and the flags of a connection that is gone. */
  abortConnection(): void {
    this.aborting = true;
    this.disconnecting = true;
    this.disconnected = true;
  }

  // -- As a consumer --

  /** Whether {@linkcode StringTransport.producer} is a push producer; `null` without one. */
  get streaming(): boolean | null {
    return this.producer === null ? null : this.streamingProducer;
  }

  /** Whether nothing is taken from producers any more. */
  protected override get isGone(): boolean {
    return this.disconnected;
  }

  /**
   * Forgets the producer.
   *
   * @throws {Error} If none is registered. A transport takes that; a test wants to know.
   */
  override unregisterProducer(): void {
    if (this.producer === null) {
      throw new Error("Cannot unregister the producer: none is registered");
    }
    super.unregisterProducer();
  }

  // -- As a producer --

  /**
   * Sets {@linkcode StringTransport.producerState} to `"paused"`.
   *
   * @throws {Error} If the transport is stopped or closing.
   */
  pauseProducing(): void {
    this.#checkState("pause");
    this.producerState = "paused";
  }

  /**
   * Sets {@linkcode StringTransport.producerState} to `"producing"`.
   *
   * @throws {Error} If the transport is stopped or closing.
   */
  resumeProducing(): void {
    this.#checkState("resume");
    this.producerState = "producing";
  }

  /** Sets {@linkcode StringTransport.producerState} to `"stopped"`, and closes the connection. */
  stopProducing(): void {
    this.producerState = "stopped";
    this.loseConnection();
  }

  // -- Where it is, and its options --

  /** Returns the address of the other end. */
  getPeer(): IAddress {
    return this.#peer;
  }

  /** Returns the address of this end. */
  getHost(): IAddress {
    return this.#host;
  }

  /** Returns what was set last; at first false. */
  getTcpNoDelay(): boolean {
    return this.#noDelay;
  }

  /**
   * Remembers an option.
   *
   * @param enabled Whether small writes leave at once.
   */
  setTcpNoDelay(enabled: boolean): void {
    this.#noDelay = enabled;
  }

  /** Returns what was set last; at first false. */
  getTcpKeepAlive(): boolean {
    return this.#keepAlive;
  }

  /**
   * Remembers an option.
   *
   * @param enabled Whether an idle connection is probed.
   */
  setTcpKeepAlive(enabled: boolean): void {
    this.#keepAlive = enabled;
  }

  /** Returns `null`: there is no handle below. */
  getHandle(): Handle | null {
    return null;
  }

  #checkState(what: string): void {
    if (this.producerState === "stopped") {
      throw new Error(`Cannot ${what} producing: the transport is stopped`);
    }
    if (this.disconnecting) {
      throw new Error(`Cannot ${what} producing: the transport is disconnecting`);
    }
  }
}
