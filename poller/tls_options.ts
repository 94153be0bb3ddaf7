/**
 * How to go over to TLS.
 *
 * @module
 */

import type { TLSVersion } from "./tls_session.ts";

/** What both sides can be told. */
export interface TLSCommonOptions {
  /** This side's certificate chain, as PEM. */
  readonly cert?: string;
  /** The private key of the certificate, as PEM. */
  readonly key?: string;
  /** Whom to trust, as PEM; by default the authorities that the platform knows. */
  readonly caCerts?: readonly string[];
  /** The protocols to speak, the best first: `["h2", "http/1.1"]`. */
  readonly alpnProtocols?: readonly string[];
  /** The oldest version to speak; by default the oldest that the platform has. */
  readonly minVersion?: TLSVersion;
  /** The newest version to speak; by default the newest that the platform has. */
  readonly maxVersion?: TLSVersion;
}

/** How to go over to TLS as the client. */
export interface TLSClientOptions extends TLSCommonOptions {
  /** Tells the sides apart. */
  readonly side: "client";
  /**
   * The name that the server's certificate must be for; it is sent, too. Without it the name is not
   * checked.
   */
  readonly hostname?: string;
  /**
   * Whether the server's certificate must be trusted.
   *
   * @default {true}
   */
  readonly verify?: boolean;
}

/** How to go over to TLS as the server. */
export interface TLSServerOptions extends TLSCommonOptions {
  /** Tells the sides apart. */
  readonly side: "server";
  /** This side's certificate chain, as PEM. */
  readonly cert: string;
  /** The private key of the certificate, as PEM. */
  readonly key: string;
  /**
   * Whether the client must show a certificate that is trusted.
   *
   * @default {false}
   */
  readonly verify?: boolean;
}

/** How to go over to TLS. */
export type TLSOptions = TLSClientOptions | TLSServerOptions;
