/**
 * Streams on Deno: TCP and UNIX.
 *
 * @module
 */

import { formatAddress, type StreamAddress } from "./address.ts";
import { scopeOf, streamAddressOf } from "./deno_address.ts";
import { socketError, toSocketError } from "./deno_errors.ts";
import { DenoHandle, type HandleSite } from "./deno_handle.ts";
import type { NativeStream, PendingStream } from "./deno_native_stream.ts";
import { ReadBuffer } from "./deno_read_buffer.ts";
import { SendQueue, type SendQueueOwner } from "./deno_send_queue.ts";
import type { SocketError } from "./errors.ts";
import type { StreamHandle } from "./handle.ts";
import { DetachedStream } from "./deno_detached_stream.ts";
import { beginTLS } from "./deno_tls.ts";
import { ERROR, READ, WRITE } from "./interest.ts";
import type { TLSOptions } from "./tls_options.ts";
import type { TLSSession } from "./tls_session.ts";

/** A stream over one of Deno's connections, or over an attempt to get one. */
export class DenoStream extends DenoHandle implements StreamHandle, SendQueueOwner {
  /** See {@linkcode StreamHandle.kind}. */
  readonly kind = "stream";
  /** The connection; `null` while connecting, and for good if that failed. */
  #conn: NativeStream | null = null;
  /** The attempt to connect; `null` when it has ended. */
  #pending: PendingStream | null = null;
  /** What the stream has taken; `null` as long as `#conn` is. */
  #queue: SendQueue | null = null;
  readonly #buffer = new ReadBuffer();
  /** The buffer of the native read under way. */
  #posted: Uint8Array<ArrayBuffer> = NO_BYTES;
  /** What has taken the connection over, if TLS has. */
  #below: DetachedStream | null = null;
  #tls: TLSSession | null = null;
  #localAddress: StreamAddress | null = null;
  #remoteAddress: StreamAddress | null;
  /** The interface that link-local addresses of the connection are on. */
  #scope = "";
  /** Whether a native read is under way. */
  #reading = false;
  /** Whether reading has come to its end. */
  #ended = false;
  /** Whether sending fails for good: the connection is lost. */
  #broken = false;
  /** Whether this end ended its direction. */
  #shut = false;
  /** Whether the native connection was told so. */
  #shutSent = false;
  #noDelay = true;
  #keepAlive = false;
  /** Whether keep-alive was ever asked for: to leave it alone saves a call for each connection. */
  #keepAliveUsed = false;
  /** Whether it was closed and has not sent yet all that it had taken. */
  #lingers = false;
  /** Whether an option could not be set because a native write was under way. */
  #optionsDirty = false;

  /**
   * Makes a stream without a connection; the two methods below add one.
   *
   * @param site What it shares with the others of its platform.
   * @param remoteAddress Where to, if it is to connect.
   */
  constructor(site: HandleSite, remoteAddress: StreamAddress | null) {
    super(site);
    this.#remoteAddress = remoteAddress;
    site.handles.set(this.id, this);
  }

  /**
   * Makes a stream over a connection.
   *
   * @param site What it shares with the others of its platform.
   * @param conn The connection; nothing was read or written yet.
   * @param scope The interface that link-local addresses of it are on, as in {@linkcode scopeOf}.
   * @returns The stream, ready for WRITE.
   */
  static over(site: HandleSite, conn: NativeStream, scope: string = ""): DenoStream {
    const stream = new DenoStream(site, null);
    stream.#scope = scope;
    stream.#attach(conn);
    return stream;
  }

  /**
   * Makes a stream that connects.
   *
   * @param site What it shares with the others of its platform.
   * @param address Where to.
   * @param pending The attempt.
   * @returns The stream, connecting.
   */
  static connecting(site: HandleSite, address: StreamAddress, pending: PendingStream): DenoStream {
    const stream = new DenoStream(site, address);
    stream.#scope = scopeOf(address);
    stream.#pending = pending;
    site.sink.started();
    pending.conn.then((conn) => stream.#onConnected(conn), (error) => stream.#onRefused(error));
    return stream;
  }

  /** See {@linkcode StreamHandle.connecting}. */
  get connecting(): boolean {
    return this.#pending !== null;
  }

  /** See {@linkcode StreamHandle.localAddress}. */
  get localAddress(): StreamAddress | null {
    if (this.#conn !== null) {
      this.#localAddress ??= streamAddressOf(this.#conn.localAddr, this.#scope);
    }
    return this.#localAddress;
  }

  /** See {@linkcode StreamHandle.remoteAddress}. */
  get remoteAddress(): StreamAddress {
    if (this.#remoteAddress === null) {
      this.#remoteAddress = streamAddressOf((this.#conn as NativeStream).remoteAddr, this.#scope);
    }
    return this.#remoteAddress;
  }

  /** See {@linkcode StreamHandle.receive}. */
  receive(): Uint8Array | null | undefined {
    if (this.#buffer.length === 0) return this.#receiveNothing();
    const view = this.#buffer.take();
    this.#afterTaking();
    return view;
  }

  /** See {@linkcode StreamHandle.receiveInto}. */
  receiveInto(buffer: Uint8Array): number | null | undefined {
    if (buffer.length === 0) throw new RangeError("Cannot receive: the buffer is empty");
    if (this.#buffer.length === 0) return this.#receiveNothing();
    const count = this.#buffer.takeInto(buffer);
    if (this.#buffer.length === 0) this.#afterTaking();
    return count;
  }

  /** See {@linkcode StreamHandle.send}. */
  send(bytes: Uint8Array): number {
    if (this.closed) throw socketError(this.#verb("send"), "EBADF");
    if (this.error !== null) this.#throwError();
    if (this.#broken || this.#shut) throw socketError(this.#verb("send"), "EPIPE");
    const queue = this.#queue;
    if (queue === null) return 0;
    const count = queue.push(bytes);
    if (queue.isFull) this.level &= ~WRITE;
    return count;
  }

  /** See {@linkcode StreamHandle.shutdownWrite}. */
  shutdownWrite(): void {
    if (this.closed || this.#shut) return;
    this.#shut = true;
    if (this.#queue?.isEmpty) this.#sendShutdown();
  }

  /** See {@linkcode StreamHandle.setNoDelay}. */
  setNoDelay(noDelay: boolean): void {
    if (this.closed || this.#noDelay === noDelay) return;
    this.#noDelay = noDelay;
    this.#applyOptions();
  }

  /** See {@linkcode StreamHandle.setKeepAlive}. */
  setKeepAlive(keepAlive: boolean): void {
    if (this.closed || this.#keepAlive === keepAlive) return;
    this.#keepAlive = keepAlive;
    this.#keepAliveUsed = true;
    this.#applyOptions();
  }

  /** See {@linkcode StreamHandle.startTls}. */
  startTls(options: TLSOptions): DenoStream {
    const operation = `start TLS with ${formatAddress(this.remoteAddress)}`;
    if (this.closed) throw socketError(operation, "EBADF");
    this.#throwError();
    if (this.#conn === null) throw socketError(operation, "ENOTCONN");
    const below = new DetachedStream(
      this.#conn,
      this.#buffer.length === 0 ? NO_BYTES : this.#buffer.take().slice(),
      this.#reading,
      this.#queue?.isEmpty ?? true,
    );
    this.#below = below;
    this.#leave();
    const pending = beginTLS(operation, below, options);
    return DenoStream.connecting(this.site, this.remoteAddress, pending);
  }

  /** See {@linkcode StreamHandle.tls}. */
  get tls(): TLSSession | null {
    return this.#tls;
  }

  /** See {@linkcode StreamHandle.close}. */
  close(): void {
    if (this.#below !== null) return;
    if (this.closed) return;
    this.#leave();
    if (this.#queue === null || this.#queue.isEmpty) return this.#closeNative();
    this.#lingers = true;
    this.site.farewells.begin();
  }

  /** See {@linkcode StreamHandle.abort}. */
  abort(): void {
    this.#leave();
    if (this.#below !== null) return;
    this.#queue?.end();
    this.#conn?.abort?.();
    this.#closeNative();
  }

  /** See {@linkcode DenoHandle.arm}. */
  arm(): void {
    if ((this.interest & READ) === 0 || this.#reading || this.#ended) return;
    if (this.#conn === null || this.#buffer.length > 0) return;
    this.#reading = true;
    this.site.sink.started();
    this.#posted = this.#buffer.post();
    this.#conn.read(this.#posted).then(this.#onRead, this.#onReadFailed);
  }

  // -- Receiving --

  #receiveNothing(): null | undefined {
    if (this.closed) throw socketError(this.#verb("receive"), "EBADF");
    this.#throwError();
    if (this.#ended) return null;
    this.level &= ~READ;
    // With a native read under way there is nothing to arm, which would cost a microsecond.
    if (!this.#reading) this.site.sink.taken(this);
    return undefined;
  }

  #afterTaking(): void {
    if (this.#ended || this.error !== null) return;
    this.level &= ~READ;
    this.site.sink.taken(this);
  }

  readonly #onRead = (count: number | null): void => {
    this.#reading = false;
    if (this.#below !== null) this.#below.received(count, this.#posted);
    if (this.closed) return;
    if (count === null) this.#ended = true;
    else this.#buffer.filled(count);
    this.raiseArmed(READ);
  };

  readonly #onReadFailed = (error: unknown): void => {
    this.#reading = false;
    this.#below?.receiveFailed(error);
    if (this.closed) return;
    this.#ended = true;
    this.#fail(toSocketError(this.#verb("receive"), error));
  };

  // -- Sending --

  /** See {@linkcode SendQueueOwner.writeStarted}. */
  writeStarted(): void {
    this.site.sink.started();
  }

  /** See {@linkcode SendQueueOwner.bytesSent}. */
  bytesSent(): void {
    if (this.#queue?.isEmpty) this.#onQueueEmpty();
    if ((this.level & WRITE) === 0 && !this.closed) this.raise(WRITE);
  }

  /** See {@linkcode SendQueueOwner.sendFailed}. */
  sendFailed(error: unknown): void {
    if (this.#below !== null) this.#below.drained();
    else if (this.closed) this.#closeNative();
    else this.#fail(toSocketError(this.#verb("send"), error));
  }

  #onQueueEmpty(): void {
    if (this.#optionsDirty) this.#applyOptions();
    if (this.#shut) this.#sendShutdown();
    if (this.#below !== null) this.#below.drained();
    else if (this.closed) this.#closeNative();
  }

  #sendShutdown(): void {
    const conn = this.#conn;
    if (conn === null || this.#shutSent) return;
    this.#shutSent = true;
    conn.closeWrite().catch(() => {
      // The connection is lost already: the next receive tells.
    });
  }

  // -- The connection --

  #onConnected(conn: NativeStream): void {
    this.#pending = null;
    if (this.closed) {
      closeQuietly(conn);
      return;
    }
    this.#attach(conn);
    // From now on it is the address that a name stood for.
    this.#remoteAddress = null;
    if (this.#shut) this.#sendShutdown();
    this.raise(WRITE);
    this.site.sink.taken(this);
  }

  #onRefused(error: unknown): void {
    this.#pending = null;
    if (this.closed) return;
    this.#ended = true;
    this.#fail(toSocketError(`connect to ${formatAddress(this.remoteAddress)}`, error));
  }

  #attach(conn: NativeStream): void {
    this.#conn = conn;
    this.#tls = conn.tls ?? null;
    this.#queue = new SendQueue(conn, this);
    this.level = WRITE;
    this.#applyOptions();
  }

  #applyOptions(): void {
    const conn = this.#conn;
    if (conn === null) return;
    this.#optionsDirty = false;
    try {
      conn.setNoDelay?.(this.#noDelay);
      if (this.#keepAliveUsed) conn.setKeepAlive?.(this.#keepAlive);
    } catch {
      // Deno refuses options while a native write is under way, and on a lost connection.
      this.#optionsDirty = true;
    }
  }

  /** The connection is lost. The error is reported once; what had arrived stays to be received. */
  #fail(error: SocketError): void {
    if (this.#broken) {
      this.raise(READ);
      return;
    }
    this.#broken = true;
    this.error = error;
    this.raise(READ | WRITE | ERROR);
  }

  #throwError(): void {
    const error = this.takeError();
    if (error !== null) throw error;
  }

  #leave(): void {
    // Remember the addresses: they stay readable.
    if (this.closed) return;
    if (this.#conn !== null) void [this.localAddress, this.remoteAddress];
    this.leave();
    this.#pending?.abort();
    this.#buffer.release();
  }

  #closeNative(): void {
    const conn = this.#conn;
    const { farewells } = this.site;
    this.#conn = null;
    if (conn !== null) closeQuietly(conn);
    if (conn?.closed !== undefined) {
      farewells.begin();
      conn.closed.then(() => farewells.end());
    }
    if (this.#lingers) farewells.end();
    this.#lingers = false;
  }

  #verb(verb: "send" | "receive"): string {
    const to = verb === "send" ? "to" : "from";
    return `${verb} ${to} ${formatAddress(this.remoteAddress)}`;
  }
}

/** Stands for a buffer where none was posted yet. */
const NO_BYTES = new Uint8Array(0);

function closeQuietly(conn: NativeStream): void {
  try {
    conn.close();
  } catch {
    // It was closed before.
  }
}
