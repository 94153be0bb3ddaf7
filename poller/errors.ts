/**
 * The errors of the seam: what handles, networks and pollers throw and report.
 *
 * Arguments of the wrong type are `TypeError` or `RangeError`; everything else is here.
 *
 * @module
 */

/**
 * What went wrong with a socket. The names are those of `errno` (POSIX `errno.h`), so that they
 * read the same on every platform; the rest are conditions that `errno` has no name for:
 * `NOT_CAPABLE` (the permission was not granted), `ENOTFOUND` (the host name does not exist) and
 * `EUNKNOWN` (see `cause`).
 */
export type SocketErrorCode =
  | "EACCES"
  | "EADDRINUSE"
  | "EADDRNOTAVAIL"
  | "EAFNOSUPPORT"
  | "EBADF"
  | "ECONNABORTED"
  | "ECONNREFUSED"
  | "ECONNRESET"
  | "EHOSTUNREACH"
  | "EINVAL"
  | "EMFILE"
  | "EMSGSIZE"
  | "ENETUNREACH"
  | "ENFILE"
  | "ENOENT"
  | "ENOTCONN"
  | "ENOTFOUND"
  | "ENOTSUP"
  | "EPIPE"
  | "EPROTO"
  | "ETIMEDOUT"
  | "EUNKNOWN"
  | "NOT_CAPABLE";

/**
 * An operation on a socket failed: the world's doing (a refused connection, a port in use), or a
 * use of a handle that its state does not allow (`EBADF` after `close()`, `ENOTCONN`).
 *
 * @example The code says what happened
 * ```ts
 * import { SocketError } from "@twinloop/twinloop/poller";
 * import { assertEquals } from "@std/assert";
 *
 * const error = new SocketError("ECONNREFUSED", "Cannot connect to 127.0.0.1:9: connection is refused");
 * assertEquals(error.code, "ECONNREFUSED");
 * ```
 */
export class SocketError extends Error {
  /** The class's name. */
  override readonly name: string = "SocketError";
  /** What went wrong; narrow on it with `switch`. */
  readonly code: SocketErrorCode;

  /**
   * Makes an error.
   *
   * @param code What went wrong.
   * @param message "Cannot X: Y is Z".
   * @param options `cause`, the platform's own error, where there is one.
   */
  constructor(code: SocketErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** `Poller.register` was called for a handle that is registered already. The caller's mistake. */
export class AlreadyRegisteredError extends Error {
  /** The class's name. */
  override readonly name = "AlreadyRegisteredError";
  /** Tells this error from others in a `switch`. */
  readonly code = "ALREADY_REGISTERED";
}

/**
 * `Poller.modify` or `Poller.unregister` was called for a handle that is not registered. The
 * caller's mistake.
 */
export class NotRegisteredError extends Error {
  /** The class's name. */
  override readonly name = "NotRegisteredError";
  /** Tells this error from others in a `switch`. */
  readonly code = "NOT_REGISTERED";
}

/** A poller was used after its `close()`. The caller's mistake. */
export class PollerClosedError extends Error {
  /** The class's name. */
  override readonly name = "PollerClosedError";
  /** Tells this error from others in a `switch`. */
  readonly code = "POLLER_CLOSED";
}

/** Every error that this family throws; `switch (error.code)` narrows it. */
export type PollerError =
  | SocketError
  | AlreadyRegisteredError
  | NotRegisteredError
  | PollerClosedError;
