/**
 * From what a user gives to what a handle takes, and back from a handle's errors.
 *
 * @module
 */

import { TLSError, type TLSErrorReason } from "../../poller/tls_error.ts";
import type { TLSOptions } from "../../poller/tls_options.ts";
import { Failure } from "../deferred/failure.ts";
import {
  CertificateError,
  ConnectionLost,
  PeerVerifyError,
  SSLError,
  type SSLErrorCode,
  VerifyError,
  type VerifyErrorCode,
} from "../errors.ts";
import type {
  IProtocolFactory,
  IProtocolNegotiationFactory,
} from "../interfaces/protocol_factory.ts";
import type { TLSContext, TLSContextSource } from "../interfaces/tls.ts";

/** The codes of what is no fault of a certificate. */
const CODES: Readonly<Partial<Record<TLSErrorReason, SSLErrorCode>>> = {
  "closed": "TLS_CLOSED",
  "no-common-protocol": "TLS_NO_COMMON_PROTOCOL",
  "no-common-version": "TLS_NO_COMMON_VERSION",
  "not-tls": "TLS_NOT_SPOKEN",
};

/** The codes of what is wrong with the peer's certificate. */
const VERIFY_CODES: Readonly<Partial<Record<TLSErrorReason, VerifyErrorCode>>> = {
  "expired": "CERTIFICATE_EXPIRED",
  "not-yet-valid": "CERTIFICATE_NOT_YET_VALID",
  "self-signed": "CERTIFICATE_SELF_SIGNED",
  "untrusted": "CERTIFICATE_UNTRUSTED",
  "wrong-name": "CERTIFICATE_WRONG_NAME",
  "no-certificate": "CERTIFICATE_MISSING",
};

/**
 * Asks for what TLS is begun with.
 *
 * @param source The context, or what makes it.
 * @param factory Whose application protocols go before those of the context, if it names any.
 * @returns The context.
 * @throws {unknown} What `getContext()` or `acceptableProtocols()` throws.
 */
export function contextOf(source: TLSContextSource, factory: IProtocolFactory | null): TLSContext {
  const context = "getContext" in source ? source.getContext() : source;
  if (factory === null || !namesProtocols(factory)) return context;
  return { ...context, alpnProtocols: [...factory.acceptableProtocols()] };
}

/**
 * Makes what a handle takes.
 *
 * @param context What TLS is begun with.
 * @param isClient Which part this side takes.
 * @param host What was connected to; `null` if it is not known.
 * @returns The options of `startTls`.
 * @throws {CertificateError} If a server has no certificate or no key.
 */
export function optionsOf(context: TLSContext, isClient: boolean, host: string | null): TLSOptions {
  const { hostname, verify, cert, key, ...common } = context;
  if (!isClient) {
    if (cert === undefined || key === undefined) {
      const missing = cert === undefined ? "certificate" : "private key";
      throw new CertificateError(`Cannot serve over TLS: ${missing} is missing`);
    }
    return { side: "server", ...common, cert, key, verify: verify ?? false };
  }
  const name = hostname === undefined ? host : hostname;
  return {
    side: "client",
    ...common,
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(name === null ? {} : { hostname: name }),
    verify: verify ?? true,
  };
}

/**
 * Says what the loss of a connection means if TLS is the cause of it.
 *
 * @param reason Why the connection was lost.
 * @returns An `SSLError` as the reason if the handle has reported an error of TLS; otherwise the same.
 */
export function explainLoss(reason: Failure): Failure {
  const { value } = reason;
  if (!(value instanceof ConnectionLost) || value instanceof SSLError) return reason;
  return value.cause instanceof TLSError ? new Failure(toSSLError(value.cause)) : reason;
}

function toSSLError(cause: TLSError): SSLError {
  const { message, reason } = cause;
  const code = VERIFY_CODES[reason];
  if (code !== undefined) return new VerifyError(code, message, { cause });
  if (reason === "refused-by-peer") {
    return new PeerVerifyError("CERTIFICATE_REFUSED_BY_PEER", message, { cause });
  }
  return new SSLError(CODES[reason] ?? "TLS_FAILED", message, { cause });
}

function namesProtocols(factory: IProtocolFactory): factory is IProtocolNegotiationFactory {
  const { acceptableProtocols } = factory as Partial<IProtocolNegotiationFactory>;
  return typeof acceptableProtocols === "function";
}
