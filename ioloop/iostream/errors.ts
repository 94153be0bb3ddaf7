/**
 * The errors of streams.
 *
 * @module
 */

/**
 * A stream is closed: a read or write waited for something that will not come any more, or was
 * begun afterwards. The world's doing as a rule: the peer ended the connection.
 *
 * A promise that rejects with it may be left unattended; it is not reported as unhandled.
 *
 * Tornado: `StreamClosedError` (`iostream.py`, 4.5.3), an `IOError`; `realError` is `real_error`.
 *
 * @example The reason, where there is one
 * ```ts
 * import { StreamClosedError } from "@twinloop/twinloop/ioloop";
 * import { SocketError } from "@twinloop/twinloop/poller";
 * import { assertEquals, assertStrictEquals } from "@std/assert";
 *
 * const reset = new SocketError("ECONNRESET", "Cannot receive: connection is reset by the peer");
 * const error = new StreamClosedError("Cannot read: the stream is closed", reset);
 * assertStrictEquals(error.realError, reset);
 * assertEquals(error.code, "STREAM_CLOSED");
 * ```
 */
export class StreamClosedError extends Error {
  /** The class's name. */
  override readonly name = "StreamClosedError";
  /** Tells this error from others in a `switch`. */
  readonly code = "STREAM_CLOSED";
  /** Why the stream was closed; `null` if it came to its end, or was closed without a reason. */
  readonly realError: unknown;

  /**
   * Makes an error.
   *
   * @param message "Cannot X: the stream is closed".
   * @param realError Why it was closed; also set as `cause`. `null` for no reason.
   */
  constructor(message: string, realError: unknown = null) {
    super(message, realError === null ? undefined : { cause: realError });
    this.realError = realError;
  }
}

/**
 * A read with a limit cannot be satisfied within it. It closes the stream and is the `realError` of
 * the `StreamClosedError` that the read rejects with. The peer's doing.
 *
 * Tornado: `UnsatisfiableReadError` (`iostream.py`, 4.5.3).
 */
export class UnsatisfiableReadError extends Error {
  /** The class's name. */
  override readonly name = "UnsatisfiableReadError";
  /** Tells this error from others in a `switch`. */
  readonly code = "UNSATISFIABLE_READ";
}

/**
 * A buffer of a stream would grow over its limit. For the read buffer it closes the stream and is
 * the `realError` of the `StreamClosedError` that the read rejects with; `write()` rejects with it
 * itself, takes nothing, and leaves the stream as it was.
 *
 * Tornado: `StreamBufferFullError` (`iostream.py`, 4.5.3).
 */
export class StreamBufferFullError extends Error {
  /** The class's name. */
  override readonly name = "StreamBufferFullError";
  /** Tells this error from others in a `switch`. */
  readonly code = "STREAM_BUFFER_FULL";
}

/**
 * Something was begun on a stream while something of its kind is under way: a second read, a second
 * `connect()`. The caller's mistake; the stream goes on.
 *
 * Tornado: the assertion "Already reading" (`iostream.py`, 4.5.3).
 */
export class StreamBusyError extends Error {
  /** The class's name. */
  override readonly name = "StreamBusyError";
  /** Tells this error from others in a `switch`. */
  readonly code = "STREAM_BUSY";
}

/** Every error that streams add; `switch (error.code)` narrows it. */
export type StreamError =
  | StreamClosedError
  | UnsatisfiableReadError
  | StreamBufferFullError
  | StreamBusyError;
