/**
 * How TLS fails.
 *
 * @module
 */

import { SocketError } from "./errors.ts";

/**
 * Why TLS has failed.
 *
 * The certificate of the other side was refused as `expired`, `not-yet-valid`, `self-signed`, of a
 * `wrong-name`, `untrusted` (by nobody that this side trusts) or missing (`no-certificate`). The
 * other side has refused ours, or asked for one in vain: `refused-by-peer`. The sides have no
 * application protocol (`no-common-protocol`) or no version of TLS (`no-common-version`) in common.
 * What came is not TLS (`not-tls`). The connection ended during the handshake: `closed`. All else,
 * a certificate that cannot be read among it, is `failed`.
 */
export type TLSErrorReason =
  | "expired"
  | "not-yet-valid"
  | "self-signed"
  | "wrong-name"
  | "untrusted"
  | "no-certificate"
  | "refused-by-peer"
  | "no-common-protocol"
  | "no-common-version"
  | "not-tls"
  | "closed"
  | "failed";

/** What each reason says about the handshake: the end of "Cannot X: Y is Z". */
const TEXTS: Readonly<Record<TLSErrorReason, string>> = {
  "expired": "the certificate of the peer is expired",
  "not-yet-valid": "the certificate of the peer is not valid yet",
  "self-signed": "the certificate of the peer is signed by itself and not trusted",
  "wrong-name": "the certificate of the peer is for another name",
  "untrusted": "the certificate of the peer is signed by nobody that is trusted",
  "no-certificate": "the certificate of the peer is missing",
  "refused-by-peer": "the certificate of this side is refused by the peer",
  "no-common-protocol": "no application protocol is spoken by both sides",
  "no-common-version": "no version of TLS is spoken by both sides",
  "not-tls": "what the peer speaks is not TLS",
  "closed": "the connection is closed by the peer",
  "failed": "TLS is failing",
};

/**
 * TLS has failed, in the handshake or later. Its `code` is `EPROTO`, and `reason` says more.
 *
 * @example Only the reason differs
 * ```ts
 * import { SocketError, TLSError } from "@twinloop/twinloop/poller";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const error = new TLSError("start TLS with 127.0.0.1:443", "expired");
 * assert(error instanceof SocketError);
 * assertEquals(error.code, "EPROTO");
 * assertEquals(
 *   error.message,
 *   "Cannot start TLS with 127.0.0.1:443: the certificate of the peer is expired",
 * );
 * ```
 */
export class TLSError extends SocketError {
  /** The class's name. */
  override readonly name = "TLSError";
  /** Why. */
  readonly reason: TLSErrorReason;

  /**
   * Makes an error.
   *
   * @param operation What was tried: `start TLS with 127.0.0.1:443`.
   * @param reason Why it failed.
   * @param options `cause`, the platform's own error, where there is one.
   */
  constructor(operation: string, reason: TLSErrorReason, options?: ErrorOptions) {
    super("EPROTO", `Cannot ${operation}: ${TEXTS[reason]}`, options);
    this.reason = reason;
  }
}
