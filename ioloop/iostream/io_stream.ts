/**
 * Tornado's stream over a socket.
 *
 * @module
 */

import type { StreamAddress } from "../../poller/address.ts";
import { SocketError } from "../../poller/errors.ts";
import type { StreamHandle } from "../../poller/handle.ts";
import { WRITE } from "../../poller/interest.ts";
import type { TLSOptions } from "../../poller/tls_options.ts";
import { IOLoop } from "../io_loop.ts";
import { BaseIOStream } from "./base_io_stream.ts";
import { closedRejection, rejectAsClosed } from "./closed_rejection.ts";
import { StreamBusyError } from "./errors.ts";
import type { IOStreamOptions } from "./stream_options.ts";

/** How to connect a stream. */
export interface StreamConnectOptions {
  /** The local address to connect from; its port may be 0. By default the system chooses. */
  readonly from?: StreamAddress;
}

/**
 * A stream over a TCP or UNIX socket.
 *
 * Tornado: `IOStream` (`iostream.py`, 4.5.3).
 *
 * Differs from Tornado: the socket is a `StreamHandle`, connected or connecting, or `null` for one
 * that {@linkcode IOStream.connect} opens; see {@linkcode BaseIOStream} for the rest.
 *
 * @example A line goes to and fro
 * ```ts
 * import {
 *   addAcceptHandler,
 *   bindSockets,
 *   IOLoop,
 *   IOStream,
 *   PollIOLoop,
 * } from "@twinloop/twinloop/ioloop";
 * import { Simulation } from "@twinloop/twinloop/sim";
 * import { assertEquals } from "@std/assert";
 *
 * async function main(): Promise<void> {
 *   const [listener] = bindSockets(0, { address: "127.0.0.1" });
 *   addAcceptHandler(listener!, async (handle) => {
 *     using stream = new IOStream(handle);
 *     await stream.write(await stream.readUntil("\n"));
 *   });
 *   using stream = await new IOStream(null).connect(listener!.localAddress);
 *   stream.write(new TextEncoder().encode("hello\n"));
 *   assertEquals(new TextDecoder().decode(await stream.readUntilClose()), "hello\n");
 *   IOLoop.current().removeHandler(listener!);
 *   listener!.close();
 * }
 *
 * // On a simulated host, so that it needs no permission; on the machine it is `IOLoop.instance()`.
 * const sim = new Simulation();
 * const ioLoop = new PollIOLoop(sim.host("local"));
 * await sim.run(() => ioLoop.runSync(main));
 * ```
 */
export class IOStream extends BaseIOStream {
  #handle: StreamHandle | null;
  /** The promise of `connect()`; `null` before and after. */
  #connected: PromiseWithResolvers<unknown> | null = null;

  /**
   * Makes a stream.
   *
   * @param handle The socket, which belongs to the stream from now on; `null` for one that
   * `connect()` is to open.
   * @param ioLoop The loop to run on; its platform must have opened the socket.
   * @param options The limits of the buffers.
   * @throws {RangeError} If a limit is not a positive number.
   */
  constructor(
    handle: StreamHandle | null,
    ioLoop: IOLoop = IOLoop.current(),
    options: IOStreamOptions = {},
  ) {
    super(ioLoop, options);
    this.#handle = handle;
    this.connecting = handle === null || handle.connecting;
  }

  /** The socket; `null` before `connect()` has opened one. Tornado: `socket`. */
  get handle(): StreamHandle | null {
    return this.#handle;
  }

  /** The address of this end; `null` until connected. It stays readable after `close()`. */
  get localAddress(): StreamAddress | null {
    return this.#handle?.localAddress ?? null;
  }

  /** The address of the other end; while connecting, what was asked for; before that `null`. */
  get remoteAddress(): StreamAddress | null {
    return this.#handle?.remoteAddress ?? null;
  }

  /** Returns the number of the socket, or -1 if there is none (any more). Tornado: `fileno()`. */
  override fileno(): number {
    return this.#handle?.fileno() ?? -1;
  }

  /**
   * Connects. Writes may be begun meanwhile and are sent afterwards, reads wait.
   *
   * Tornado: `connect(address, server_hostname=None)`.
   *
   * @param address Where to; left out for a stream over a handle that connects already.
   * @param options The local address.
   * @returns A promise for the stream itself. It rejects with `StreamClosedError`, whose
   * `realError` says why; with `StreamBusyError` if the stream connects or is connected already;
   * with `RangeError` if the port is not a whole number from 1 to 65535.
   */
  connect(address?: StreamAddress, options: StreamConnectOptions = {}): Promise<this> {
    if (this.closed()) return closedRejection("connect", this.error);
    const isNew = this.#handle === null;
    if (this.#connected !== null || !this.connecting || isNew !== (address !== undefined)) {
      const state = isNew ? "there is no address" : "it has a connection or is about to";
      return Promise.reject(new StreamBusyError(`Cannot connect the stream: ${state}`));
    }
    const connected = Promise.withResolvers<this>();
    this.#connected = connected as PromiseWithResolvers<unknown>;
    try {
      if (address !== undefined) {
        this.#handle = this.ioLoop.platform.network.connect(address, options);
      }
      this.watch(WRITE);
    } catch (error) {
      if (error instanceof SocketError) this.close(error);
      else {
        this.#connected = null;
        this.close(error);
        return Promise.reject(error);
      }
    }
    return connected.promise;
  }

  /**
   * Turns Nagle's algorithm off or on. It is off from the beginning; ignored on UNIX sockets.
   *
   * Tornado: `set_nodelay(value)`. Differs from Tornado: there it is on unless turned off.
   *
   * @param value Whether small writes leave at once.
   */
  setNodelay(value: boolean): void {
    this.#handle?.setNoDelay(value);
  }

  /**
   * Goes over to TLS. The stream must be idle: nothing received and not read, no read, write or
   * callback under way. It counts as closed afterwards; its close callback is called for the new one.
   *
   * Tornado: `start_tls(server_side, ssl_options=None, server_hostname=None)`. Differs from Tornado:
   * one object of options, in which certificates are texts.
   *
   * @param options Which side this is, and whom to trust.
   * @returns A promise for the new stream, fulfilled after the handshake. It rejects with
   * `StreamBusyError` if the stream is not idle, with `StreamClosedError` if it is closed, and with
   * the `SocketError` of the handshake: `EPROTO` as a rule, `ENOTSUP` if the platform has no TLS.
   */
  async startTls(options: TLSOptions): Promise<SSLIOStream> {
    if (this.closed()) return await closedRejection("start TLS", this.error);
    const stream = this.beginTls(options);
    try {
      return await stream.waitForHandshake();
    } catch (error) {
      throw stream.error ?? error;
    }
  }

  /**
   * Goes over to TLS without waiting for the handshake; for the rest see
   * {@linkcode IOStream.startTls}.
   *
   * @param options Which side this is, and whom to trust.
   * @returns The new stream.
   * @throws {StreamBusyError} If the stream is not idle, or closed.
   * @throws {SocketError} `ENOTSUP` if the platform has no TLS, or the connection's error.
   */
  beginTls(options: TLSOptions): SSLIOStream {
    if (!this.isIdle) throw new StreamBusyError("Cannot start TLS: the stream is not idle");
    const stream = SSLIOStream.over(this.#handle as StreamHandle, this.ioLoop, options, this);
    this.moveTo(stream);
    return stream;
  }

  /** See {@linkcode BaseIOStream.closeFd}. */
  protected override closeFd(): void {
    this.#handle?.close();
  }

  /** See {@linkcode BaseIOStream.writeToFd}. */
  protected override writeToFd(bytes: Uint8Array): number {
    return (this.#handle as StreamHandle).send(bytes);
  }

  /** See {@linkcode BaseIOStream.readFromFd}. */
  protected override readFromFd(buffer: Uint8Array): number | null | undefined {
    return (this.#handle as StreamHandle).receiveInto(buffer);
  }

  /** See {@linkcode BaseIOStream.getFdError}. */
  protected override getFdError(): unknown {
    return (this.#handle as StreamHandle).takeError();
  }

  /** See {@linkcode BaseIOStream.handleConnect}. */
  protected override handleConnect(): void {
    const handle = this.#handle as StreamHandle;
    const error = handle.takeError();
    if (error !== null) {
      this.close(error);
      return;
    }
    if (handle.connecting) return;
    this.connecting = false;
    const connected = this.#connected;
    this.#connected = null;
    connected?.resolve(this);
  }

  /** See {@linkcode BaseIOStream.handleClosed}. */
  protected override handleClosed(): void {
    const connected = this.#connected;
    this.#connected = null;
    if (connected !== null) rejectAsClosed(connected, "connect", this.error);
  }
}

/**
 * A stream over TLS. Reads wait for the handshake, writes are sent after it.
 *
 * It stands in this file because {@linkcode IOStream.startTls} makes it.
 *
 * Tornado: `SSLIOStream` (`iostream.py`, 4.5.3). Differs from Tornado: `connect()` of an `IOStream`
 * and then `startTls()` is how a client gets one.
 */
export class SSLIOStream extends IOStream {
  /** Whether somebody waits for the handshake. */
  #isWaiting = false;

  /**
   * Begins a handshake on a connection.
   *
   * @param handle The connection; it is closed, and goes on under the new stream.
   * @param ioLoop The loop to run on.
   * @param tls Which side this is, and whom to trust.
   * @param options The limits of the buffers.
   * @returns The stream.
   * @throws {SocketError} `ENOTSUP` if the platform has no TLS, and as `StreamHandle.startTls`.
   */
  static over(
    handle: StreamHandle,
    ioLoop: IOLoop,
    tls: TLSOptions,
    options: IOStreamOptions = {},
  ): SSLIOStream {
    if (handle.startTls === undefined) {
      throw new SocketError("ENOTSUP", "Cannot start TLS: the platform does not have it");
    }
    const { maxBufferSize, readChunkSize, maxWriteBufferSize } = options;
    return new SSLIOStream(handle.startTls(tls), ioLoop, {
      ...(maxBufferSize === undefined ? {} : { maxBufferSize }),
      ...(readChunkSize === undefined ? {} : { readChunkSize }),
      ...(maxWriteBufferSize === undefined ? {} : { maxWriteBufferSize }),
    });
  }

  /**
   * Waits for the handshake.
   *
   * Tornado: `wait_for_handshake()`.
   *
   * @returns A promise for the stream itself; fulfilled at once if the handshake is over. It rejects
   * with `StreamBusyError` if it is waited for already, and with `StreamClosedError`, whose
   * `realError` says why, if it fails.
   */
  waitForHandshake(): Promise<this> {
    if (this.closed()) return closedRejection("wait for the handshake", this.error);
    if (!this.connecting) return Promise.resolve(this);
    if (this.#isWaiting) {
      const reason = "it is waited for already";
      return Promise.reject(new StreamBusyError(`Cannot wait for the handshake: ${reason}`));
    }
    this.#isWaiting = true;
    return this.connect();
  }
}
