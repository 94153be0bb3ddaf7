/**
 * The things that a poller watches: streams, listeners and datagram sockets whose calls never
 * block.
 *
 * A handle works as a non-blocking descriptor does on a system with readiness: a call does what it
 * can do at once and says so when that is nothing. Whoever wants to know when to call again
 * registers the handle with the poller of the platform that opened it.
 *
 * @module
 */

import type { Address, DatagramAddress, StreamAddress } from "./address.ts";
import type { SocketError } from "./errors.ts";
import type { MulticastSocket } from "./multicast.ts";
import type { TLSOptions } from "./tls_options.ts";
import type { TLSSession } from "./tls_session.ts";

/**
 * What all handles have in common.
 *
 * Guaranteed: `close()` and `abort()` unregister the handle and may be called inside its own
 * handler and more than once; an error of the connection is reported once, by whichever of
 * `takeError()`, a receive or a send comes first, as `SO_ERROR` is; after that the stream is at
 * its end for reading and broken (`EPIPE`) for sending.
 *
 * Not guaranteed: that a ready handle is still ready when it is used (spurious wake-ups happen: a
 * receive may answer "nothing yet", a send may take nothing), and that the loss of a peer is
 * noticed while nobody is interested in reading.
 */
export interface Handle {
  /** A number that no other handle of the platform ever has, open or closed. */
  readonly id: number;
  /** True from `close()` or `abort()` on. */
  readonly closed: boolean;
  /** Returns {@linkcode Handle.id} while the handle is open and -1 afterwards. */
  fileno(): number;
  /**
   * Closes the handle. Bytes that `send` has taken are still sent, in the background; nothing is
   * called any more.
   */
  close(): void;
  /** Closes the handle at once and drops what was not sent yet; the peer may see a reset. */
  abort(): void;
  /**
   * Takes the handle's error, if it has one that was not reported yet.
   *
   * On a stream that became writable for the first time, `null` means that it is connected.
   *
   * @returns The error, or `null`.
   */
  takeError(): SocketError | null;
}

/** A connected (or connecting) stream of bytes: TCP or UNIX. */
export interface StreamHandle extends Handle {
  /** Tells the kinds of handles apart. */
  readonly kind: "stream";
  /** True until the attempt to connect has succeeded or failed. */
  readonly connecting: boolean;
  /** The address of this end; `null` until connected. It stays readable after `close()`. */
  readonly localAddress: StreamAddress | null;
  /** The address of the other end; while connecting, what was asked for. */
  readonly remoteAddress: StreamAddress;
  /**
   * Takes what has arrived, without copying.
   *
   * The bytes count as read. The view borrows the handle's buffer: it is valid until the handler
   * or callback that called this returns, and no longer; copy what must live on.
   *
   * @returns At least one byte; `null` at the end of the stream; `undefined` if nothing has
   * arrived yet.
   * @throws {SocketError} If the connection failed and that was not reported yet; `EBADF` after
   * `close()`.
   */
  receive(): Uint8Array | null | undefined;
  /**
   * Copies what has arrived into a buffer of the caller. What does not fit stays to be received.
   *
   * @param buffer Where the bytes go; not empty.
   * @returns The number of bytes, at least 1; `null` at the end of the stream; `undefined` if
   * nothing has arrived yet.
   * @throws {RangeError} If `buffer` is empty.
   * @throws {SocketError} If the connection failed and that was not reported yet; `EBADF` after
   * `close()`.
   */
  receiveInto(buffer: Uint8Array): number | null | undefined;
  /**
   * Sends bytes, as many as there is room for. What is taken is copied before this returns, so the
   * caller may change its array at once; but not a view that {@linkcode StreamHandle.receive}
   * returned, which a platform may send as it is.
   *
   * @param bytes What to send.
   * @returns How many of the first bytes were taken; 0 if there is no room now (or while the
   * stream connects): wait for WRITE.
   * @throws {SocketError} `EPIPE` after the write side was shut or the connection lost,
   * `EBADF` after `close()`, or the connection's error if that was not reported yet.
   */
  send(bytes: Uint8Array): number;
  /**
   * Ends the stream in this direction once all that was taken is sent; the peer sees the end of
   * the stream and may go on sending. A second call is ignored.
   */
  shutdownWrite(): void;
  /**
   * Turns Nagle's algorithm off (`true`, the platform's default) or on. Ignored on UNIX streams
   * and after `close()`.
   *
   * @param noDelay Whether small writes leave at once.
   */
  setNoDelay(noDelay: boolean): void;
  /**
   * Turns keep-alive probes on or off (the default). Ignored on UNIX streams and after `close()`.
   *
   * @param keepAlive Whether an idle connection is probed.
   */
  setKeepAlive(keepAlive: boolean): void;
  /**
   * Goes over to TLS. This handle is closed, and its connection goes on under another one, together
   * with what was received and not taken, and what was taken and not sent.
   *
   * A platform without TLS does not have this method.
   *
   * @param options Which side this is, and whom to trust.
   * @returns A stream that connects: it becomes ready for WRITE when the handshake has succeeded,
   * and for WRITE with ERROR when it failed, with a `TLSError` (`EPROTO`) that has the reason.
   * @throws {SocketError} `EBADF` after `close()`, `ENOTCONN` while connecting, or the connection's
   * error if that was not reported yet.
   */
  startTls?(options: TLSOptions): StreamHandle;
  /**
   * What TLS has agreed on, from the moment at which the handshake has succeeded, also after
   * `close()`; `null` before, and on a stream without TLS. A platform without TLS does not have it.
   */
  readonly tls?: TLSSession | null;
}

/** A listener: READ means that a connection can be accepted. */
export interface ListenerHandle extends Handle {
  /** Tells the kinds of handles apart. */
  readonly kind: "listener";
  /** The address that is listened on, with the real port. It stays readable after `close()`. */
  readonly localAddress: StreamAddress;
  /**
   * A promise for the moment when the address is free again after `close()`. It never rejects.
   */
  readonly released: Promise<void>;
  /**
   * Accepts a connection.
   *
   * A peer that gave up before it was accepted is skipped. When the process has run out of
   * descriptors, those who connect are turned away: with the one that is held in reserve they are
   * accepted and closed. Where there is none, they wait until some come free.
   *
   * @returns A connected stream, or `undefined` if none waits.
   * @throws {SocketError} If the listener itself failed and that was not reported yet; `EBADF`
   * after `close()`.
   */
  accept(): StreamHandle | undefined;
}

/** A datagram, and where it came from. */
export interface Datagram {
  /** The payload, whole; the caller's to keep. */
  readonly bytes: Uint8Array;
  /** The sender. */
  readonly from: DatagramAddress;
}

/** A datagram socket: UDP or UNIX. */
export interface DatagramHandle extends Handle {
  /** Tells the kinds of handles apart. */
  readonly kind: "datagram";
  /** The address that the socket is bound to. It stays readable after `close()`. */
  readonly localAddress: DatagramAddress;
  /**
   * A promise for the moment when the address is free again after `close()`. It never rejects.
   */
  readonly released: Promise<void>;
  /**
   * What the socket does with multicast groups; `null` unless it was bound with
   * `BindOptions.multicast`.
   */
  readonly multicast: MulticastSocket | null;
  /**
   * Takes one datagram.
   *
   * @returns The datagram, or `undefined` if none has arrived.
   * @throws {SocketError} If the socket failed and that was not reported yet; `EBADF` after
   * `close()`.
   */
  receive(): Datagram | undefined;
  /**
   * Sends one datagram, whole or not at all.
   *
   * @param bytes The payload; may be empty.
   * @param to Where to send it; may be a multicast group.
   * @returns False if there is no room now: wait for WRITE.
   * @throws {SocketError} `EMSGSIZE` if the payload is too long, `EAFNOSUPPORT` if the address is
   * of another family, `EINVAL` for port 0, `EBADF` after `close()`.
   */
  send(bytes: Uint8Array, to: DatagramAddress): boolean;
}

/** Any handle that a platform of this package opens. */
export type AnyHandle = StreamHandle | ListenerHandle | DatagramHandle;

/**
 * Says what a handle is and where, for messages: `stream 127.0.0.1:5000 to 127.0.0.1:80`.
 *
 * @param handle The handle.
 * @param format How to write an address.
 * @returns A phrase without a period.
 */
export function describeHandle(handle: AnyHandle, format: (address: Address) => string): string {
  if (handle.kind !== "stream") return `${handle.kind} ${format(handle.localAddress)}`;
  const local = handle.localAddress === null ? "(connecting)" : format(handle.localAddress);
  return `stream ${local} to ${format(handle.remoteAddress)}`;
}
