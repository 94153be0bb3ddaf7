/**
 * Why an attempt to connect failed, in Twisted's words.
 *
 * @module
 */

import { SocketError } from "../../poller/errors.ts";
import {
  ConnectBindError,
  ConnectError,
  ConnectionRefusedError,
  NoRouteError,
  TCPTimedOutError,
  UnknownHostError,
} from "../errors.ts";

/**
 * Turns what a handle reports into the error that a factory is told.
 *
 * Twisted: `getConnectError` (`internet/error.py`, 24.7).
 *
 * @example A refused connection
 * ```ts
 * import { ConnectionRefusedError, getConnectError } from "@twinloop/twinloop/reactor";
 * import { SocketError } from "@twinloop/twinloop/poller";
 * import { assert } from "@std/assert";
 *
 * const error = new SocketError("ECONNREFUSED", "Cannot connect to 127.0.0.1:9: it is refused");
 * assert(getConnectError(error) instanceof ConnectionRefusedError);
 * ```
 *
 * @param error What was reported; it becomes the `cause`.
 * @returns The most fitting {@linkcode ConnectError}.
 */
export function getConnectError(error: unknown): ConnectError {
  const message = error instanceof Error ? error.message : String(error);
  const options = { cause: error };
  if (!(error instanceof SocketError)) return new ConnectError(message, options);
  switch (error.code) {
    case "ECONNREFUSED":
      return new ConnectionRefusedError(message, options);
    case "ETIMEDOUT":
      return new TCPTimedOutError(message, options);
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return new NoRouteError(message, options);
    case "ENOTFOUND":
      return new UnknownHostError(message, options);
    case "EADDRINUSE":
    case "EADDRNOTAVAIL":
      return new ConnectBindError(message, options);
    default:
      return new ConnectError(message, options);
  }
}
