/**
 * Turns what `node:tls` reports into {@linkcode TLSError}s.
 *
 * @module
 */

import type { PeerCertificate } from "node:tls";
import { TLSError, type TLSErrorReason } from "./tls_error.ts";

/** What the codes of `node:tls` mean; alerts of the other side are told by their names below. */
const REASONS: Readonly<Record<string, TLSErrorReason>> = {
  CERT_HAS_EXPIRED: "expired",
  CERT_NOT_YET_VALID: "not-yet-valid",
  DEPTH_ZERO_SELF_SIGNED_CERT: "self-signed",
  ECONNRESET: "closed",
  EPIPE: "closed",
  ERR_SSL_NO_APPLICATION_PROTOCOL: "no-common-protocol",
  ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE: "no-certificate",
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: "no-common-version",
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: "no-common-version",
  ERR_SSL_WRONG_VERSION_NUMBER: "not-tls",
  ERR_TLS_CERT_ALTNAME_INVALID: "wrong-name",
  SELF_SIGNED_CERT_IN_CHAIN: "untrusted",
  UNABLE_TO_GET_ISSUER_CERT: "untrusted",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "untrusted",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "untrusted",
};

/** The alerts by which the other side says what it holds of our certificate. */
const CERTIFICATE_ALERT = /received fatal alert: \w*(Certificate|UnknownCA)/;

/** The alert that no application protocol is spoken by both. */
const PROTOCOL_ALERT = /received fatal alert: NoApplicationProtocol/;

/**
 * Makes an error from what `node:tls` reported.
 *
 * @param operation What was tried: `start TLS with 127.0.0.1:443`.
 * @param cause What it reported.
 * @returns The error; `cause` itself if it is one already.
 */
export function toTLSError(operation: string, cause: unknown): TLSError {
  if (cause instanceof TLSError) return cause;
  return new TLSError(operation, reasonOf(cause), { cause });
}

/**
 * Tells whether TLS has failed, and not the connection below it.
 *
 * @param cause What `node:tls` reported.
 * @returns True for errors of TLS.
 */
export function isErrorOfTLS(cause: unknown): boolean {
  const { code } = cause as { code?: unknown };
  return typeof code === "string" && /^ERR_(SSL|TLS)_/.test(code);
}

/**
 * Makes the error of a certificate that was not accepted. `node:tls` does not tell expired ones from
 * untrusted ones.
 *
 * @param operation What was tried.
 * @param code What `node:tls` has found; `null` if it has only said that it does not trust.
 * @param certificate The certificate; empty if there is none.
 * @param now The time, in milliseconds since 1970.
 * @returns The error.
 */
export function refusedCertificate(
  operation: string,
  code: string | null,
  certificate: Partial<PeerCertificate> | null,
  now: number,
): TLSError {
  const cause = new Error(`Certificate is refused: ${code ?? "it is not trusted"}`);
  return new TLSError(operation, judge(code, certificate, now), { cause });
}

function judge(
  code: string | null,
  certificate: Partial<PeerCertificate> | null,
  now: number,
): TLSErrorReason {
  if (certificate?.raw === undefined) return "no-certificate";
  const reason = REASONS[code ?? ""] ?? "untrusted";
  if (reason !== "untrusted") return reason;
  if (Date.parse(certificate.valid_to ?? "") < now) return "expired";
  if (Date.parse(certificate.valid_from ?? "") > now) return "not-yet-valid";
  const { subject, issuer } = certificate;
  return JSON.stringify(subject) === JSON.stringify(issuer) ? "self-signed" : "untrusted";
}

function reasonOf(cause: unknown): TLSErrorReason {
  if (!(cause instanceof Error)) return "failed";
  if (CERTIFICATE_ALERT.test(cause.message)) return "refused-by-peer";
  if (PROTOCOL_ALERT.test(cause.message)) return "no-common-protocol";
  const { code } = cause as Error & { code?: string };
  return REASONS[code ?? ""] ?? "failed";
}
