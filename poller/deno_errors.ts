/**
 * Turns what Deno throws into {@linkcode SocketError}s.
 *
 * Most of Deno's socket errors carry the name of their `errno` as `code`. Those that do not are
 * told by their class, and the one for an unknown host only by its text.
 *
 * @module
 */

import { SocketError, type SocketErrorCode } from "./errors.ts";

/** What each code says about the thing that failed: the end of "Cannot X: Y is Z". */
const REASONS: Readonly<Record<SocketErrorCode, string>> = {
  EACCES: "access is denied by the system",
  EADDRINUSE: "address is in use",
  EADDRNOTAVAIL: "address is not one of this machine",
  EAFNOSUPPORT: "address is of another family",
  EBADF: "handle is closed",
  ECONNABORTED: "connection is aborted",
  ECONNREFUSED: "connection is refused",
  ECONNRESET: "connection is reset by the peer",
  EHOSTUNREACH: "host is unreachable",
  EINVAL: "argument is invalid",
  EMFILE: "number of open files is at the limit of the process",
  EMSGSIZE: "message is too long",
  ENETUNREACH: "network is unreachable",
  ENFILE: "number of open files is at the limit of the system",
  ENOENT: "path is missing",
  ENOTCONN: "stream is not connected",
  ENOTFOUND: "host name is unknown",
  ENOTSUP: "operation is not supported",
  EPIPE: "stream is closed for sending",
  EPROTO: "TLS handshake is failing",
  ETIMEDOUT: "time is up",
  EUNKNOWN: "operation is failing",
  NOT_CAPABLE: "permission is not granted",
};

/** The codes of errors that Deno gives a class but sometimes no `code`. */
const CODES_BY_NAME: Readonly<Record<string, SocketErrorCode>> = {
  AddrInUse: "EADDRINUSE",
  AddrNotAvailable: "EADDRNOTAVAIL",
  BadResource: "EBADF",
  BrokenPipe: "EPIPE",
  ConnectionAborted: "ECONNABORTED",
  ConnectionRefused: "ECONNREFUSED",
  ConnectionReset: "ECONNRESET",
  Interrupted: "EBADF",
  InvalidData: "EINVAL",
  NotCapable: "NOT_CAPABLE",
  NotConnected: "ENOTCONN",
  NotFound: "ENOENT",
  PermissionDenied: "EACCES",
  TimedOut: "ETIMEDOUT",
  TypeError: "EINVAL",
  URIError: "EINVAL",
};

/** How the resolver of the system says that a name does not exist. */
const UNKNOWN_HOST = /failed to lookup address|name or service not known|no such host/i;

/**
 * Makes the error of an operation from what Deno threw.
 *
 * @param operation What was tried: `connect to 127.0.0.1:9`.
 * @param cause What Deno threw.
 * @returns The error; `cause` itself if it is one already.
 */
export function toSocketError(operation: string, cause: unknown): SocketError {
  if (cause instanceof SocketError) return cause;
  const code = codeOf(cause);
  const detail = code === "EUNKNOWN" && cause instanceof Error ? ` (${cause.message})` : "";
  return new SocketError(code, `Cannot ${operation}: ${REASONS[code]}${detail}`, { cause });
}

/**
 * Makes the error of a use that the state or the arguments do not allow.
 *
 * @param operation What was tried.
 * @param code Why it cannot be.
 * @returns The error.
 */
export function socketError(operation: string, code: SocketErrorCode): SocketError {
  return new SocketError(code, `Cannot ${operation}: ${REASONS[code]}`);
}

/**
 * Tells the code of what Deno threw.
 *
 * @param cause What Deno threw.
 * @returns The code; `EUNKNOWN` if it has none that this package knows.
 */
export function codeOf(cause: unknown): SocketErrorCode {
  if (!(cause instanceof Error)) return "EUNKNOWN";
  const { code } = cause as Error & { code?: unknown };
  if (typeof code === "string" && Object.hasOwn(REASONS, code)) return code as SocketErrorCode;
  if (code === "EPERM") return "EACCES";
  if (code === "EINTR" || code === "ECANCELED") return "EBADF";
  if (code === "EAI_AGAIN" || code === "EAI_NONAME") return "ENOTFOUND";
  if (UNKNOWN_HOST.test(cause.message)) return "ENOTFOUND";
  return CODES_BY_NAME[cause.name] ?? "EUNKNOWN";
}
