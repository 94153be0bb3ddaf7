/**
 * A file that is sent as fast as its consumer takes it.
 *
 * @module
 */

import { Deferred } from "../deferred/deferred.ts";
import type { IConsumer, IPullProducer } from "../interfaces/producers.ts";
import { FileTransferStoppedError } from "./errors.ts";

/** How much is read at a time, in bytes (Twisted's `CHUNK_SIZE`). */
const CHUNK_SIZE = 16_384;

/** What a file is read from: a `Deno.FsFile`, or anything that is read in the same way. */
export interface FileSource {
  /**
   * Reads bytes.
   *
   * @param buffer Where to put them.
   * @returns How many were put there, at least one; `null` at the end. It may be promised.
   */
  read(buffer: Uint8Array): number | null | Promise<number | null>;
}

/** A function that changes what is sent, chunk by chunk; it may leave nothing of one. */
export type FileTransform = (chunk: Uint8Array) => Uint8Array;

/** A transfer under way. */
interface Transfer {
  readonly file: FileSource;
  readonly consumer: IConsumer;
  readonly transform: FileTransform | null;
  readonly done: Deferred<Uint8Array>;
  /** The last byte that was sent. */
  lastSent: Uint8Array;
  /** Whether a chunk is promised: whoever asks for another one meanwhile gets that one. */
  isReading: boolean;
}

/**
 * Sends a file to a consumer: one chunk each time it asks, so that no more than that is in memory.
 *
 * Twisted: `FileSender` (`protocols/basic.py`, 24.7).
 *
 * Differs from Twisted: reading may be asynchronous; `CHUNK_SIZE` is the property
 * {@linkcode FileSender.chunkSize}; an error of the file or of the transformation fails the Deferred.
 *
 * @example A file in two chunks
 * ```ts
 * import { FileSender, StringTransport } from "@twinloop/twinloop/reactor";
 * import { assertEquals } from "@std/assert";
 *
 * const chunks = ["one, ", "two"].map((text) => new TextEncoder().encode(text));
 * const file = {
 *   read(buffer: Uint8Array): number | null {
 *     const chunk = chunks.shift();
 *     if (chunk !== undefined) buffer.set(chunk);
 *     return chunk?.length ?? null;
 *   },
 * };
 * const transport = new StringTransport();
 * const sent = new FileSender().beginFileTransfer(file, transport);
 * while (transport.producer !== null) transport.producer.resumeProducing();
 * assertEquals(await sent, new TextEncoder().encode("o"));
 * assertEquals(new TextDecoder().decode(transport.value()), "one, two");
 * ```
 */
export class FileSender implements IPullProducer {
  /**
   * How much is read at a time, in bytes.
   *
   * @default {16384}
   */
  chunkSize: number = CHUNK_SIZE;
  /** `null` before and after. */
  #transfer: Transfer | null = null;

  /**
   * Begins to send a file. The file is not closed.
   *
   * @param file What to read.
   * @param consumer Who gets it. This becomes its pull producer until the end of the file.
   * @param transform Changes what is sent; the chunk is its to keep.
   * @returns Fires at the end of the file with the last byte that was sent (none of an empty file);
   * fails with {@linkcode FileTransferStoppedError} if the consumer is gone before, and with what reading
   * or the transformation throws. Cancelling it ends the transfer.
   * @throws {TypeError} If a transfer is under way.
   */
  beginFileTransfer(
    file: FileSource,
    consumer: IConsumer,
    transform: FileTransform | null = null,
  ): Deferred<Uint8Array> {
    if (this.#transfer !== null) {
      throw new TypeError("Cannot send a file: another transfer is under way");
    }
    const done = new Deferred<Uint8Array>(() => {
      this.#transfer = null;
      consumer.unregisterProducer();
    });
    const lastSent = new Uint8Array(0);
    this.#transfer = { file, consumer, transform, done, lastSent, isReading: false };
    try {
      consumer.registerProducer(this, false);
    } catch (error) {
      this.#transfer = null;
      throw error;
    }
    return done;
  }

  /** Sends one chunk; called by the consumer. */
  resumeProducing(): void {
    if (this.#transfer?.isReading === false) this.#sendNext(this.#transfer);
  }

  /** The consumer is gone; called by it. */
  stopProducing(): void {
    const transfer = this.#transfer;
    this.#transfer = null;
    transfer?.done.errback(
      new FileTransferStoppedError("Cannot send the file: its consumer is gone"),
    );
  }

  /** Reads until something is sent: a consumer does not ask again for what it did not get. */
  #sendNext(transfer: Transfer): void {
    for (;;) {
      const buffer = new Uint8Array(this.chunkSize);
      let count: ReturnType<FileSource["read"]>;
      try {
        count = transfer.file.read(buffer);
      } catch (error) {
        return this.#fail(transfer, error);
      }
      if (count instanceof Promise) {
        transfer.isReading = true;
        count.then((settled) => {
          transfer.isReading = false;
          if (!this.#send(transfer, buffer, settled)) this.#sendNext(transfer);
        }, (error) => this.#fail(transfer, error));
        return;
      }
      if (this.#send(transfer, buffer, count)) return;
    }
  }

  /** Returns false if the transformation has left nothing of the chunk. */
  #send(transfer: Transfer, buffer: Uint8Array, count: number | null): boolean {
    if (this.#transfer !== transfer) return true;
    if (count === null) {
      this.#end(transfer);
      transfer.done.callback(transfer.lastSent);
      return true;
    }
    try {
      const chunk = buffer.subarray(0, count);
      const changed = transfer.transform === null ? chunk : transfer.transform(chunk);
      if (changed.length === 0 && count > 0) return false;
      if (changed.length > 0) transfer.lastSent = changed.slice(-1);
      transfer.consumer.write(changed);
    } catch (error) {
      this.#fail(transfer, error);
    }
    return true;
  }

  #fail(transfer: Transfer, error: unknown): void {
    if (this.#transfer !== transfer) return;
    this.#end(transfer);
    transfer.done.errback(error);
  }

  #end({ consumer }: Transfer): void {
    this.#transfer = null;
    consumer.unregisterProducer();
  }
}
