/**
 * A connection that can go over to TLS.
 *
 * @module
 */

import { SocketError } from "../../poller/errors.ts";
import type { StreamHandle } from "../../poller/handle.ts";
import type { TLSOptions } from "../../poller/tls_options.ts";
import type { Failure } from "../deferred/failure.ts";
import { ConnectionDone, ConnectionLost } from "../errors.ts";
import type { IHandshakeListener, IProtocol } from "../interfaces/protocol.ts";
import type { ISSLTransport, TLSContextSource } from "../interfaces/tls.ts";
import { Certificate } from "../tls/certificate.ts";
import { receiveFrom } from "./handle_io.ts";
import { TCPConnection } from "./tcp_connection.ts";
import { contextOf, explainLoss, optionsOf } from "./tls_start.ts";

/**
 * How far a connection is with TLS: it is not asked for; what was written before goes out; the
 * handshake is under way; it has succeeded; this side has said goodbye and waits for the peer's.
 */
type TLSState = "none" | "waiting" | "handshaking" | "secured" | "goodbye";

/**
 * The transport of a connected protocol, which can go over to TLS: the base of all transports over
 * streams.
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
 *
 * Twisted: `ConnectionMixin` (`internet/_newtls.py`, 24.7).
 */
export abstract class TLSTransport extends TCPConnection implements ISSLTransport {
  #state: TLSState = "none";
  /** What the handshake is begun with, while something goes out before it. */
  #options: TLSOptions | null = null;
  /** Whether somebody wants to read; the reactor may not be told while TLS begins. */
  #isReading = false;

  /** What was connected to, as it was asked; `null` on the side that was connected to. */
  protected get destination(): string | null {
    return null;
  }

  // -- The start of TLS --

  /** Whether TLS was begun; the handshake may not be over. */
  get TLS(): boolean {
    return this.#state !== "none";
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
    const handle = this.getHandle();
    if (!this.connected || handle === null) {
      throw new SocketError("ENOTCONN", "Cannot start TLS: the transport is not connected");
    }
    if (handle.startTls === undefined) {
      throw new SocketError("ENOTSUP", "Cannot start TLS: the platform has none");
    }
    if (this.TLS) throw new Error("Cannot start TLS: it was started before");
    if (this.disconnecting) return;
    this.#options = options;
    this.#state = "waiting";
    // What comes from now on is TLS.
    super.stopReading();
    if (this.turnAfterBuffer()) return;
    const error = this.turned();
    if (error !== undefined) this.failLater(error);
  }

  /** What was written before TLS is sent: begins the handshake, on a handle of its own. */
  protected override turned(): Error | undefined {
    const plain = this.getHandle();
    const options = this.#options;
    if (plain === null || options === null) return undefined;
    if (this.disconnecting && this.isIdle) return new ConnectionDone();
    this.#options = null;
    super.stopReading();
    super.stopWriting();
    try {
      this.adoptHandle(plain.startTls?.(options) ?? plain);
    } catch (error) {
      return new ConnectionLost(undefined, { cause: error });
    }
    this.#state = "handshaking";
    if (this.#isReading) super.startReading();
    super.startWriting();
    return undefined;
  }

  // -- The handshake --

  /** Whether the handshake is under way; it may have ended during a call. */
  get #isHandshaking(): boolean {
    return this.#state === "handshaking";
  }

  /** Looks how the handshake goes: it has failed, it has succeeded, or nothing is known yet. */
  #lookAtHandshake(): Error | undefined {
    const handle = this.getHandle();
    if (handle === null || !this.connected || this.failed) return undefined;
    const cause = handle.takeError();
    if (cause !== null) return new ConnectionLost(undefined, { cause });
    if (handle.connecting) return undefined;
    this.#state = "secured";
    const protocol = this.protocol;
    if (protocol !== null && isHandshakeListener(protocol)) protocol.handshakeCompleted();
    return undefined;
  }

  /** The application protocol that was agreed on; `null` if none was, or not yet. */
  get negotiatedProtocol(): string | null {
    return this.getHandle()?.tls?.alpnProtocol ?? null;
  }

  /** Returns the certificate that the peer has shown; `null` if it has shown none, or not yet. */
  getPeerCertificate(): Certificate | null {
    const der = this.getHandle()?.tls?.peerCertificate;
    return der ? Certificate.load(der) : null;
  }

  // -- Reading and writing --

  /** Takes what has arrived, or looks how the handshake goes; called by the reactor. */
  override doRead(): Error | undefined {
    switch (this.#state) {
      case "none":
      case "secured":
        return super.doRead();
      case "waiting":
        return undefined;
      case "handshaking":
        return this.#lookAtHandshake();
      case "goodbye":
        return this.#awaitGoodbye();
    }
  }

  /** Sends what is buffered, or looks how the handshake goes; called by the reactor. */
  override doWrite(): Error | undefined {
    if (this.#isHandshaking) {
      const error = this.#lookAtHandshake();
      if (error !== undefined || this.#isHandshaking) return error;
    }
    return super.doWrite();
  }

  /** Asks the reactor to call `doRead` when there is something to read, or once TLS has begun. */
  override startReading(): void {
    this.#isReading = true;
    if (this.#state !== "waiting") super.startReading();
  }

  /** Asks the reactor not to call `doRead` any more. */
  override stopReading(): void {
    this.#isReading = false;
    super.stopReading();
  }

  /** Stops reading; ignored while the goodbye of the peer is waited for. */
  override pauseProducing(): void {
    if (this.#state !== "goodbye") super.pauseProducing();
  }

  // -- Ending --

  /** Closes the connection once everything written is sent; see `FileDescriptor`, and above. */
  override loseConnection(): void {
    if (this.#isHandshaking && this.isIdle) this.abortConnection();
    else super.loseConnection();
  }

  /** Over TLS the peer is told, and waited for. */
  protected override finishClosing(): Error | undefined {
    const handle = this.getHandle();
    if (!this.TLS || handle === null) return super.finishClosing();
    this.#state = "goodbye";
    handle.shutdownWrite();
    super.startReading();
    return undefined;
  }

  /** Drops what comes before the goodbye of the peer. */
  #awaitGoodbye(): Error | undefined {
    const handle = this.getHandle();
    if (handle === null || !this.connected || this.failed) return undefined;
    const view = receiveFrom(handle);
    if (view === null) return new ConnectionDone();
    return view instanceof Error ? view : undefined;
  }

  /** Over TLS a peer that does not say goodbye has not ended its side: somebody else may have. */
  protected override endOfStream(handle: StreamHandle): Error {
    if (!this.TLS || !handle.tls?.isTruncated) return super.endOfStream(handle);
    return new ConnectionLost("Connection is lost: the peer has not said goodbye over TLS");
  }

  /**
   * The peer has ended its side, and over TLS the connection. Called by the reactor.
   *
   * @param reason `ConnectionDone`.
   */
  override readConnectionLost(reason: Failure): void {
    if (this.TLS) this.connectionLost(reason);
    else super.readConnectionLost(reason);
  }

  /**
   * Ends the connection: closes the handle and tells the protocol. A second call is ignored.
   *
   * @param reason Why; the protocol hears of an `SSLError` if TLS is to blame.
   */
  override connectionLost(reason: Failure): void {
    super.connectionLost(explainLoss(reason));
  }
}

function isHandshakeListener(protocol: IProtocol): protocol is IHandshakeListener {
  return typeof (protocol as Partial<IHandshakeListener>).handshakeCompleted === "function";
}
