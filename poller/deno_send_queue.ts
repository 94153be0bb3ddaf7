/**
 * The bytes that a stream has taken and not sent yet.
 *
 * @module
 */

import { copyBytes } from "./copy_bytes.ts";
import { giveBuffer, LARGEST_BUFFER, type PooledBuffer, takeBuffer } from "./deno_buffer_pool.ts";
import { takeLentBuffer } from "./deno_read_buffer.ts";

/** From so many bytes on it is cheaper to take a buffer over than to copy what is in it. */
const TAKE_OVER_MIN = 16_384;

/** The part of a native connection that sends. */
export interface NativeWriter {
  /** Writes some of the first bytes. */
  write(bytes: Uint8Array<ArrayBuffer>): Promise<number>;
}

/** Whom a queue tells how it goes. */
export interface SendQueueOwner {
  /** A native write is started. */
  writeStarted(): void;
  /** There is room, and perhaps nothing left to send. */
  bytesSent(): void;
  /** A native write failed; the queue is empty and takes nothing any more. */
  sendFailed(error: unknown): void;
}

/**
 * Two buffers: one that the native write under way reads from, and one that collects what is taken
 * meanwhile. So small sends are coalesced, a stream holds two buffers at most, and the caller
 * gets its own memory back at once.
 */
export class SendQueue {
  readonly #writer: NativeWriter;
  readonly #owner: SendQueueOwner;
  /** What the native write under way reads from; `null` while none is. */
  #current: PooledBuffer | null = null;
  /** The part of `#current` that was not sent yet. */
  #rest: Uint8Array<ArrayBuffer> | null = null;
  /** What was taken meanwhile; `null` while nothing was. */
  #next: PooledBuffer | null = null;
  #nextLength = 0;
  #ended = false;

  /**
   * Makes an empty queue.
   *
   * @param writer Where the bytes go.
   * @param owner Whom to tell.
   */
  constructor(writer: NativeWriter, owner: SendQueueOwner) {
    this.#writer = writer;
    this.#owner = owner;
  }

  /** Whether nothing waits or is under way. */
  get isEmpty(): boolean {
    return this.#current === null;
  }

  /** Whether nothing can be taken. */
  get isFull(): boolean {
    return this.#nextLength === LARGEST_BUFFER;
  }

  /**
   * Takes bytes, as many as there is room for.
   *
   * @param bytes What to send; copied, unless they are as a stream has just received them.
   * @returns How many of the first bytes were taken.
   */
  push(bytes: Uint8Array): number {
    if (bytes.length === 0 || this.#ended) return 0;
    if (this.#current !== null) return this.#append(bytes);
    const lent = bytes.length < TAKE_OVER_MIN ? null : takeLentBuffer(bytes);
    if (lent !== null) {
      this.#current = lent;
      this.#write(bytes as Uint8Array<ArrayBuffer>);
      return bytes.length;
    }
    const count = Math.min(bytes.length, LARGEST_BUFFER);
    const buffer = takeBuffer(count);
    copyBytes(bytes, 0, count, buffer.bytes, 0);
    this.#start(buffer, count);
    // What does not fit into the first buffer may go behind it.
    return count < bytes.length ? count + this.#append(bytes.subarray(count)) : count;
  }

  /** Drops what waits; the native write under way goes on until the connection is closed. */
  end(): void {
    this.#ended = true;
    if (this.#next !== null) giveBuffer(this.#next);
    this.#next = null;
    this.#nextLength = 0;
  }

  #append(bytes: Uint8Array): number {
    const count = Math.min(bytes.length, LARGEST_BUFFER - this.#nextLength);
    if (count === 0) return 0;
    this.#growNext(this.#nextLength + count);
    copyBytes(bytes, 0, count, (this.#next as PooledBuffer).bytes, this.#nextLength);
    this.#nextLength += count;
    return count;
  }

  #growNext(length: number): void {
    const old = this.#next;
    if (old === null) this.#next = takeBuffer(length);
    else if (length > old.bytes.length) {
      this.#next = takeBuffer(length);
      copyBytes(old.bytes, 0, this.#nextLength, this.#next.bytes, 0);
      giveBuffer(old);
    }
  }

  #start(buffer: PooledBuffer, length: number): void {
    this.#current = buffer;
    this.#write(buffer.first(length));
  }

  #write(rest: Uint8Array<ArrayBuffer>): void {
    this.#rest = rest;
    this.#owner.writeStarted();
    this.#writer.write(rest).then(this.#onWritten, this.#onFailed);
  }

  readonly #onWritten = (count: number): void => {
    const rest = this.#rest as Uint8Array<ArrayBuffer>;
    if (count < rest.length && !this.#ended) {
      this.#write(rest.subarray(count));
      return;
    }
    giveBuffer(this.#current as PooledBuffer);
    this.#current = this.#rest = null;
    const next = this.#next;
    if (next !== null) {
      const length = this.#nextLength;
      this.#next = null;
      this.#nextLength = 0;
      this.#start(next, length);
    }
    this.#owner.bytesSent();
  };

  readonly #onFailed = (error: unknown): void => {
    giveBuffer(this.#current as PooledBuffer);
    this.#current = this.#rest = null;
    this.end();
    this.#owner.sendFailed(error);
  };
}
