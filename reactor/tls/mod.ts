/**
 * What TLS is begun with: certificates, keys, and whom to trust.
 *
 * @example A server's certificate out of one text, and a client that trusts nobody else
 * ```ts
 * import { Certificate, CertificateOptions, optionsForClientTLS } from "@twinloop/twinloop/reactor";
 * import { PrivateCertificate, trustRootFromCertificates } from "@twinloop/twinloop/reactor";
 * import { assertEquals } from "@std/assert";
 *
 * const block = (label: string) => `-----BEGIN ${label}-----\nMAA=\n-----END ${label}-----\n`;
 * const certificate = PrivateCertificate.loadPEM(block("CERTIFICATE") + block("PRIVATE KEY"));
 * const server = new CertificateOptions({ certificate });
 * const trustRoot = trustRootFromCertificates([Certificate.loadPEM(block("CERTIFICATE"))]);
 * const client = optionsForClientTLS("www.test", { trustRoot });
 * assertEquals(server.getContext().cert, client.getContext().caCerts?.[0]);
 * ```
 *
 * @module
 */

export { Certificate, PrivateCertificate } from "./certificate.ts";
export {
  CertificateOptions,
  optionsForClientTLS,
  trustRootFromCertificates,
} from "./certificate_options.ts";
export type { CertificateOptionsInit, ClientTLSOptions, TrustRoot } from "./certificate_options.ts";
export { ClientContextFactory } from "./client_context_factory.ts";
export { DefaultOpenSSLContextFactory } from "./deno_context_files.ts";
