/**
 * Tornado's streams, over anything that is read and written without blocking.
 *
 * The class is long because it is the API; what a read waits for, what is searched, what waits to
 * be sent and what is watched for live in files of their own.
 *
 * @module
 */

import { captureContext, type Context, emptyContext } from "../../poller/context.ts";
import { ERROR, type Interest, NONE, READ, WRITE } from "../../poller/interest.ts";
import type { IOLoop } from "../io_loop.ts";
import { closedRejection, rejectAsClosed } from "./closed_rejection.ts";
import { StreamBufferFullError, StreamBusyError } from "./errors.ts";
import type { ReadRequest } from "./read_request.ts";
import { ReadRequests } from "./read_requests.ts";
import { toBytes, toLimit } from "./stream_arguments.ts";
import { StreamCallbacks } from "./stream_callbacks.ts";
import type {
  IOStreamOptions,
  ReadBytesOptions,
  ReadIntoOptions,
  ReadUntilCloseOptions,
  ReadUntilOptions,
} from "./stream_options.ts";
import { StreamReader } from "./stream_reader.ts";
import { StreamWatch } from "./stream_watch.ts";
import { WriteQueue } from "./write_queue.ts";

/** How many bytes wait to be read at most, unless the caller says otherwise: 100 MiB. */
const BUFFER_MAX = 104_857_600;

/** How many bytes are received at a time, unless the caller says otherwise. */
const CHUNK_SIZE = 65_536;

/** What `write()` returns when all was sent at once: shared, so that it costs nothing. */
const WRITTEN: Promise<void> = Promise.resolve();

/**
 * Reads and writes of a stream of bytes; `IOStream` is the one over a socket.
 *
 * - A read first looks at what was received before, then at the descriptor; what they satisfy has
 *   its promise fulfilled inside the call. One read at a time.
 * - What a read returns belongs to the caller. Its `buffer` may be larger than it is and shared
 *   with other results of the same stream: copy it (`slice()`) to keep a little of it for long.
 * - Writes are sent in order, and their promises fulfilled in that order.
 * - At the end of the stream, and on an error, the stream closes itself. Reads that what was
 *   received satisfies still succeed, everything else rejects with `StreamClosedError`. Such a
 *   promise may be left unattended: {@linkcode BaseIOStream.error} and the close callback tell.
 * - Callbacks that were given to the stream run in a pass of the loop, never inside a call, in the
 *   context in which they were given. The close callback comes last.
 *
 * Tornado: `BaseIOStream` (`iostream.py`, 4.5.3).
 *
 * Differs from Tornado: methods return promises and take no callbacks for their results; what they
 * raise rejects the promise; each of several writes has a promise that is fulfilled (Tornado 4.4
 * forgot the earlier ones); a read that is under way when the stream closes succeeds if what was
 * received satisfies it (as from Tornado 6.1 on).
 */
export abstract class BaseIOStream {
  /** The loop that the stream runs on. Tornado: `io_loop`. */
  readonly ioLoop: IOLoop;
  /** How many bytes may wait to be read. Tornado: `max_buffer_size`. */
  readonly maxBufferSize: number;
  /** How many bytes are received at a time. Tornado: `read_chunk_size`. */
  readonly readChunkSize: number;
  /** How many bytes may wait to be sent. Tornado: `max_write_buffer_size`. */
  readonly maxWriteBufferSize: number;
  /** Why the stream was closed; `null` as long as there is no reason. Tornado: `error`. */
  error: unknown = null;
  /** Whether the stream waits for its connection; only writes are taken meanwhile. */
  protected connecting = false;

  readonly #callbacks: StreamCallbacks;
  readonly #reader: StreamReader;
  readonly #writes: WriteQueue;
  readonly #watch: StreamWatch;
  readonly #requests: ReadRequests;
  #closeCallback: (() => unknown) | null = null;
  #closeContext: Context = emptyContext;
  #closed = false;

  /**
   * Begins a stream.
   *
   * @param ioLoop The loop that it runs on.
   * @param options The limits of its buffers.
   * @throws {RangeError} If a limit is not a positive number.
   */
  constructor(ioLoop: IOLoop, options: IOStreamOptions = {}) {
    this.ioLoop = ioLoop;
    this.maxBufferSize = toLimit("maxBufferSize", options.maxBufferSize, BUFFER_MAX);
    this.readChunkSize = Math.min(
      toLimit("readChunkSize", options.readChunkSize, CHUNK_SIZE),
      Math.max(this.maxBufferSize >> 1, 1),
    );
    this.maxWriteBufferSize = toLimit("maxWriteBufferSize", options.maxWriteBufferSize, Infinity);
    this.#callbacks = new StreamCallbacks(
      ioLoop,
      () => this.#afterCallback(),
      (error) => this.close(error),
    );
    this.#requests = new ReadRequests(this.#callbacks);
    this.#reader = new StreamReader(this.maxBufferSize, this.readChunkSize, this.#callbacks);
    this.#writes = new WriteQueue(CHUNK_SIZE);
    this.#watch = new StreamWatch(ioLoop, (_fd, events) => this.#onEvents(events));
  }

  // -- For implementations --

  /** Returns the number of the descriptor, or -1 if there is none (any more). */
  abstract fileno(): number;

  /** Closes the descriptor. Called once. Tornado: `close_fd()`. */
  protected abstract closeFd(): void;

  /**
   * Sends bytes. Tornado: `write_to_fd(data)`.
   *
   * @param bytes What to send; copied.
   * @returns How many of the first bytes were taken; 0 if there is no room.
   * @throws {Error} If the connection is lost.
   */
  protected abstract writeToFd(bytes: Uint8Array): number;

  /**
   * Receives bytes. Tornado: `read_from_fd(buf)`.
   *
   * @param buffer Where they go; not empty.
   * @returns How many they are; `null` at the end of the stream, `undefined` if there are none yet.
   * @throws {Error} If the connection is lost.
   */
  protected abstract readFromFd(buffer: Uint8Array): number | null | undefined;

  /** Takes the descriptor's error; `null` if there is none. Tornado: `get_fd_error()`. */
  protected abstract getFdError(): unknown;

  /**
   * Called on any event while {@linkcode BaseIOStream.connecting}: tells whether that is over,
   * clears the field if the stream is connected, and closes the stream if that failed.
   */
  protected handleConnect(): void {
    this.connecting = false;
  }

  /** Called once the stream is closed: fails what only the implementation knows of. */
  protected handleClosed(): void {}

  // -- Reading --

  /**
   * Reads a number of bytes.
   *
   * Tornado: `read_bytes(num_bytes, streaming_callback=None, partial=False)`.
   *
   * @param count How many; 0 succeeds at once.
   * @param options Whether fewer will do, and where to stream to.
   * @returns A promise for the bytes. It rejects with `StreamClosedError`, with `StreamBusyError`
   * while another read is under way, with `RangeError` if `count` is not a whole number.
   */
  readBytes(count: number, options: ReadBytesOptions = {}): Promise<Uint8Array> {
    return this.#begin(() => this.#requests.bytes(count, options));
  }

  /**
   * Reads into a buffer of the caller until it is full. Nobody else may write into it meanwhile.
   *
   * Tornado: `read_into(buf, partial=False)`.
   *
   * @param buffer Where the bytes go; an empty one succeeds at once. It may be larger than
   * `maxBufferSize`.
   * @param options Whether to be content with fewer.
   * @returns A promise for the number of bytes. It rejects as that of `readBytes()`; the buffer's
   * content is then unspecified.
   */
  readInto(buffer: Uint8Array, options: ReadIntoOptions = {}): Promise<number> {
    return this.#begin(() => this.#requests.into(buffer, options));
  }

  /**
   * Reads up to and including a sequence of bytes. Every byte is looked at once.
   *
   * Tornado: `read_until(delimiter, max_bytes=None)`.
   *
   * @param delimiter The sequence; a string stands for its UTF-8 bytes.
   * @param options How long the result may be.
   * @returns A promise for the bytes. It rejects with `StreamClosedError`, whose `realError` is an
   * `UnsatisfiableReadError` if the sequence does not end within `maxBytes` (the stream is then
   * closed); with `StreamBusyError` while another read is under way; with `RangeError` if
   * `delimiter` is empty or `maxBytes` not a positive number.
   */
  readUntil(delimiter: Uint8Array | string, options: ReadUntilOptions = {}): Promise<Uint8Array> {
    return this.#begin(() => this.#requests.until(delimiter, options));
  }

  /**
   * Reads up to and including the first match of a regular expression, in which a character stands
   * for the byte of its code.
   *
   * What was received is searched anew whenever more has come: give `maxBytes` where the peer is
   * not trusted.
   *
   * Tornado: `read_until_regex(regex, max_bytes=None)`.
   *
   * @param regex The expression; its flags `g` and `y` are ignored.
   * @param options How long the result may be.
   * @returns A promise for the bytes. It rejects as that of `readUntil()`.
   */
  readUntilRegex(regex: RegExp, options: ReadUntilOptions = {}): Promise<Uint8Array> {
    return this.#begin(() => this.#requests.untilRegex(regex, options));
  }

  /**
   * Reads all up to the end of the stream; also when it is closed already, what was received.
   *
   * Tornado: `read_until_close(streaming_callback=None)`.
   *
   * @param options Where to stream to.
   * @returns A promise for the bytes, also if the connection was lost: see
   * {@linkcode BaseIOStream.error}. It rejects with `StreamClosedError` if more than `maxBufferSize`
   * came, with `StreamBusyError` while another read is under way.
   */
  readUntilClose(options: ReadUntilCloseOptions = {}): Promise<Uint8Array> {
    return this.#begin(() => this.#requests.untilClose(options));
  }

  /** Tells whether a read is under way. Tornado: `reading()`. */
  reading(): boolean {
    return this.#reader.isReading;
  }

  // -- Writing --

  /**
   * Writes bytes. They are sent at once as far as there is room, the rest is copied.
   *
   * Tornado: `write(data)`.
   *
   * @param data The bytes; any view of a buffer.
   * @returns A promise, fulfilled when they were handed to the system. It rejects with
   * `StreamClosedError`, with `StreamBufferFullError` if more than `maxWriteBufferSize` would wait
   * (nothing of `data` is then sent), with `TypeError` if `data` is not a view.
   */
  write(data: ArrayBufferView): Promise<void> {
    try {
      const bytes = toBytes(data);
      if (this.#closed) return closedRejection("write", this.error);
      const waiting = this.#writes.length + bytes.length;
      if (waiting > this.maxWriteBufferSize) {
        const limit = `${waiting} bytes would wait, ${this.maxWriteBufferSize} are allowed`;
        throw new StreamBufferFullError(`Cannot write: ${limit}`);
      }
      const written = this.#send(bytes);
      if (this.#closed) return closedRejection("write", this.error);
      if (this.#writes.isEmpty) this.#watchIdle();
      else this.watch(WRITE);
      return written;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Tells whether something waits to be sent. Tornado: `writing()`. */
  writing(): boolean {
    return !this.#writes.isEmpty;
  }

  // -- Closing --

  /**
   * Says what to call when the stream is closed: once, in a later pass, after all other callbacks
   * of the stream. A stream with a close callback is watched for its end also while nothing is read.
   *
   * Tornado: `set_close_callback(callback)`.
   *
   * @param callback The function; `null` for none. If the stream is closed already it is called, too.
   */
  setCloseCallback(callback: (() => unknown) | null): void {
    this.#closeCallback = callback;
    this.#closeContext = captureContext();
    if (this.#closed) this.#signalClosed();
    else this.#watchIdle();
  }

  /**
   * Closes the stream. What was not sent yet is dropped, what the system has taken is still sent.
   * A second call is ignored.
   *
   * Tornado: `close(exc_info=False)`.
   *
   * @param error Why; it becomes {@linkcode BaseIOStream.error}.
   */
  close(error?: unknown): void {
    if (!this.#closed) {
      if (error !== undefined) this.error = error;
      if (!(error instanceof StreamBufferFullError)) this.#reader.complete();
      this.#watch.stop();
      this.#closed = true;
      this.closeFd();
    }
    this.#signalClosed();
  }

  /** Closes the stream, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Tells whether the stream is closed. Tornado: `closed()`. */
  closed(): boolean {
    return this.#closed;
  }

  // -- Watching --

  /**
   * Watches the descriptor, if there is one, for more than before.
   *
   * @param interest What for.
   */
  protected watch(interest: Interest): void {
    const fd = this.#closed ? -1 : this.fileno();
    if (fd !== -1) this.#watch.add(fd, interest);
  }

  /** Whether nothing was received and not read, and nothing is under way. */
  protected get isIdle(): boolean {
    const isBusy = this.connecting || this.reading() || this.writing();
    return !this.#closed && !isBusy && this.#reader.buffered + this.#callbacks.pending === 0;
  }

  /**
   * Ends this stream, whose descriptor goes on under another one.
   *
   * @param stream The other one; it gets the close callback.
   */
  protected moveTo(stream: BaseIOStream): void {
    this.#watch.stop();
    this.#closed = true;
    const callback = this.#closeCallback;
    this.#closeCallback = null;
    if (callback !== null) this.#closeContext(() => stream.setCloseCallback(callback));
  }

  /** Watches an idle stream for its end, if somebody wants to know. */
  #watchIdle(): void {
    if (this.#closeCallback === null || this.#reader.buffered > 0) return;
    if (this.#watch.isIdle) this.watch(READ);
  }

  /** Watches for what is under way, and an idle stream for its end. */
  #watchOnly(): void {
    let wanted = NONE;
    if (this.#reader.isReading) wanted |= READ;
    if (!this.#writes.isEmpty) wanted |= WRITE;
    if (wanted === NONE && this.#reader.buffered === 0) wanted = READ;
    this.#watch.set(wanted);
  }

  #onEvents(events: Interest): void {
    if (this.#closed) return;
    try {
      // Any event may tell of the connection, so this comes first.
      if (this.connecting) this.handleConnect();
      if (this.#closed || this.connecting) return;
      if ((events & READ) !== 0) this.#receive();
      if (this.#closed) return;
      if ((events & WRITE) !== 0) this.#flush();
      if (this.#closed) return;
      if ((events & ERROR) !== 0) {
        this.error = this.getFdError() ?? this.error;
        // Callbacks that are queued already run first.
        this.ioLoop.addCallback(this.#closeLater);
        return;
      }
      this.#watchOnly();
    } catch (error) {
      this.close(error);
      throw error;
    }
  }

  readonly #closeLater = (): void => this.close();

  // -- What happens --

  #begin<T>(make: () => ReadRequest<T>): Promise<T> {
    try {
      if (this.#reader.isReading) {
        throw new StreamBusyError("Cannot read: another read is under way");
      }
      const request = make();
      const result = this.#tryBuffer(request);
      if (result !== null) {
        this.#watchIdle();
        return result;
      }
      if (this.#closed) return this.#readAfterClose(request);
      const promise = this.#reader.wait(request);
      if (!this.connecting) this.#receive();
      // The end of the stream, or the result, may have come meanwhile.
      if (this.#reader.isReading) this.watch(READ);
      else this.#watchIdle();
      return promise;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #tryBuffer<T>(request: ReadRequest<T>): Promise<T> | null {
    try {
      return this.#reader.tryBuffer(request);
    } catch (error) {
      // The limit is passed already: the same as if it were when more came.
      this.close(error);
      return closedRejection("read", this.error);
    }
  }

  #readAfterClose<T>(request: ReadRequest<T>): Promise<T> {
    const isCut = this.error instanceof StreamBufferFullError;
    return request.endsAtClose && !isCut
      ? this.#reader.takeRest(request)
      : closedRejection("read", this.error);
  }

  #receive(): void {
    try {
      if (!this.#reader.receive(this.#readFromFd)) this.close();
    } catch (error) {
      this.close(error);
    }
  }

  /** Sends what no earlier write stands before, and keeps the rest. */
  #send(bytes: Uint8Array): Promise<void> {
    try {
      const sent = this.connecting ? 0 : this.#writes.sendFirst(bytes, this.#writeToFd);
      if (sent === bytes.length && !this.connecting && this.#writes.isEmpty) return WRITTEN;
      return this.#writes.push(sent === 0 ? bytes : bytes.subarray(sent));
    } catch (error) {
      this.close(error);
      return WRITTEN;
    }
  }

  #flush(): void {
    try {
      this.#writes.flush(this.#writeToFd);
    } catch (error) {
      this.close(error);
    }
  }

  readonly #readFromFd = (buffer: Uint8Array): number | null | undefined => this.readFromFd(buffer);

  readonly #writeToFd = (bytes: Uint8Array): number => this.writeToFd(bytes);

  // -- The end --

  #afterCallback(): void {
    if (this.#closed) this.#signalClosed();
    else this.#watchIdle();
  }

  /** Ends what is under way and tells the user, but not before the callbacks that are queued. */
  #signalClosed(): void {
    if (this.#callbacks.pending > 0) return;
    this.#reader.fail((settled) => rejectAsClosed(settled, "read", this.error));
    this.#writes.fail((settled) => rejectAsClosed(settled, "write", this.error));
    this.handleClosed();
    const callback = this.#closeCallback;
    this.#closeCallback = null;
    if (callback !== null) this.#callbacks.queue(this.#closeContext, callback);
  }
}
