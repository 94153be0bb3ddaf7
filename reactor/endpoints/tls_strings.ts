/**
 * Endpoints over TLS, from text.
 *
 * @module
 */

import { CertificateError } from "../errors.ts";
import type { IStreamClientEndpoint, IStreamServerEndpoint } from "../interfaces/endpoints.ts";
import type { IReactorSSL } from "../interfaces/reactor_ssl.ts";
import type { IContextFactory } from "../interfaces/tls.ts";
import { blocksOf } from "../tls/pem.ts";
import { Certificate, PrivateCertificate } from "../tls/certificate.ts";
import {
  CertificateOptions,
  optionsForClientTLS,
  type TrustRoot,
} from "../tls/certificate_options.ts";
import { readTextFile } from "../tls/deno_context_files.ts";
import type { EndpointDescription } from "./endpoint_string.ts";
import { HostnameEndpoint, type HostnameReactor } from "./hostname_endpoint.ts";
import { SSL4ClientEndpoint, SSL4ServerEndpoint } from "./tls_endpoints.ts";
import { wrapClientTLS } from "./wrap_client_tls.ts";

/** What the names of application protocols are separated by. */
const SEPARATOR = ",";

/**
 * Reads `ssl:PORT:privateKey=FILE:certKey=FILE`.
 *
 * @param reactor What listens.
 * @param description The description.
 * @returns The endpoint.
 * @throws {EndpointStringError} If an argument is missing or wrong, or the reactor has no TLS.
 * @throws {CertificateError} If a file cannot be read or is no PEM.
 */
export function serverFromSSL(
  reactor: object,
  description: EndpointDescription,
): IStreamServerEndpoint {
  description.name(
    "port",
    "privateKey",
    "certKey",
    "interface",
    "backlog",
    "extraCertChain",
    "protocols",
  );
  const backlog = description.getInteger("backlog", 1);
  const host = description.get("interface");
  const port = description.requirePort("port", 0);
  const keyFile = description.get("privateKey") ?? "server.pem";
  const chainFile = description.get("extraCertChain");
  const source = new CertificateOptions({
    privateKey: readTextFile(keyFile, "private key"),
    certificate: readTextFile(description.get("certKey") ?? keyFile, "certificate"),
    ...protocolsOf(description),
    ...chainFile === undefined ? {} : { extraCertChain: certificatesOf(chainFile) },
  });
  return new SSL4ServerEndpoint(reactorWithTLS(reactor, description), port, source, {
    ...backlog === undefined ? {} : { backlog },
    ...host === undefined ? {} : { interface: host },
  });
}

/**
 * Reads `ssl:HOST:PORT`.
 *
 * @param reactor What connects.
 * @param description The description.
 * @returns The endpoint.
 * @throws {EndpointStringError} If an argument is missing or wrong, or the reactor has no TLS.
 * @throws {CertificateError} If a file cannot be read or is no PEM.
 */
export function clientFromSSL(
  reactor: object,
  description: EndpointDescription,
): IStreamClientEndpoint {
  description.name("host", "port", "timeout", "hostname", ...FILES);
  const host = description.require("host");
  const timeout = description.getSeconds("timeout");
  return new SSL4ClientEndpoint(
    reactorWithTLS(reactor, description),
    host,
    description.requirePort("port", 1),
    contextFrom(description, description.get("hostname") ?? host),
    timeout === undefined ? {} : { timeout },
  );
}

/**
 * Reads `tls:HOST:PORT`.
 *
 * @param reactor What connects.
 * @param description The description.
 * @returns A {@linkcode HostnameEndpoint} over TLS.
 * @throws {EndpointStringError} If an argument is missing or wrong.
 * @throws {CertificateError} If a file cannot be read or is no PEM.
 */
export function clientFromTLS(
  reactor: HostnameReactor,
  description: EndpointDescription,
): IStreamClientEndpoint {
  description.name("host", "port", "timeout", "bindAddress", ...FILES);
  const host = description.require("host");
  const timeout = description.getSeconds("timeout");
  const bindAddress = description.get("bindAddress");
  const endpoint = new HostnameEndpoint(reactor, host, description.requirePort("port", 1), {
    ...timeout === undefined ? {} : { timeout },
    ...bindAddress === undefined ? {} : { bindAddress: { host: bindAddress, port: 0 } },
  });
  return wrapClientTLS(contextFrom(description, host), endpoint);
}

/** The arguments of a client that name files, and the protocols. */
const FILES = ["certificate", "privateKey", "trustRoots", "protocols"] as const;

function contextFrom(description: EndpointDescription, hostname: string): IContextFactory {
  const certificate = description.get("certificate");
  const trustRoots = description.get("trustRoots");
  return optionsForClientTLS(hostname, {
    ...protocolsOf(description),
    ...trustRoots === undefined ? {} : { trustRoot: certificatesOf(trustRoots) },
    ...certificate === undefined ? {} : {
      clientCertificate: PrivateCertificate.loadPEM(
        readTextFile(certificate, "certificate") +
          readTextFile(description.get("privateKey") ?? certificate, "private key"),
      ),
    },
  });
}

function protocolsOf(description: EndpointDescription): { acceptableProtocols?: string[] } {
  const protocols = description.get("protocols");
  return protocols === undefined ? {} : { acceptableProtocols: protocols.split(SEPARATOR) };
}

/** Reads the certificates of a file; there is at least one. */
function certificatesOf(path: string): TrustRoot & readonly Certificate[] {
  const blocks = blocksOf(readTextFile(path, "certificate"), ["CERTIFICATE"]);
  if (blocks.length > 0) return blocks.map((block) => Certificate.loadPEM(block));
  throw new CertificateError(`Cannot read certificates: file ${path} has none`);
}

function reactorWithTLS(reactor: object, description: EndpointDescription): IReactorSSL {
  if ("listenSSL" in reactor && "connectSSL" in reactor) return reactor as IReactorSSL;
  throw description.error("the reactor has no TLS");
}
