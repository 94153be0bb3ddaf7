/**
 * The transport of a connection that a test plays.
 *
 * @module
 */

import type { IHandshakeListener, IProtocol } from "../interfaces/protocol.ts";
import type { ISSLTransport, TLSContext, TLSContextSource } from "../interfaces/tls.ts";
import { contextOf } from "../net/tls_start.ts";
import type { Certificate } from "../tls/certificate.ts";
import {
  type DisconnectionOptions,
  StringTransportWithDisconnection,
} from "./string_transport_with_disconnection.ts";

/** What a test has a handshake come to. */
export interface HandshakeResult {
  /** The application protocol that was agreed on. By default none. */
  readonly negotiatedProtocol?: string;
  /** The certificate that the peer has shown. By default none. */
  readonly peerCertificate?: Certificate;
}

/** A {@linkcode StringTransportWithDisconnection} that can pretend to go over to TLS. */
export class MemoryTransport extends StringTransportWithDisconnection implements ISSLTransport {
  /** What TLS was begun with; `null` before. */
  tlsContext: TLSContext | null;
  /** The application protocol that was agreed on; `null` if none was, or not yet. */
  negotiatedProtocol: string | null = null;
  #certificate: Certificate | null = null;

  /**
   * Makes a transport.
   *
   * @param protocol Whose `connectionLost` is called.
   * @param options Where the transport pretends to be, and when the protocol is called.
   * @param tlsContext What TLS was begun with; `null` if it was not.
   */
  constructor(
    protocol: IProtocol | null = null,
    options: DisconnectionOptions = {},
    tlsContext: TLSContext | null = null,
  ) {
    super(protocol, options);
    this.tlsContext = tlsContext;
  }

  /** Whether TLS was begun. */
  get TLS(): boolean {
    return this.tlsContext !== null;
  }

  /** Pretends to go over to TLS: what is written is kept as it is. */
  startTLS(source: TLSContextSource): void {
    this.tlsContext = contextOf(source, null);
  }

  /** Returns the certificate that the test has shown. */
  getPeerCertificate(): Certificate | null {
    return this.#certificate;
  }

  // -- For the test --

  /**
   * Ends the handshake well, and tells the protocol.
   *
   * @param result What it came to.
   * @throws {Error} If TLS was not begun.
   */
  completeHandshake(result: HandshakeResult = {}): void {
    if (!this.TLS) throw new Error("Cannot complete the handshake: TLS was not begun");
    this.negotiatedProtocol = result.negotiatedProtocol ?? null;
    this.#certificate = result.peerCertificate ?? null;
    (this.protocol as Partial<IHandshakeListener> | null)?.handshakeCompleted?.();
  }
}
