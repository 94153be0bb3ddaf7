/**
 * TLS, as transports and those who use it see it.
 *
 * @module
 */

import type { TLSVersion } from "../../poller/tls_session.ts";
import type { Certificate } from "../tls/certificate.ts";
import type { ITCPTransport } from "./transport.ts";

/** What TLS is begun with. */
export interface TLSContext {
  /** This side's certificate, and those that lead to its authority, as PEM. A server needs one. */
  readonly cert?: string;
  /** The private key of the certificate, as PEM. */
  readonly key?: string;
  /** Whom to trust, as PEM; by default the authorities that the platform knows. */
  readonly caCerts?: readonly string[];
  /**
   * Whether the peer must show a certificate that is trusted. By default it must if this side is the
   * client.
   */
  readonly verify?: boolean;
  /**
   * The name, or the address, that the certificate of the server must be for; `null` if it is not to
   * be looked at. By default what was connected to, if that is known. Only the client uses it.
   */
  readonly hostname?: string | null;
  /** The application protocols to speak (ALPN), the best first. */
  readonly alpnProtocols?: readonly string[];
  /** The oldest version to speak. */
  readonly minVersion?: TLSVersion;
  /** The newest version to speak. */
  readonly maxVersion?: TLSVersion;
}

/**
 * Makes what TLS is begun with, anew for each connection, so that certificates can be replaced while
 * a port listens.
 *
 * Twisted: `IOpenSSLContextFactory` (`internet/interfaces.py`, 24.7), of which `getContext` is left.
 */
export interface IContextFactory {
  /** Returns what TLS is begun with; what it throws goes to who asked for TLS. */
  getContext(): TLSContext;
}

/** What TLS is begun with, or what makes it. */
export type TLSContextSource = TLSContext | IContextFactory;

/**
 * A transport that can go over to TLS. Twisted: `ITLSTransport` (`internet/interfaces.py`, 24.7).
 */
export interface ITLSTransport extends ITCPTransport {
  /** Whether TLS was begun; the handshake may not be over. */
  readonly TLS: boolean;
  /**
   * Goes over to TLS: what was written before goes out first, as it is; everything after goes out,
   * and comes in, over TLS.
   *
   * @param source What TLS is begun with.
   * @param normal False to take the part of the other side: a server's transport begins as the
   * client.
   */
  startTLS(source: TLSContextSource, normal?: boolean): void;
}

/**
 * A transport over TLS. Twisted: `ISSLTransport` and `INegotiated` (`internet/interfaces.py`, 24.7).
 */
export interface ISSLTransport extends ITLSTransport {
  /** The application protocol that was agreed on; `null` if none was, or not yet. */
  readonly negotiatedProtocol: string | null;
  /** Returns the certificate that the peer has shown; `null` if it has shown none, or not yet. */
  getPeerCertificate(): Certificate | null;
}
