/**
 * Certificates and keys, as values.
 *
 * @module
 */

import { CertificateError } from "../errors.ts";
import { blocksOf, decodeBlock, encodeBlock } from "./pem.ts";

/** What the blocks of private keys are called. */
const KEY_LABELS = ["PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY"];

/**
 * A certificate.
 *
 * It is not looked into: what is wrong with it shows in the handshake.
 *
 * Twisted: `Certificate` (`internet/_sslverify.py`, 24.7), of which what `node:tls` needs is left.
 *
 * @example PEM and DER
 * ```ts
 * import { Certificate } from "@twinloop/twinloop/reactor";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const certificate = Certificate.load(new Uint8Array([48, 0]));
 * assertEquals(
 *   certificate.dumpPEM(),
 *   "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n",
 * );
 * assert(Certificate.loadPEM(certificate.dumpPEM()).equals(certificate));
 * ```
 */
export class Certificate {
  readonly #der: Uint8Array;

  /**
   * Wraps a certificate; see {@linkcode Certificate.load} and {@linkcode Certificate.loadPEM}.
   *
   * @param der The certificate, as DER.
   */
  protected constructor(der: Uint8Array) {
    this.#der = der;
  }

  /**
   * Takes a certificate.
   *
   * @param der The certificate, as DER; copied.
   * @returns The certificate.
   */
  static load(der: Uint8Array): Certificate {
    return new Certificate(der.slice());
  }

  /**
   * Reads a certificate.
   *
   * @param pem The certificate, as PEM; the first, if there are several.
   * @returns The certificate.
   * @throws {CertificateError} If there is none in the text.
   */
  static loadPEM(pem: string): Certificate {
    return new Certificate(decodeBlock(firstCertificate(pem)));
  }

  /** Returns the certificate as DER; a copy of the caller's own. */
  dump(): Uint8Array {
    return this.#der.slice();
  }

  /** Returns the certificate as PEM. */
  dumpPEM(): string {
    return encodeBlock("CERTIFICATE", this.#der);
  }

  /**
   * Tells whether this is the same certificate.
   *
   * @param other Another one.
   * @returns True if every byte is the same.
   */
  equals(other: Certificate): boolean {
    const der = other.#der;
    return der.length === this.#der.length && der.every((byte, index) => byte === this.#der[index]);
  }
}

/**
 * A certificate with its private key.
 *
 * Twisted: `PrivateCertificate` (`internet/_sslverify.py`, 24.7).
 */
export class PrivateCertificate extends Certificate {
  /** The private key, as PEM. */
  readonly privateKey: string;
  /** The certificates that lead from this one to its authority, as PEM; may be empty. */
  readonly chain: string;

  /**
   * Wraps a certificate with its key; see {@linkcode PrivateCertificate.loadPEM}.
   *
   * @param pem Both, as PEM.
   */
  protected constructor(pem: string) {
    const [first = "", ...rest] = blocksOf(pem, ["CERTIFICATE"]);
    super(decodeBlock(first));
    this.chain = rest.join("");
    this.privateKey = blocksOf(pem, KEY_LABELS)[0] ?? "";
  }

  /**
   * Reads a certificate with its key.
   *
   * @param pem Both, as PEM, in any order; what leads to the authority may follow the certificate.
   * @returns The certificate.
   * @throws {CertificateError} If the certificate or the key is not in the text.
   */
  static override loadPEM(pem: string): PrivateCertificate {
    firstCertificate(pem);
    if (blocksOf(pem, KEY_LABELS).length === 0) {
      throw new CertificateError("Cannot read a private certificate: its key is missing");
    }
    return new PrivateCertificate(pem);
  }
}

function firstCertificate(pem: string): string {
  const [first] = blocksOf(pem, ["CERTIFICATE"]);
  if (first === undefined) {
    throw new CertificateError("Cannot read a certificate: the text has no block of that name");
  }
  return first;
}

/**
 * Throws unless a text has a certificate.
 *
 * @param pem The text.
 * @throws {CertificateError} If there is none.
 */
export function assertCertificate(pem: string): void {
  firstCertificate(pem);
}

/**
 * Throws unless a text has a private key.
 *
 * @param pem The text.
 * @throws {CertificateError} If there is none.
 */
export function assertPrivateKey(pem: string): void {
  if (blocksOf(pem, KEY_LABELS).length === 0) {
    throw new CertificateError("Cannot read a private key: the text has no block of that name");
  }
}
