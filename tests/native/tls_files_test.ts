/**
 * What TLS is begun with, from files.
 *
 * @module
 */

import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { CertificateError, DefaultOpenSSLContextFactory } from "../../reactor/mod.ts";
import { CERTIFICATE, KEY } from "../contract/tls_certificates.ts";

function withFiles(body: (key: string, certificate: string, missing: string) => void): void {
  const folder = Deno.makeTempDirSync();
  try {
    Deno.writeTextFileSync(`${folder}/key.pem`, KEY);
    Deno.writeTextFileSync(`${folder}/certificate.pem`, CERTIFICATE);
    body(`${folder}/key.pem`, `${folder}/certificate.pem`, `${folder}/missing.pem`);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.test("DefaultOpenSSLContextFactory reads both files when it is made", () => {
  withFiles((key, certificate) => {
    const context = new DefaultOpenSSLContextFactory(key, certificate).getContext();
    assertEquals(context, { cert: CERTIFICATE, key: KEY });
  });
});

Deno.test("OSSL-09 DefaultOpenSSLContextFactory throws when the certificate is missing", () => {
  withFiles((key, _certificate, missing) => {
    const error = assertThrows(
      () => new DefaultOpenSSLContextFactory(key, missing),
      CertificateError,
      "missing.pem is not readable",
    );
    assertInstanceOf(error.cause, Deno.errors.NotFound);
  });
});

Deno.test("OSSL-10 DefaultOpenSSLContextFactory throws when the private key is missing", () => {
  withFiles((key, certificate, missing) => {
    assertThrows(() => new DefaultOpenSSLContextFactory(missing, certificate), CertificateError);
    assertThrows(() => new DefaultOpenSSLContextFactory(certificate, key), CertificateError);
  });
});
