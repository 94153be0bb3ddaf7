/**
 * Errors that a platform throws or reports, as JSON.
 *
 * @module
 */

import {
  AlreadyRegisteredError,
  InvariantError,
  NotRegisteredError,
  PollerClosedError,
  SocketError,
  type SocketErrorCode,
  TLSError,
  type TLSErrorReason,
} from "../../poller/mod.ts";

/** An error taken apart. */
export interface DescribedError {
  /** The name of its class. */
  readonly name: string;
  /** Its message. */
  readonly message: string;
  /** Its code, if it has one. */
  readonly code?: string;
  /** The reason of a `TLSError`. */
  readonly reason?: string;
  /** What caused it. */
  readonly cause?: DescribedError;
}

/** How many causes of causes are kept: an error can be its own cause. */
const CAUSES_MAX = 8;

/** The classes of which an error is made anew by its message alone. */
const CLASSES: Readonly<Record<string, new (message: string, options?: ErrorOptions) => Error>> = {
  AlreadyRegisteredError,
  InvariantError,
  NotRegisteredError,
  PollerClosedError,
  RangeError,
  TypeError,
};

/**
 * Takes an error apart. Its stack is left out: it would be that of the machine it was recorded on.
 *
 * @param error What was thrown.
 * @returns What `JSON.stringify` writes without loss.
 */
export function describeError(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error)) return { name: "Error", message: String(error) };
  const { code, reason } = error as { code?: unknown; reason?: unknown };
  return {
    name: error.name,
    message: error.message,
    ...(typeof code === "string" ? { code } : {}),
    ...(typeof reason === "string" ? { reason } : {}),
    ...(error.cause === undefined || depth === CAUSES_MAX
      ? {}
      : { cause: describeError(error.cause, depth + 1) }),
  };
}

/**
 * Puts an error together.
 *
 * @param described What {@linkcode describeError} returned.
 * @returns An error of the same class if it is one of the seam's or of the language's, otherwise one
 * with the name of its class.
 */
export function restoreError(described: DescribedError): Error {
  const { name, message, code, reason, cause } = described;
  const options = cause === undefined ? undefined : { cause: restoreError(cause) };
  if (name === "SocketError") return new SocketError(code as SocketErrorCode, message, options);
  if (name === "TLSError") {
    const operation = message.slice("Cannot ".length, message.lastIndexOf(": "));
    return new TLSError(operation, reason as TLSErrorReason, options);
  }
  const error = new (CLASSES[name] ?? Error)(message, options);
  if (error.name !== name) Object.defineProperty(error, "name", { value: name });
  if (code !== undefined && !("code" in error)) Object.assign(error, { code });
  return error;
}
