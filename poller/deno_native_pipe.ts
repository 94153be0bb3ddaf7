/**
 * The pipes of a child process as native streams.
 *
 * Deno gives them as web streams only. Those settle some microtasks after the native operation
 * did, at once or not: too many for the poller to tell. So each completion is announced as if an
 * operation had just been started, and the poller ends the pass through a turn of the native loop.
 *
 * @module
 */

import type { NativeStream } from "./deno_native_stream.ts";

/** How many bytes one read of a pipe brings at most: what a pipe holds on Linux. */
const READ_MAX = 65_536;

/** Pipes have no names. */
const UNNAMED = { transport: "unix", path: "" } as Deno.UnixAddr;

/** The end of a pipe that a child writes to. */
export class PipeReader implements NativeStream {
  /** It has no name. */
  readonly localAddr: Deno.Addr = UNNAMED;
  /** It has no name. */
  readonly remoteAddr: Deno.Addr = UNNAMED;
  readonly #reader: ReadableStreamBYOBReader;
  readonly #announce: () => void;
  /** A read takes its buffer away and brings it back with the bytes. */
  #spare: ArrayBuffer = new ArrayBuffer(READ_MAX);

  /**
   * Makes the reading end.
   *
   * @param readable The child's output.
   * @param announce Called right before a read settles.
   */
  constructor(readable: ReadableStream<Uint8Array<ArrayBuffer>>, announce: () => void) {
    this.#reader = readable.getReader({ mode: "byob" });
    this.#announce = announce;
  }

  /** Reads at least one byte; `null` at the end of the stream. */
  async read(buffer: Uint8Array<ArrayBuffer>): Promise<number | null> {
    const view = new Uint8Array(this.#spare, 0, Math.min(buffer.length, READ_MAX));
    try {
      const { done, value } = await this.#reader.read(view);
      if (value !== undefined) this.#spare = value.buffer;
      if (done) return null;
      buffer.set(value);
      return value.length;
    } finally {
      this.#announce();
    }
  }

  /** Never called: the stream above is shut for sending. */
  write(_bytes: Uint8Array<ArrayBuffer>): Promise<number> {
    return Promise.reject(new Deno.errors.BrokenPipe("The pipe is for reading only"));
  }

  /** There is nothing to end. */
  closeWrite(): Promise<void> {
    return Promise.resolve();
  }

  /** Closes the pipe: the child cannot write to it any more. */
  close(): void {
    this.#reader.cancel().catch(ignore);
  }
}

/** The end of a pipe that a child reads from. */
export class PipeWriter implements NativeStream {
  /** It has no name. */
  readonly localAddr: Deno.Addr = UNNAMED;
  /** It has no name. */
  readonly remoteAddr: Deno.Addr = UNNAMED;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #announce: () => void;
  /** Settled when the child has exited. */
  readonly #exited: Promise<unknown>;
  #closing = false;

  /**
   * Makes the writing end.
   *
   * @param writable The child's input.
   * @param exited Settled when the child has exited.
   * @param announce Called right before a read or write settles.
   */
  constructor(
    writable: WritableStream<Uint8Array<ArrayBuffer>>,
    exited: Promise<unknown>,
    announce: () => void,
  ) {
    this.#writer = writable.getWriter();
    this.#writer.closed.catch(ignore);
    this.#exited = exited;
    this.#announce = announce;
  }

  /** Waits until the child has exited: then nobody reads any more. */
  async read(_buffer: Uint8Array<ArrayBuffer>): Promise<null> {
    await this.#exited;
    this.#announce();
    return null;
  }

  /** Writes all bytes. */
  async write(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
    try {
      await this.#writer.write(bytes);
      return bytes.length;
    } finally {
      this.#announce();
    }
  }

  /** Ends the child's input. */
  async closeWrite(): Promise<void> {
    this.#closing = true;
    await this.#writer.close();
  }

  /** Closes the pipe. A write under way cannot be called back: it ends when the child reads or dies. */
  close(): void {
    if (!this.#closing) this.#writer.abort().catch(ignore);
    this.#closing = true;
  }
}

function ignore(): void {}
