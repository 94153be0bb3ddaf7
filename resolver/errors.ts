/**
 * The errors of the resolvers: everything that a lookup can reject with.
 *
 * All are {@linkcode DNSLookupError}s with a literal `code`; arguments of the wrong type are
 * `TypeError` or `RangeError`.
 *
 * @module
 */

/** What went wrong with a lookup; narrow on it with `switch`. */
export type DNSErrorCode =
  | DNSResponseErrorCode
  | "BAD_NAME"
  | "CANCELLED"
  | "CHAIN"
  | "CONNECTION"
  | "FAMILY"
  | "MALFORMED"
  | "NODATA"
  | "NOT_FOUND"
  | "SYSTEM"
  | "TIMEOUT"
  | "UNSUPPORTED";

/** The codes that stand for a response code of a server (RFC 1035 4.1.1, RFC 2136 2.2, RFC 6891). */
export type DNSResponseErrorCode =
  | "FORMERR"
  | "SERVFAIL"
  | "NXDOMAIN"
  | "NOTIMP"
  | "REFUSED"
  | DNSUnknownErrorCode;

/** The codes of {@linkcode DNSUnknownError}. */
export type DNSUnknownErrorCode =
  | "YXDOMAIN"
  | "YXRRSET"
  | "NXRRSET"
  | "NOTAUTH"
  | "NOTZONE"
  | "BADVERS"
  | "UNKNOWN_RCODE";

/**
 * A lookup failed. Each subclass says how; `code` does too.
 *
 * Tornado reports the same as `IOError`; Twisted: `DNSLookupError` (`internet/error.py`, 24.7),
 * which is one as well.
 *
 * @example One family, told apart by code
 * ```ts
 * import { DNSLookupError, DNSNameError } from "@twinloop/twinloop/resolver";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const error = new DNSNameError("Cannot resolve nowhere.test: its name does not exist");
 * assert(error instanceof DNSLookupError);
 * assertEquals(error.code, "NXDOMAIN");
 * ```
 */
export abstract class DNSLookupError extends Error {
  /** What went wrong. */
  abstract readonly code: DNSErrorCode;
}

/**
 * This resolver has no answer, but another one may: a {@linkcode ResolverChain} goes on.
 *
 * Twisted: `DomainError` (`names/error.py`, 24.7).
 */
export abstract class DomainError extends DNSLookupError {}

/**
 * The answer is that there is none: a {@linkcode ResolverChain} stops here.
 *
 * Twisted: `AuthoritativeDomainError` (`names/error.py`, 24.7).
 */
export abstract class AuthoritativeDomainError extends DNSLookupError {}

/** A hosts file, cache or chain holds nothing for the question. */
export class DNSNotFoundError extends DomainError {
  /** The class's name. */
  override readonly name = "DNSNotFoundError";
  /** Tells this error from others in a `switch`. */
  override readonly code = "NOT_FOUND";
}

/** A server could not read the question (rcode 1). Twisted: `DNSFormatError`. */
export class DNSFormatError extends DomainError {
  /** The class's name. */
  override readonly name = "DNSFormatError";
  /** Tells this error from others in a `switch`. */
  override readonly code = "FORMERR";
}

/** A server failed (rcode 2). Trying later may help. Twisted: `DNSServerError`. */
export class DNSServerError extends DomainError {
  /** The class's name. */
  override readonly name = "DNSServerError";
  /** Tells this error from others in a `switch`. */
  override readonly code = "SERVFAIL";
}

/** The name does not exist (rcode 3). Twisted: `DNSNameError`. */
export class DNSNameError extends AuthoritativeDomainError {
  /** The class's name. */
  override readonly name = "DNSNameError";
  /** Tells this error from others in a `switch`. */
  override readonly code = "NXDOMAIN";
}

/** A server does not do that kind of query (rcode 4). Twisted: `DNSNotImplementedError`. */
export class DNSNotImplementedError extends DomainError {
  /** The class's name. */
  override readonly name = "DNSNotImplementedError";
  /** Tells this error from others in a `switch`. */
  override readonly code = "NOTIMP";
}

/** A server refused to answer (rcode 5). Twisted: `DNSQueryRefusedError`. */
export class DNSQueryRefusedError extends DomainError {
  /** The class's name. */
  override readonly name = "DNSQueryRefusedError";
  /** Tells this error from others in a `switch`. */
  override readonly code = "REFUSED";
}

/** The code of each rcode that has a name but no class of its own. */
const UNKNOWN_CODES: Record<number, DNSUnknownErrorCode> = {
  6: "YXDOMAIN",
  7: "YXRRSET",
  8: "NXRRSET",
  9: "NOTAUTH",
  10: "NOTZONE",
  16: "BADVERS",
};

/** A server answered with another rcode. Twisted: `DNSUnknownError`. */
export class DNSUnknownError extends DomainError {
  /** The class's name. */
  override readonly name = "DNSUnknownError";
  /** The rcode's name, or `UNKNOWN_RCODE`. */
  override readonly code: DNSUnknownErrorCode;
  /** The rcode as a number. */
  readonly rcode: number;

  /**
   * Makes an error.
   *
   * @param message "Cannot X: Y is Z".
   * @param options The rcode, and `cause`.
   */
  constructor(message: string, options: ErrorOptions & { readonly rcode?: number } = {}) {
    super(message, options);
    this.rcode = options.rcode ?? -1;
    this.code = UNKNOWN_CODES[this.rcode] ?? "UNKNOWN_RCODE";
  }
}

/**
 * No server answered within any of the time-outs. Twisted: `DNSQueryTimeoutError` (`names/error.py`)
 * for one server and `TimeoutError` for all.
 */
export class DNSQueryTimeoutError extends DNSLookupError {
  /** The class's name. */
  override readonly name = "DNSQueryTimeoutError";
  /** Tells this error from others in a `switch`. */
  override readonly code = "TIMEOUT";
}

/** The name exists but has no address of the family that was asked for. */
export class DNSNoDataError extends AuthoritativeDomainError {
  /** The class's name. */
  override readonly name = "DNSNoDataError";
  /** Tells this error from others in a `switch`. */
  override readonly code = "NODATA";
}

/** A packet breaks the rules of the wire format, or lies about itself. */
export class DNSMalformedError extends DomainError {
  /** The class's name. */
  override readonly name = "DNSMalformedError";
  /** Tells this error from others in a `switch`. */
  override readonly code = "MALFORMED";
}

/** A CNAME chain returns to a name that it has passed, or is longer than the limit. */
export class DNSChainError extends DomainError {
  /** The class's name. */
  override readonly name = "DNSChainError";
  /** Tells this error from others in a `switch`. */
  override readonly code = "CHAIN";
}

/** No socket could be opened, or a server could not be reached over TCP; see `cause`. */
export class DNSConnectionError extends DomainError {
  /** The class's name. */
  override readonly name = "DNSConnectionError";
  /** Tells this error from others in a `switch`. */
  override readonly code = "CONNECTION";
}

/**
 * What was asked for is not a name: it is empty, too long, not ASCII, or holds characters or a
 * zone that a name cannot have. The caller's mistake, or that of the user who typed it.
 */
export class DNSBadNameError extends DNSLookupError {
  /** The class's name. */
  override readonly name = "DNSBadNameError";
  /** Tells this error from others in a `switch`. */
  override readonly code = "BAD_NAME";
}

/**
 * The address found is not of the family that was asked for.
 *
 * Differs from Tornado: `TwistedResolver` raised a bare `Exception` here.
 */
export class DNSFamilyError extends DNSLookupError {
  /** The class's name. */
  override readonly name = "DNSFamilyError";
  /** Tells this error from others in a `switch`. */
  override readonly code = "FAMILY";
}

/** The resolver was closed, or the lookup cancelled, before there was an answer. */
export class DNSCancelledError extends DNSLookupError {
  /** The class's name. */
  override readonly name = "DNSCancelledError";
  /** Tells this error from others in a `switch`. */
  override readonly code = "CANCELLED";
}

/** A resolver cannot ask that type of question. Twisted: `NotImplementedError`. */
export class DNSQueryUnsupportedError extends DNSLookupError {
  /** The class's name. */
  override readonly name = "DNSQueryUnsupportedError";
  /** Tells this error from others in a `switch`. */
  override readonly code = "UNSUPPORTED";
}

/** The system's own resolver failed in a way that has no code of its own; see `cause`. */
export class DNSSystemError extends DNSLookupError {
  /** The class's name. */
  override readonly name = "DNSSystemError";
  /** Tells this error from others in a `switch`. */
  override readonly code = "SYSTEM";
}

/** Every error that this family throws; `switch (error.code)` narrows it. */
export type ResolverError =
  | DNSBadNameError
  | DNSCancelledError
  | DNSChainError
  | DNSConnectionError
  | DNSFamilyError
  | DNSFormatError
  | DNSMalformedError
  | DNSNameError
  | DNSNoDataError
  | DNSNotFoundError
  | DNSNotImplementedError
  | DNSQueryRefusedError
  | DNSQueryTimeoutError
  | DNSQueryUnsupportedError
  | DNSServerError
  | DNSSystemError
  | DNSUnknownError;
