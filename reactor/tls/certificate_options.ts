/**
 * What TLS is begun with, checked when it is made.
 *
 * @module
 */

import type { TLSVersion } from "../../poller/tls_session.ts";
import { CertificateError } from "../errors.ts";
import type { IContextFactory, TLSContext } from "../interfaces/tls.ts";
import {
  assertCertificate,
  assertPrivateKey,
  Certificate,
  PrivateCertificate,
} from "./certificate.ts";

/** Certificates that are trusted: a root, or a list of them, of any kind. */
export type TrustRoot = Certificate | readonly Certificate[];

/** What {@linkcode CertificateOptions} can be told. */
export interface CertificateOptionsInit {
  /** The private key, as PEM; needed with `certificate`, unless that has one. */
  readonly privateKey?: string;
  /** This side's certificate, as PEM or as a value. */
  readonly certificate?: string | Certificate;
  /** The certificates that lead from it to its authority. */
  readonly extraCertChain?: readonly Certificate[];
  /**
   * Whom to trust. With it the peer must show a certificate, also if it is the client. By default a
   * client trusts the authorities that the platform knows, and a server asks for nothing.
   */
  readonly trustRoot?: TrustRoot;
  /** The application protocols to speak (ALPN), the best first. */
  readonly acceptableProtocols?: readonly string[];
  /** The oldest version to speak. */
  readonly raiseMinimumTo?: TLSVersion;
  /** The newest version to speak. */
  readonly lowerMaximumSecurityTo?: TLSVersion;
}

/**
 * What TLS is begun with: this side's certificate, and whom it trusts.
 *
 * Twisted: `CertificateOptions` (`internet/_sslverify.py`, 24.7). Differs from Twisted: a client
 * verifies the server also if no `trustRoot` is given; ciphers, curves and Diffie-Hellman parameters
 * are left to the platform.
 *
 * @example A certificate without its key is refused at once
 * ```ts
 * import { Certificate, CertificateError, CertificateOptions } from "@twinloop/twinloop/reactor";
 * import { assertThrows } from "@std/assert";
 *
 * const certificate = Certificate.load(new Uint8Array([48, 0]));
 * assertThrows(() => new CertificateOptions({ certificate }), CertificateError);
 * ```
 */
export class CertificateOptions implements IContextFactory {
  readonly #context: TLSContext;

  /**
   * Checks the options.
   *
   * @param options The options.
   * @throws {CertificateError} If the key is missing, or a text holds no PEM.
   */
  constructor(options: CertificateOptionsInit = {}) {
    const { trustRoot, acceptableProtocols, raiseMinimumTo, lowerMaximumSecurityTo } = options;
    this.#context = {
      ...identityOf(options),
      ...(trustRoot === undefined ? {} : { caCerts: pemsOf(trustRoot), verify: true }),
      ...(acceptableProtocols === undefined ? {} : { alpnProtocols: [...acceptableProtocols] }),
      ...(raiseMinimumTo === undefined ? {} : { minVersion: raiseMinimumTo }),
      ...(lowerMaximumSecurityTo === undefined ? {} : { maxVersion: lowerMaximumSecurityTo }),
    };
  }

  /** Returns what TLS is begun with. */
  getContext(): TLSContext {
    return this.#context;
  }
}

/** What {@linkcode optionsForClientTLS} can be told. */
export interface ClientTLSOptions {
  /** Whom to trust; by default the authorities that the platform knows. */
  readonly trustRoot?: TrustRoot;
  /** What to show to a server that asks for a certificate. */
  readonly clientCertificate?: PrivateCertificate;
  /** The application protocols to speak (ALPN), the best first. */
  readonly acceptableProtocols?: readonly string[];
}

/**
 * Makes what a client begins TLS with.
 *
 * Twisted: `optionsForClientTLS` (`internet/_sslverify.py`, 24.7).
 *
 * @example
 * ```ts
 * import { optionsForClientTLS } from "@twinloop/twinloop/reactor";
 * import { assertEquals } from "@std/assert";
 *
 * const options = optionsForClientTLS("www.test", { acceptableProtocols: ["h2"] });
 * assertEquals(options.getContext(), { hostname: "www.test", verify: true, alpnProtocols: ["h2"] });
 * ```
 *
 * @param hostname The name, or the address, that the server's certificate must be for.
 * @param options Whom to trust, what to show, what to speak.
 * @returns What makes the context of each connection.
 */
export function optionsForClientTLS(
  hostname: string,
  options: ClientTLSOptions = {},
): IContextFactory {
  const { clientCertificate, ...rest } = options;
  const certificate = clientCertificate === undefined ? {} : { certificate: clientCertificate };
  const context = new CertificateOptions({ ...rest, ...certificate }).getContext();
  return { getContext: () => ({ hostname, verify: true, ...context }) };
}

/**
 * Makes a root of trust out of certificates.
 *
 * Twisted: `trustRootFromCertificates` (`internet/_sslverify.py`, 24.7).
 *
 * @param certificates The certificates.
 * @returns What `trustRoot` takes.
 * @throws {TypeError} If one of them is something else.
 */
export function trustRootFromCertificates(certificates: Iterable<Certificate>): TrustRoot {
  const list = [...certificates];
  if (list.every((certificate) => certificate instanceof Certificate)) return list;
  throw new TypeError("Cannot make a root of trust: one of its parts is not a Certificate");
}

function pemsOf(root: TrustRoot): string[] {
  const list = root instanceof Certificate ? [root] : root;
  return list.map((certificate) => certificate.dumpPEM());
}

function identityOf(options: CertificateOptionsInit): Pick<TLSContext, "cert" | "key"> {
  const { certificate, extraCertChain = [] } = options;
  const own = certificate instanceof PrivateCertificate ? certificate : null;
  const key = options.privateKey ?? own?.privateKey;
  if (certificate === undefined) {
    if (key === undefined) return {};
    throw new CertificateError("Cannot use a private key: its certificate is missing");
  }
  if (key === undefined) {
    throw new CertificateError("Cannot use a certificate: its private key is missing");
  }
  const first = typeof certificate === "string" ? certificate : certificate.dumpPEM();
  assertCertificate(first);
  assertPrivateKey(key);
  const chain = pemsOf(extraCertChain).join("");
  return { cert: `${first}${own?.chain ?? ""}${chain}`, key };
}
