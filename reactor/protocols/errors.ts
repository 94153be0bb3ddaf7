/**
 * The errors of the protocols, with Twisted's names (`protocols/basic.py`, 24.7).
 *
 * @module
 */

/** A string is too long to be sent. The caller's mistake. */
export class StringTooLongError extends Error {
  /** The class's name. */
  override readonly name = "StringTooLongError";
  /** Tells this error from others in a `switch`. */
  readonly code = "STRING_TOO_LONG";
}

/** What was received is not a netstring, or too long a one. The peer's mistake. */
export class NetstringParseError extends Error {
  /** The class's name. */
  override readonly name = "NetstringParseError";
  /** Tells this error from others in a `switch`. */
  readonly code = "NETSTRING_PARSE_FAILED";
}

/** The consumer of a file that was being sent is gone. Twisted: a bare `Exception`. */
export class FileTransferStoppedError extends Error {
  /** The class's name. */
  override readonly name = "FileTransferStoppedError";
  /** Tells this error from others in a `switch`. */
  readonly code = "FILE_TRANSFER_STOPPED";
}
