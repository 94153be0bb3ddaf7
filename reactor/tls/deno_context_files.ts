/**
 * What TLS is begun with, from files.
 *
 * @module
 */

import { CertificateError } from "../errors.ts";
import type { IContextFactory, TLSContext } from "../interfaces/tls.ts";
import { CertificateOptions } from "./certificate_options.ts";

/**
 * Reads a text file.
 *
 * @param path Its path.
 * @param what What it holds, for messages.
 * @returns The text.
 * @throws {CertificateError} If it cannot be read; `cause` says why.
 */
export function readTextFile(path: string, what: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (cause) {
    throw new CertificateError(`Cannot read a ${what}: file ${path} is not readable`, { cause });
  }
}

/**
 * What a server begins TLS with: a private key and a certificate out of two files, read once.
 *
 * Twisted: `DefaultOpenSSLContextFactory` (`internet/ssl.py`, 24.7). Differs from Twisted: there is no
 * OpenSSL below; the name is kept.
 */
export class DefaultOpenSSLContextFactory implements IContextFactory {
  readonly #options: CertificateOptions;

  /**
   * Reads the files.
   *
   * @param privateKeyFileName The path of the private key, as PEM.
   * @param certificateFileName The path of the certificate, and of what leads to its authority, as
   * PEM.
   * @throws {CertificateError} If one of them cannot be read or is no PEM.
   */
  constructor(privateKeyFileName: string, certificateFileName: string) {
    this.#options = new CertificateOptions({
      privateKey: readTextFile(privateKeyFileName, "private key"),
      certificate: readTextFile(certificateFileName, "certificate"),
    });
  }

  /** Returns what TLS is begun with. */
  getContext(): TLSContext {
    return this.#options.getContext();
  }
}
