/**
 * What TLS has agreed on.
 *
 * @module
 */

/** A version of TLS; older ones are not spoken. */
export type TLSVersion = "TLSv1.2" | "TLSv1.3";

/** What is known of a stream on which a TLS handshake has succeeded. */
export interface TLSSession {
  /** The protocol that both sides speak (ALPN); `null` if none was agreed on. */
  readonly alpnProtocol: string | null;
  /** The certificate that the other side has shown, as DER; `null` if it has shown none. */
  readonly peerCertificate: Uint8Array | null;
  /**
   * True once the stream has come to its end without the goodbye (`close_notify`) of the other side:
   * what was received may be cut short by anybody on the way.
   */
  readonly isTruncated: boolean;
}
