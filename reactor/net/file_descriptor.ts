/**
 * What all transports over a descriptor share: a buffer of unsent bytes and an orderly end.
 *
 * @module
 */

import { Failure } from "../deferred/failure.ts";
import { ConnectionDone } from "../errors.ts";
import type { IReadWriteDescriptor } from "../interfaces/descriptors.ts";
import type { IPushProducer } from "../interfaces/producers.ts";
import type { IReactorFDSet } from "../interfaces/reactor_fdset.ts";
import type { IReactorTime } from "../interfaces/reactor_time.ts";
import { checkBytes } from "./check_bytes.ts";
import { Consumer } from "./consumer.ts";
import { SendBuffer } from "./send_buffer.ts";

/** How many bytes one `doWrite` offers at most, so that one connection cannot hold up the rest. */
const SEND_LIMIT = 131_072;

/** What a descriptor needs of a reactor: any loop that has both can carry it. */
export type DescriptorReactor = IReactorFDSet & IReactorTime;

/**
 * A descriptor with a write buffer and the three ways to end: the base of transports.
 *
 * A subclass says how bytes are sent ({@linkcode FileDescriptor.writeSomeData}) and received
 * (`doRead`).
 *
 * Twisted: `FileDescriptor` (`internet/abstract.py`, 24.7). Differs from Twisted: bytes written
 * while nothing is buffered are offered to the handle at once, and only what it does not take
 * waits for the next pass. Nothing is ever called back from within `write`, except
 * `pauseProducing`, and an error that shows itself there is reported in a later pass, as if the
 * pass had found it. After `loseConnection()` a push producer that is not paused is waited for
 * too, as `ITransport` promises, not only one that is.
 */
export abstract class FileDescriptor extends Consumer
  implements IReadWriteDescriptor, IPushProducer {
  /** The reactor that watches the descriptor. */
  readonly reactor: DescriptorReactor;
  /** True from the moment the connection is established until it is lost. */
  connected = false;
  /** True once the connection was lost. */
  disconnected = false;
  /** True from `loseConnection()` on, and from the moment at which an abort or an error ends it. */
  disconnecting = false;

  readonly #buffer = new SendBuffer();
  /** Set when the application asked for a half-close and the buffer has not drained yet. */
  #writeDisconnecting = false;
  /** Set when the write side is shut: nothing can be written any more. */
  #writeDisconnected = false;
  /** Set when an error waits for the next pass to be reported; reads and writes are over. */
  #failed = false;

  /**
   * Makes an unconnected descriptor.
   *
   * @param reactor What will watch it.
   */
  constructor(reactor: DescriptorReactor) {
    super();
    this.reactor = reactor;
  }

  /** Returns the number of the handle, -1 when it is gone. */
  abstract fileno(): number;

  /** Returns what to call this in logs. */
  abstract logPrefix(): string;

  /**
   * Takes what has arrived.
   *
   * @returns Nothing to go on, or the reason to disconnect.
   */
  abstract doRead(): Error | undefined;

  /**
   * Sends bytes, as many as there is room for.
   *
   * @param data What to send; not empty.
   * @returns How many were taken, 0 if there is no room now; or the reason to disconnect.
   */
  protected abstract writeSomeData(data: Uint8Array): number | Error;

  /**
   * Shuts the write side, after everything buffered was sent.
   *
   * @returns Nothing to go on, or the reason to disconnect.
   */
  protected closeWriteConnection(): Error | undefined {
    return undefined;
  }

  /**
   * Everything is sent and no producer is left: ends the connection that was asked to end. Nothing
   * can be written any more.
   *
   * @returns The reason to disconnect; nothing if the end needs an answer of the peer.
   */
  protected finishClosing(): Error | undefined {
    return new ConnectionDone();
  }

  /**
   * Lets what is buffered go out, and then calls {@linkcode FileDescriptor.turned}. What is written
   * from now on goes out after that.
   *
   * @returns False if nothing is buffered: then nothing is called.
   */
  protected turnAfterBuffer(): boolean {
    if (this.#buffer.length === 0) return false;
    this.#buffer.mark();
    return true;
  }

  /**
   * What was to go out before the turn is sent; called from `doWrite`.
   *
   * @returns Nothing to go on, or the reason to disconnect.
   */
  protected turned(): Error | undefined {
    return undefined;
  }

  /** Whether nothing waits to be sent, or will be produced. */
  protected get isIdle(): boolean {
    return this.#buffer.length === 0 && this.producer === null;
  }

  /** Whether the write side was shut. */
  protected get writeDisconnected(): boolean {
    return this.#writeDisconnected;
  }

  /** Whether nothing is taken from producers any more. */
  protected override get isGone(): boolean {
    return this.disconnected || this.#failed;
  }

  /** Whether nothing may be read or written any more, though the loss is not reported yet. */
  protected get failed(): boolean {
    return this.#failed;
  }

  // -- Writing --

  /**
   * Sends bytes, now or as soon as there is room.
   *
   * The bytes are copied before this returns, but perhaps not those of a view that was borrowed from
   * a transport; see `IProtocol.borrowsData`. It never calls the protocol; it may pause the
   * producer. Ignored when not connected and after the write side was shut; after
   * `loseConnection()` the bytes still go out if the connection is still there.
   *
   * @param data The bytes.
   * @throws {TypeError} If `data` is not a `Uint8Array`.
   */
  override write(data: Uint8Array): void {
    checkBytes("data", data);
    if (!this.#writable || data.length === 0) return;
    let taken = 0;
    if (this.#buffer.length === 0 && this.mayBypassBuffer(data.length)) {
      const result = this.writeSomeData(data);
      if (typeof result !== "number") return this.failLater(result);
      if (result === data.length) return;
      taken = result;
    }
    this.#buffer.push(taken === 0 ? data : data.subarray(taken));
    this.#awaitRoom();
  }

  /**
   * Sends several arrays of bytes as if they were one.
   *
   * @param chunks The bytes, in order; all are looked at before the first is taken.
   * @throws {TypeError} If one of them is not a `Uint8Array`; nothing is sent then.
   */
  writeSequence(chunks: Iterable<Uint8Array>): void {
    const list = [...chunks];
    let length = 0;
    for (const chunk of list) {
      checkBytes("data", chunk);
      length += chunk.length;
    }
    if (!this.#writable || length === 0) return;
    const bypasses = this.#buffer.length === 0 && this.mayBypassBuffer(length);
    for (const chunk of list) this.#buffer.push(chunk);
    if (bypasses) {
      const error = this.#flush();
      if (error !== undefined) return this.failLater(error);
      if (this.#buffer.length === 0) return;
    }
    this.#awaitRoom();
  }

  /**
   * Sends what is buffered; called by the reactor when there is room.
   *
   * When the buffer is empty it resumes a producer that waits for that, or ends the connection if
   * that was asked for.
   *
   * @returns Nothing to go on, or the reason to disconnect.
   */
  doWrite(): Error | undefined {
    if (this.#failed || !this.connected) return undefined;
    const error = this.#flush();
    if (error !== undefined) return error;
    if (this.#buffer.length > 0) return undefined;
    this.stopWriting();
    if (this.resumeProducer()) return undefined;
    if (this.disconnecting) {
      this.#writeDisconnected = true;
      return this.finishClosing();
    }
    if (this.#writeDisconnecting) {
      this.#writeDisconnected = true;
      return this.closeWriteConnection();
    }
    return undefined;
  }

  // -- Ending --

  /**
   * Closes the connection once everything written is sent and no producer is registered.
   *
   * Nothing is read any more. `connectionLost` follows in a later pass, with `ConnectionDone`; at
   * once if the write side is shut. Ignored when not connected, and the second time.
   */
  loseConnection(): void {
    if (!this.connected || this.disconnecting) return;
    this.stopReading();
    if (this.#writeDisconnected) {
      this.stopWriting();
      this.connectionLost(new Failure(new ConnectionDone()));
      return;
    }
    this.disconnecting = true;
    this.startWriting();
  }

  /**
   * Shuts the write side once everything written is sent. Reading goes on.
   */
  loseWriteConnection(): void {
    if (!this.connected || this.#failed || this.#writeDisconnected) return;
    this.#writeDisconnecting = true;
    this.startWriting();
  }

  /**
   * The peer has ended its side of the stream, and the protocol may go on writing.
   *
   * @param reason `ConnectionDone`.
   */
  readConnectionLost(reason: Failure): void {
    this.connectionLost(reason);
  }

  /**
   * The write side was lost while the read side goes on.
   *
   * @param reason Why.
   */
  writeConnectionLost(reason: Failure): void {
    this.connectionLost(reason);
  }

  /**
   * Ends the descriptor: stops its producer and leaves the reactor. Subclasses close the handle
   * and tell the protocol.
   *
   * @param _reason Why.
   */
  connectionLost(_reason: Failure): void {
    this.disconnected = true;
    this.connected = false;
    const producer = this.producer;
    this.producer = null;
    this.#buffer.clear();
    this.stopReading();
    this.stopWriting();
    producer?.stopProducing();
  }

  /**
   * Gives up: nothing is read or sent any more, and the loss is reported in a later pass.
   *
   * @param error The reason.
   */
  protected failLater(error: Error): void {
    if (this.#failed || this.disconnected) return;
    this.#failed = true;
    // Seen by protocols that have more to deliver of what was read together.
    this.disconnecting = true;
    this.#buffer.clear();
    this.stopReading();
    this.stopWriting();
    this.reactor.callLater(0, () => this.connectionLost(new Failure(error)));
  }

  // -- Consumer --

  /** Forgets the producer. A `loseConnection()` that waited for it goes on. */
  override unregisterProducer(): void {
    super.unregisterProducer();
    if (this.connected && !this.#failed && (this.disconnecting || this.#writeDisconnecting)) {
      this.startWriting();
    }
  }

  /** Ends the producer's turn and the connection. */
  stopConsuming(): void {
    this.unregisterProducer();
    this.loseConnection();
  }

  // -- Producer --

  /** Stops reading: bytes wait in the system, and in time the peer cannot send. */
  pauseProducing(): void {
    this.stopReading();
  }

  /** Reads again; ignored while disconnecting and after the connection was lost. */
  resumeProducing(): void {
    if (this.connected && !this.disconnecting) this.startReading();
  }

  /** Closes the connection, as `loseConnection` does. */
  stopProducing(): void {
    this.loseConnection();
  }

  // -- Interest --

  /** Asks the reactor to call `doRead` when there is something to read. */
  startReading(): void {
    this.reactor.addReader(this);
  }

  /** Asks the reactor not to call `doRead` any more. */
  stopReading(): void {
    this.reactor.removeReader(this);
  }

  /** Asks the reactor to call `doWrite` when there is room. */
  startWriting(): void {
    this.reactor.addWriter(this);
  }

  /** Asks the reactor not to call `doWrite` any more. */
  stopWriting(): void {
    this.reactor.removeWriter(this);
  }

  get #writable(): boolean {
    return this.connected && !this.#writeDisconnected && !this.#failed;
  }

  /** Waits for room. The producer comes last: it may throw, or end the connection. */
  #awaitRoom(): void {
    this.startWriting();
    this.pauseProducerAt(this.#buffer.length);
  }

  /** Offers buffered bytes until there is no room, none is left or the limit is reached. */
  #flush(): Error | undefined {
    const buffer = this.#buffer;
    let budget = SEND_LIMIT;
    while (buffer.length > 0 && budget > 0) {
      const front = buffer.front();
      const result = this.writeSomeData(front);
      if (typeof result !== "number") return result;
      buffer.consume(result);
      if (buffer.takeMark()) return this.turned();
      if (result < front.length) break;
      budget -= result;
    }
    return undefined;
  }
}
