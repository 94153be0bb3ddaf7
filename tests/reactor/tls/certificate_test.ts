import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  Certificate,
  CertificateError,
  CertificateOptions,
  optionsForClientTLS,
  PrivateCertificate,
  trustRootFromCertificates,
} from "../../../reactor/mod.ts";
import { AUTHORITY, CERTIFICATE, KEY, OTHER } from "../../contract/tls_certificates.ts";

Deno.test("Certificate.loadPEM() and dumpPEM() are inverse", () => {
  const certificate = Certificate.loadPEM(`Some text\n${CERTIFICATE}`);
  assertEquals(certificate.dumpPEM(), CERTIFICATE);
  assert(Certificate.load(certificate.dump()).equals(certificate));
  assert(!certificate.equals(Certificate.loadPEM(OTHER.cert)));
  certificate.dump().fill(0);
  assertEquals(certificate.dumpPEM(), CERTIFICATE);
});

Deno.test("Certificate.loadPEM() throws when the text has no certificate", () => {
  for (const text of ["", "x", KEY, CERTIFICATE.slice(0, 200), CERTIFICATE.replace("MII", "M%I")]) {
    assertThrows(() => Certificate.loadPEM(text), CertificateError);
  }
});

Deno.test("PrivateCertificate.loadPEM() takes both, in any order, and what follows", () => {
  const certificate = PrivateCertificate.loadPEM(KEY + CERTIFICATE + AUTHORITY);
  assertEquals(certificate.privateKey, KEY);
  assertEquals(certificate.chain, AUTHORITY);
  const context = new CertificateOptions({ certificate }).getContext();
  assertEquals(context, { cert: CERTIFICATE + AUTHORITY, key: KEY });
  assertThrows(() => PrivateCertificate.loadPEM(CERTIFICATE), CertificateError, "key is missing");
  assertThrows(() => PrivateCertificate.loadPEM(KEY), CertificateError);
});

Deno.test("CertificateOptions throws when a part is missing or is no PEM", () => {
  for (
    const options of [
      { certificate: CERTIFICATE },
      { privateKey: KEY },
      { certificate: "x", privateKey: KEY },
      { certificate: CERTIFICATE, privateKey: "x" },
    ]
  ) {
    assertThrows(() => new CertificateOptions(options), CertificateError);
  }
});

Deno.test("CertificateOptions with a trustRoot verifies, also as the server", () => {
  const trustRoot = Certificate.loadPEM(AUTHORITY);
  assertEquals(new CertificateOptions({ trustRoot }).getContext(), {
    caCerts: [AUTHORITY],
    verify: true,
  });
  assertEquals(
    new CertificateOptions({
      certificate: CERTIFICATE,
      privateKey: KEY,
      extraCertChain: [trustRoot],
      raiseMinimumTo: "TLSv1.3",
      acceptableProtocols: ["h2"],
    }).getContext(),
    {
      cert: CERTIFICATE + AUTHORITY,
      key: KEY,
      alpnProtocols: ["h2"],
      minVersion: "TLSv1.3",
    },
  );
});

Deno.test("optionsForClientTLS() names the host, and shows a certificate when it has one", () => {
  const clientCertificate = PrivateCertificate.loadPEM(CERTIFICATE + KEY);
  assertEquals(optionsForClientTLS("www.test", { clientCertificate }).getContext(), {
    hostname: "www.test",
    verify: true,
    cert: CERTIFICATE,
    key: KEY,
  });
});

Deno.test("trustRootFromCertificates() throws when a part is no certificate", () => {
  const certificate = Certificate.loadPEM(AUTHORITY);
  assertEquals(trustRootFromCertificates([certificate]), [certificate]);
  const parts = [certificate, AUTHORITY] as unknown as Certificate[];
  assertThrows(() => trustRootFromCertificates(parts), TypeError);
});
