/**
 * What TLS has agreed on, recorded.
 *
 * @module
 */

import type { TLSSession } from "../../poller/mod.ts";
import type { RecordWriter } from "./record_writer.ts";

/** A session that notes what the program sees of it. */
export class RecordingTLSSession implements TLSSession {
  /** See `TLSSession.alpnProtocol`. */
  readonly alpnProtocol: string | null;
  /** See `TLSSession.peerCertificate`. */
  readonly peerCertificate: Uint8Array | null;
  readonly #writer: RecordWriter;
  readonly #id: number;
  readonly #inner: TLSSession;
  #isTruncated = false;

  /** Made when the program first asks for it. */
  constructor(writer: RecordWriter, id: number, inner: TLSSession) {
    this.#writer = writer;
    this.#id = id;
    this.#inner = inner;
    this.alpnProtocol = inner.alpnProtocol;
    this.peerCertificate = inner.peerCertificate;
    writer.fact(id, "tls", {
      alpnProtocol: this.alpnProtocol,
      peerCertificate: this.peerCertificate?.toBase64() ?? null,
    });
  }

  /** See `TLSSession.isTruncated`. */
  get isTruncated(): boolean {
    const { isTruncated } = this.#inner;
    if (isTruncated !== this.#isTruncated) {
      this.#isTruncated = isTruncated;
      this.#writer.fact(this.#id, "isTruncated", isTruncated);
    }
    return isTruncated;
  }
}
