/**
 * A file where a transport is wanted.
 *
 * @module
 */

import { reportUnhandledError } from "../../poller/unhandled_errors.ts";
import { isThenable } from "../deferred/thenable.ts";
import type { IPushProducer } from "../interfaces/producers.ts";
import type { ITransport } from "../interfaces/transport.ts";
import { Consumer } from "../net/consumer.ts";
import { SendBuffer } from "../net/send_buffer.ts";
import { PipeAddress } from "../process/process_address.ts";

/**
 * What a {@linkcode FileWrapper} writes to: a `Deno.FsFile`, `Deno.stdout`, the writer of a
 * `WritableStream`, or anything else that takes bytes.
 */
export interface FileTarget {
  /**
   * Takes bytes.
   *
   * @param data At least one byte; the target may keep the array.
   * @returns How many it took, at least one; anything else than a number means all. It may be promised: then
   * nothing more is written until the promise is kept.
   */
  write(data: Uint8Array<ArrayBuffer>): unknown;
  /** Closes the file; it may return a promise. Not needed. */
  close?(): unknown;
}

/**
 * A transport that writes to a file and never receives anything: to see what a protocol writes, or
 * to keep it.
 *
 * It holds back what the file cannot take yet, and has the producer of those bytes wait. Whoever
 * made it plays the peer: nothing calls the protocol's `connectionLost`.
 *
 * Twisted: `FileWrapper` (`internet/protocol.py`, 24.7).
 *
 * Differs from Twisted: a file may take bytes later, or only some of them; `loseConnection()` waits
 * for that. A pull producer is asked again each time the file has taken all, a push producer is
 * paused and resumed. After an error nothing more is written, and the error is reported.
 *
 * @example What a protocol writes goes into a stream
 * ```ts
 * import { FileWrapper, type IProtocol, wire } from "@twinloop/twinloop/reactor";
 * import { assertEquals } from "@std/assert";
 *
 * const { readable, writable } = new TransformStream<Uint8Array<ArrayBuffer>>();
 * const transport = new FileWrapper(writable.getWriter());
 * const protocol: IProtocol = new wire.Echo();
 * protocol.makeConnection(transport);
 * protocol.dataReceived(new TextEncoder().encode("anybody there?"));
 * transport.loseConnection();
 * assertEquals(await new Response(readable).text(), "anybody there?");
 * ```
 */
export class FileWrapper extends Consumer implements ITransport, IPushProducer {
  /** The file. */
  readonly file: FileTarget;
  /** True from `loseConnection()` on. */
  disconnecting = false;
  /** True once the file is closed, or has failed. Twisted: `closed`. */
  disconnected = false;
  /** What the file has not taken. */
  readonly #unsent = new SendBuffer();
  /** Whether the file is being written to, or has promised an answer. */
  #isWriting = false;

  /**
   * Makes a transport.
   *
   * @param file What to write to.
   */
  constructor(file: FileTarget) {
    super();
    this.file = file;
  }

  /**
   * Writes bytes, at once if the file has taken all that came before; ignored once it is closed.
   *
   * @param data The bytes; copied.
   * @throws {TypeError} If `data` is not a `Uint8Array`.
   */
  override write(data: Uint8Array): void {
    this.writeSequence([data]);
  }

  /**
   * Writes several pieces as one.
   *
   * @param data The pieces, in order.
   * @throws {TypeError} If one of them is not a `Uint8Array`; then none is written.
   */
  writeSequence(data: Iterable<Uint8Array>): void {
    const pieces = [...data];
    for (const piece of pieces) {
      if (!(piece instanceof Uint8Array)) {
        throw new TypeError(`Cannot write: data is of type ${typeof piece}, not a Uint8Array`);
      }
    }
    if (this.disconnected) return;
    for (const piece of pieces) this.#unsent.push(piece);
    this.#flush();
    this.pauseProducerAt(this.#unsent.length);
  }

  /** Closes the file once all is written and no producer is registered. */
  loseConnection(): void {
    this.disconnecting = true;
    this.#closeIfDone();
  }

  /** Forgets the producer. */
  override unregisterProducer(): void {
    super.unregisterProducer();
    this.#closeIfDone();
  }

  /** Returns an address without a name. */
  getPeer(): PipeAddress {
    return new PipeAddress();
  }

  /** Returns an address without a name. */
  getHost(): PipeAddress {
    return new PipeAddress();
  }

  /** Does nothing: nothing is received. */
  pauseProducing(): void {}

  /** Does nothing: nothing is received. */
  resumeProducing(): void {}

  /** Closes the file, as {@linkcode FileWrapper.loseConnection} does. */
  stopProducing(): void {
    this.loseConnection();
  }

  /**
   * Takes what the file has thrown, or the producer when it was resumed. Override it to do something else than report it, as errors of
   * Deferreds are that nobody handled.
   *
   * @param error What was thrown.
   */
  handleException(error: unknown): void {
    reportUnhandledError("Error in FileWrapper", error);
  }

  /** Whether nothing is taken from producers any more. */
  protected override get isGone(): boolean {
    return this.disconnected;
  }

  /** Writes until the file makes a promise, or all is written and the producer has nothing at hand. */
  #flush(): void {
    if (this.#isWriting) return;
    this.#isWriting = true;
    while (this.#unsent.length > 0) {
      if (!this.#writeOnce()) return;
      if (this.#unsent.length === 0 && !this.#resumed()) return;
    }
    this.#isWriting = false;
    this.#closeIfDone();
  }

  /** Returns false if the answer of the file is to come, or the file has failed. */
  #writeOnce(): boolean {
    const data = this.#unsent.front().slice();
    try {
      const taken = this.file.write(data);
      if (!isThenable(taken)) {
        this.#taken(data.length, taken);
        return true;
      }
      taken.then((count) => this.#continue(data.length, count), (error) => this.#fail(error));
    } catch (error) {
      this.#fail(error);
    }
    return false;
  }

  /** The promise of the file is kept. */
  #continue(length: number, count: unknown): void {
    try {
      this.#taken(length, count);
    } catch (error) {
      return this.#fail(error);
    }
    this.#isWriting = false;
    if (this.#unsent.length > 0) return this.#flush();
    if (this.#resumed()) this.#closeIfDone();
  }

  /** Resumes the producer, if there is one. Returns false if that throws, which ends all. */
  #resumed(): boolean {
    try {
      this.resumeProducer();
      return true;
    } catch (error) {
      this.#fail(error);
      return false;
    }
  }

  #taken(length: number, count: unknown): void {
    const taken = typeof count === "number" ? count : length;
    if (!(taken >= 1 && taken <= length)) {
      throw new RangeError(`Cannot write to a file: it took ${taken} of ${length} bytes`);
    }
    this.#unsent.consume(taken);
  }

  #closeIfDone(): void {
    const isDone = !this.#isWriting && this.#unsent.length === 0 && this.producer === null;
    if (this.disconnecting && isDone) this.#close();
  }

  #close(): void {
    if (this.disconnected) return;
    this.disconnected = true;
    try {
      const closed = this.file.close?.();
      if (isThenable(closed)) closed.then(undefined, (error) => this.handleException(error));
    } catch (error) {
      this.handleException(error);
    }
  }

  #fail(error: unknown): void {
    this.#isWriting = false;
    this.#unsent.clear();
    const producer = this.producer;
    this.producer = null;
    this.disconnecting = true;
    this.handleException(error);
    this.#close();
    producer?.stopProducing();
  }
}
