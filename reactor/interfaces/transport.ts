/**
 * One end of a connection, as its protocol sees it.
 *
 * @module
 */

import type { Handle } from "../../poller/handle.ts";
import type { IAddress } from "./address.ts";
import type { IConsumer, IPushProducer } from "./producers.ts";

/**
 * A stream to write to and to close.
 *
 * Twisted: `ITransport` (`internet/interfaces.py`, 24.7).
 */
export interface ITransport {
  /**
   * Sends bytes, in order, as soon as there is room. It never blocks, and never calls the protocol
   * back before it returns. Ignored when the connection or its write side is closed.
   *
   * @param data The bytes; they are copied before this returns, so the array may be used again,
   * unless it was borrowed; see `IProtocol.borrowsData`.
   * @throws {TypeError} If `data` is not a `Uint8Array`.
   */
  write(data: Uint8Array): void;
  /**
   * Queues several pieces in one go.
   *
   * @param data The pieces, in order.
   * @throws {TypeError} If one of them is not a `Uint8Array`; then none is queued.
   */
  writeSequence(data: Iterable<Uint8Array>): void;
  /**
   * Closes the connection once all that was written is sent and no producer is registered.
   * A second call is ignored.
   */
  loseConnection(): void;
  /** Returns the address of the other end. */
  getPeer(): IAddress;
  /** Returns the address of this end. */
  getHost(): IAddress;
}

/**
 * A transport over TCP (or a stream that behaves alike).
 *
 * Twisted: `ITCPTransport` (`internet/interfaces.py`, 24.7), with the `IConsumer` and
 * `IPushProducer` sides that Twisted's implementation has.
 */
export interface ITCPTransport extends ITransport, IConsumer, IPushProducer {
  /** Ends the write side once all that was written is sent; reading goes on. */
  loseWriteConnection(): void;
  /**
   * Closes the connection at once and drops what was not sent. The protocol hears of it later,
   * never inside this call, with `ConnectionAborted`.
   */
  abortConnection(): void;
  /** Returns whether small writes leave at once. */
  getTcpNoDelay(): boolean;
  /**
   * Turns Nagle's algorithm off (`true`) or on.
   *
   * @param enabled Whether small writes leave at once.
   */
  setTcpNoDelay(enabled: boolean): void;
  /** Returns whether an idle connection is probed. */
  getTcpKeepAlive(): boolean;
  /**
   * Turns keep-alive probes on or off.
   *
   * @param enabled Whether an idle connection is probed.
   */
  setTcpKeepAlive(enabled: boolean): void;
  /** Returns the handle below; `null` until there is one. */
  getHandle(): Handle | null;
}
