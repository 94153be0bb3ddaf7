/**
 * A TCP connection, of either side.
 *
 * @module
 */

import type { StreamHandle } from "../../poller/handle.ts";
import { Failure } from "../deferred/failure.ts";
import { ConnectionAborted, ConnectionDone } from "../errors.ts";
import type { IHalfCloseableDescriptor } from "../interfaces/descriptors.ts";
import type { IHalfCloseableProtocol, IProtocol } from "../interfaces/protocol.ts";
import type { ITCPTransport } from "../interfaces/transport.ts";
import type { IPAddress, UNIXAddress } from "./address.ts";
import { FileDescriptor } from "./file_descriptor.ts";
import { receiveFrom, sendTo } from "./handle_io.ts";
import { prefixOf } from "./log_prefix.ts";
import type { ReactorTCP } from "./reactor_tcp.ts";

/**
 * The transport of a connected protocol.
 *
 * Order at the loss of a connection, whatever caused it: the transport counts as disconnected and
 * leaves the reactor, its producer is stopped, the handle is closed, and then
 * `protocol.connectionLost(reason)` is called, once.
 *
 * Twisted: `Connection` (`internet/tcp.py`, 24.7). Differs from Twisted: a half-closeable protocol
 * hears once of the end of the stream, also if it resumes reading afterwards; Nagle's algorithm is
 * off at first.
 */
export abstract class TCPConnection extends FileDescriptor
  implements ITCPTransport, IHalfCloseableDescriptor {
  /**
   * Who is told what arrives; assign another protocol to hand the connection on. `null` before
   * the connection is made and after it was lost.
   */
  protocol: IProtocol | null = null;

  readonly #tcp: ReactorTCP;
  /** The handle; `null` until there is one. It stays, closed, after the connection was lost. */
  #handle: StreamHandle | null = null;
  /** Set from `abortConnection()` on: the handle is aborted, not closed. */
  #aborting = false;
  /** Set when the peer has ended its side and the protocol goes on. */
  #readDisconnected = false;
  #noDelay = true;
  #keepAlive = false;

  /**
   * Makes a connection without a handle.
   *
   * @param tcp What it belongs to.
   */
  constructor(tcp: ReactorTCP) {
    super(tcp.reactor);
    this.#tcp = tcp;
  }

  /** What the connection belongs to. */
  protected get tcp(): ReactorTCP {
    return this.#tcp;
  }

  /**
   * Takes a handle as the connection's own, with the options that are set.
   *
   * @param handle The handle.
   */
  protected adoptHandle(handle: StreamHandle): void {
    this.#handle = handle;
    this.#tcp.transports.add(this);
    if (!this.#noDelay) handle.setNoDelay(false);
    if (this.#keepAlive) handle.setKeepAlive(true);
  }

  /** Returns the address of this end. */
  abstract getHost(): IPAddress | UNIXAddress;

  /** Returns the address of the other end. */
  abstract getPeer(): IPAddress | UNIXAddress;

  /** Returns the underlying handle; `null` until there is one. */
  getHandle(): StreamHandle | null {
    return this.#handle;
  }

  /** Returns the number of the handle, -1 when there is none or it is closed. */
  fileno(): number {
    return this.#handle === null ? -1 : this.#handle.fileno();
  }

  /** Returns the log prefix of the protocol. */
  logPrefix(): string {
    return prefixOf(this.protocol);
  }

  /**
   * Hands what has arrived to the protocol; called by the reactor when there is something.
   *
   * @returns Nothing to go on, or the reason to disconnect.
   */
  doRead(): Error | undefined {
    const handle = this.#handle;
    const protocol = this.protocol;
    if (handle === null || protocol === null || this.failed) return undefined;
    const view = receiveFrom(handle);
    if (view === undefined) return undefined;
    if (view === null) return this.endOfStream(handle);
    if (view instanceof Error) return view;
    protocol.dataReceived(protocol.borrowsData === true ? view : this.#tcp.slab.own(view));
    return undefined;
  }

  /**
   * Sends bytes, as many as the handle takes.
   *
   * @param data What to send.
   * @returns How many were taken, or the reason to disconnect.
   */
  protected override writeSomeData(data: Uint8Array): number | Error {
    const handle = this.#handle;
    return handle === null ? 0 : sendTo(handle, data);
  }

  /**
   * The peer has ended its side.
   *
   * @param _handle The handle.
   * @returns The reason to disconnect.
   */
  protected endOfStream(_handle: StreamHandle): Error {
    return new ConnectionDone();
  }

  /** Reads again; ignored once the connection is closing, or the peer has ended its side. */
  override resumeProducing(): void {
    if (!this.#readDisconnected) super.resumeProducing();
  }

  /**
   * Closes the connection at once and drops what was not sent; the peer may see a reset.
   *
   * The protocol hears of it in a later pass, with `ConnectionAborted`, and receives nothing in
   * between. Ignored when not connected, and the second time.
   */
  abortConnection(): void {
    if (!this.connected || this.#aborting) return;
    this.#aborting = true;
    this.failLater(new ConnectionAborted());
  }

  /**
   * The peer has ended its side. A half-closeable protocol goes on; for others the connection is
   * over. Called by the reactor.
   *
   * @param reason `ConnectionDone`.
   */
  override readConnectionLost(reason: Failure): void {
    const protocol = this.protocol;
    if (protocol === null || !isHalfCloseable(protocol)) {
      return this.connectionLost(reason);
    }
    this.#readDisconnected = true;
    this.#tell("readConnectionLost", protocol);
  }

  /** Shuts the write side and tells a half-closeable protocol. */
  protected override closeWriteConnection(): undefined {
    this.#handle?.shutdownWrite();
    const protocol = this.protocol;
    if (protocol !== null && isHalfCloseable(protocol)) {
      this.#tell("writeConnectionLost", protocol);
    }
    return undefined;
  }

  /**
   * Ends the connection: closes the handle and tells the protocol. A second call is ignored.
   *
   * @param reason Why.
   */
  override connectionLost(reason: Failure): void {
    if (this.disconnected) return;
    this.#tcp.transports.delete(this);
    const protocol = this.protocol;
    try {
      super.connectionLost(reason);
    } finally {
      this.protocol = null;
      if (this.#aborting) this.#handle?.abort();
      else this.#handle?.close();
      protocol?.connectionLost(reason);
    }
  }

  /** Returns whether small writes leave at once, as they do at first. */
  getTcpNoDelay(): boolean {
    return this.#noDelay;
  }

  /**
   * Turns Nagle's algorithm off (`true`) or on.
   *
   * @param enabled Whether small writes leave at once.
   */
  setTcpNoDelay(enabled: boolean): void {
    this.#noDelay = enabled;
    this.#handle?.setNoDelay(enabled);
  }

  /** Returns whether an idle connection is probed; at first it is not. */
  getTcpKeepAlive(): boolean {
    return this.#keepAlive;
  }

  /**
   * Turns keep-alive probes on or off.
   *
   * @param enabled Whether an idle connection is probed.
   */
  setTcpKeepAlive(enabled: boolean): void {
    this.#keepAlive = enabled;
    this.#handle?.setKeepAlive(enabled);
  }

  /** Calls a half-close hook; what it throws is logged and ends the connection. */
  #tell(
    hook: "readConnectionLost" | "writeConnectionLost",
    protocol: IHalfCloseableProtocol,
  ): void {
    try {
      protocol[hook]();
    } catch (error) {
      this.#tcp.logError(`Exception in ${hook}`, error, this.logPrefix());
      this.connectionLost(Failure.from(error));
    }
  }
}

/**
 * Tells whether a protocol goes on when one direction has ended.
 *
 * @param protocol The protocol.
 * @returns True if it has both hooks of `IHalfCloseableProtocol`.
 */
export function isHalfCloseable(protocol: IProtocol): protocol is IHalfCloseableProtocol {
  const { readConnectionLost, writeConnectionLost } = protocol as Partial<IHalfCloseableProtocol>;
  return typeof readConnectionLost === "function" && typeof writeConnectionLost === "function";
}
