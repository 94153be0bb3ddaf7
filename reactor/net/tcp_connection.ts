/**
 * A TCP connection, of either side.
 *
 * @module
 */

import { SocketError } from "../../poller/errors.ts";
import type { StreamHandle } from "../../poller/handle.ts";
import type { TLSOptions } from "../../poller/tls_options.ts";
import { Failure } from "../deferred/failure.ts";
import { ConnectionAborted, ConnectionDone, ConnectionLost } from "../errors.ts";
import type { IHalfCloseableDescriptor } from "../interfaces/descriptors.ts";
import type {
  IHalfCloseableProtocol,
  IHandshakeListener,
  IProtocol,
} from "../interfaces/protocol.ts";
import type { ISSLTransport, TLSContextSource } from "../interfaces/tls.ts";
import { Certificate } from "../tls/certificate.ts";
import type { IPAddress, UNIXAddress } from "./address.ts";
import { FileDescriptor } from "./file_descriptor.ts";
import { prefixOf } from "./log_prefix.ts";
import type { ReactorTCP } from "./reactor_tcp.ts";
import { contextOf, explainLoss, optionsOf } from "./tls_start.ts";

/**
 * How far a connection is with TLS: it is not asked for; what was written before goes out; the
 * handshake is under way; it has succeeded; this side has said goodbye and waits for the peer's.
 */
type TLSState = "none" | "waiting" | "handshaking" | "secured" | "goodbye";

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
 *
 * Over TLS it is as in Twisted (`TLSMemoryBIOProtocol`, `protocols/tls.py`):
 *
 * - What is written before the handshake is over waits for it. `loseConnection()` with nothing
 *   written gives the handshake up, with `ConnectionAborted` as the reason.
 * - `loseConnection()` says goodbye (`close_notify`) after everything written, and waits for the peer
 *   to do so or to close; what comes meanwhile is dropped. A peer that does neither is got rid of by
 *   `abortConnection()`.
 * - The goodbye of the peer ends the connection with `ConnectionDone`, for half-closeable protocols,
 *   too. Without it the end is `ConnectionLost`: what has come may be cut short.
 * - A failed handshake, or one that is broken off, ends the connection with an `SSLError`.
 */
export abstract class TCPConnection extends FileDescriptor
  implements ISSLTransport, IHalfCloseableDescriptor {
  /**
   * Who is told what arrives; assign another protocol to hand the connection on. `null` before
   * the connection is made and after it was lost.
   */
  protocol: IProtocol | null = null;

  readonly #tcp: ReactorTCP;
  /** The handle; `null` until there is one. It stays, closed, after the connection was lost. */
  #handle: StreamHandle | null = null;
  /** Set from `abortConnection()` on: nothing is read or written any more. */
  #aborting = false;
  /** Set when the peer has ended its side and the protocol goes on. */
  #readDisconnected = false;
  #tls: TLSState = "none";
  /** What the handshake is begun with, while something goes out before it. */
  #tlsOptions: TLSOptions | null = null;
  /** Whether somebody wants to read; the reactor may not be told while TLS begins. */
  #isReading = false;
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
   * Takes a handle as the connection's own.
   *
   * @param handle The handle.
   */
  protected adoptHandle(handle: StreamHandle): void {
    this.#handle = handle;
    this.#tcp.transports.add(this);
  }

  /** What was connected to, as it was asked; `null` on the side that was connected to. */
  protected get destination(): string | null {
    return null;
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
    if (handle === null || protocol === null || this.#aborting || this.failed) return undefined;
    if (this.#tls === "waiting") return undefined;
    if (this.#tls === "handshaking") return this.#lookAtHandshake(handle);
    let view: Uint8Array | null | undefined;
    try {
      view = handle.receive();
    } catch (error) {
      return new ConnectionLost(undefined, { cause: error });
    }
    if (view === undefined) return undefined;
    if (view === null) return this.#ended(handle);
    if (this.#tls === "goodbye") return undefined;
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
    if (handle === null || this.#aborting) return 0;
    try {
      return handle.send(data);
    } catch (error) {
      return new ConnectionLost(undefined, { cause: error });
    }
  }

  /** Sends what is buffered, or looks how the handshake goes; called by the reactor. */
  override doWrite(): Error | undefined {
    const handle = this.#handle;
    if (this.#tls === "handshaking" && handle !== null && !this.failed) {
      const error = this.#lookAtHandshake(handle);
      if (error !== undefined || this.#isHandshaking) return error;
    }
    return super.doWrite();
  }

  /** Asks the reactor to call `doRead` when there is something to read, or once TLS has begun. */
  override startReading(): void {
    this.#isReading = true;
    if (this.#tls !== "waiting") super.startReading();
  }

  /** Asks the reactor not to call `doRead` any more. */
  override stopReading(): void {
    this.#isReading = false;
    super.stopReading();
  }

  // -- TLS --

  /** Whether TLS was begun; the handshake may not be over. */
  get TLS(): boolean {
    return this.#tls !== "none";
  }

  /** The application protocol that was agreed on; `null` if none was, or not yet. */
  get negotiatedProtocol(): string | null {
    return this.#handle?.tls?.alpnProtocol ?? null;
  }

  /** Returns the certificate that the peer has shown; `null` if it has shown none, or not yet. */
  getPeerCertificate(): Certificate | null {
    const der = this.#handle?.tls?.peerCertificate;
    return der ? Certificate.load(der) : null;
  }

  /**
   * Goes over to TLS. What was written before goes out first, as it is; what was not read yet, and
   * all that is written from now on, belongs to TLS. Producers go on, over TLS.
   *
   * Ignored once the connection is closing.
   *
   * @param source What TLS is begun with. A client without a `hostname` expects the certificate to be
   * for the host that it connected to.
   * @param normal False to take the part of the other side: a server's transport begins as the
   * client.
   * @throws {CertificateError} If the server's part has no certificate or no key.
   * @throws {SocketError} `ENOTCONN` if the transport is not connected, `ENOTSUP` if its platform has
   * no TLS.
   * @throws {Error} If TLS was begun before.
   * @throws {unknown} What `source.getContext()` throws; nothing has changed then.
   */
  startTLS(source: TLSContextSource, normal = true): void {
    const isClient = (this.destination !== null) === normal;
    const options = optionsOf(contextOf(source, null), isClient, this.destination);
    if (!this.connected || this.#handle === null) {
      throw new SocketError("ENOTCONN", "Cannot start TLS: the transport is not connected");
    }
    if (this.#handle.startTls === undefined) {
      throw new SocketError("ENOTSUP", "Cannot start TLS: the platform has none");
    }
    if (this.#tls !== "none") throw new Error("Cannot start TLS: it was started before");
    if (this.disconnecting) return;
    this.#tlsOptions = options;
    this.#tls = "waiting";
    // What comes from now on is TLS.
    super.stopReading();
    if (this.turnAfterBuffer()) return;
    const error = this.turned();
    if (error !== undefined) this.failLater(error);
  }

  /** What was written before TLS is sent: begins the handshake, on a handle of its own. */
  protected override turned(): Error | undefined {
    const old = this.#handle;
    const options = this.#tlsOptions;
    if (old === null || options === null) return undefined;
    if (this.disconnecting && this.isIdle) return new ConnectionDone();
    this.#tlsOptions = null;
    super.stopReading();
    super.stopWriting();
    try {
      this.#handle = old.startTls?.(options) ?? old;
    } catch (error) {
      return new ConnectionLost(undefined, { cause: error });
    }
    this.#tls = "handshaking";
    if (!this.#noDelay) this.#handle.setNoDelay(false);
    if (this.#keepAlive) this.#handle.setKeepAlive(true);
    if (this.#isReading) super.startReading();
    super.startWriting();
    return undefined;
  }

  /** Looks how the handshake goes: it has failed, it has succeeded, or nothing is known yet. */
  #lookAtHandshake(handle: StreamHandle): Error | undefined {
    const cause = handle.takeError();
    if (cause !== null) return new ConnectionLost(undefined, { cause });
    if (handle.connecting) return undefined;
    this.#tls = "secured";
    const protocol = this.protocol;
    if (protocol !== null && isHandshakeListener(protocol)) protocol.handshakeCompleted();
    return undefined;
  }

  /** Whether the handshake is under way; it may have ended during a call. */
  get #isHandshaking(): boolean {
    return this.#tls === "handshaking";
  }

  /** The peer has ended its side. */
  #ended(handle: StreamHandle): Error {
    if (this.#tls !== "secured" || !handle.tls?.isTruncated) return new ConnectionDone();
    return new ConnectionLost("Connection is lost: the peer has not said goodbye over TLS");
  }

  /** Over TLS the peer is told, and waited for. */
  protected override finishClosing(): Error | undefined {
    if (this.#tls === "none" || this.#handle === null) return new ConnectionDone();
    this.#tls = "goodbye";
    this.#handle.shutdownWrite();
    super.startReading();
    return undefined;
  }

  /** Closes the connection once everything written is sent; see `FileDescriptor`, and above. */
  override loseConnection(): void {
    if (this.#isHandshaking && this.isIdle) this.abortConnection();
    else super.loseConnection();
  }

  /** Stops reading; ignored while the goodbye of the peer is waited for. */
  override pauseProducing(): void {
    if (this.#tls !== "goodbye") super.pauseProducing();
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
    if (protocol === null || this.TLS || !isHalfCloseable(protocol)) {
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
      protocol?.connectionLost(explainLoss(reason));
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

function isHandshakeListener(protocol: IProtocol): protocol is IHandshakeListener {
  return typeof (protocol as Partial<IHandshakeListener>).handshakeCompleted === "function";
}
