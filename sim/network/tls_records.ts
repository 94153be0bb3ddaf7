/**
 * How TLS is written on a simulated connection.
 *
 * The frame of a record is that of TLS, so that what is not TLS is told apart, records have their
 * real sizes, and everything that befalls bytes befalls them. What is inside is not encrypted, and
 * the messages of handshakes are text.
 *
 * @module
 */

/** The content types of TLS (RFC 8446, 5.1). */
export const ALERT = 21;
export const HANDSHAKE = 22;
export const DATA = 23;

/** The least and the greatest content type there is. */
const TYPE_FIRST = 20;
const TYPE_LAST = 23;

/** The first byte of the version that every record tells. */
const VERSION_MAJOR = 3;

/** Type, version and length. */
const HEADER_BYTES = 5;

/** What encryption adds to data: the real content type, and the tag of AES-GCM. */
const PROTECTION_BYTES = 17;

/** The most data in a record. */
export const DATA_MAX = 16_384;

/** A record. */
export interface TLSRecord {
  /** What it is: {@linkcode ALERT}, {@linkcode HANDSHAKE} or {@linkcode DATA}. */
  readonly type: number;
  /** What is inside. */
  readonly content: Uint8Array;
}

/** Writes a record. */
export function writeRecord({ type, content }: TLSRecord): Uint8Array {
  const length = content.length + (type === DATA ? PROTECTION_BYTES : 0);
  const bytes = new Uint8Array(HEADER_BYTES + length);
  bytes.set([type, VERSION_MAJOR, VERSION_MAJOR, length >> 8, length & 255]);
  bytes.set(content, HEADER_BYTES);
  return bytes;
}

/** Cuts what has arrived into records. */
export class RecordReader {
  #bytes = new Uint8Array(0);

  /** Takes bytes that have arrived; they are copied. */
  push(bytes: Uint8Array): void {
    const all = new Uint8Array(this.#bytes.length + bytes.length);
    all.set(this.#bytes);
    all.set(bytes, this.#bytes.length);
    this.#bytes = all;
  }

  /** Takes the next record; `undefined` if it is not complete, `null` if it is none. */
  next(): TLSRecord | null | undefined {
    const [type, major, , high, low] = this.#bytes;
    if (type === undefined) return undefined;
    if (type < TYPE_FIRST || type > TYPE_LAST) return null;
    if (major !== undefined && major !== VERSION_MAJOR) return null;
    if (high === undefined || low === undefined) return undefined;
    const end = HEADER_BYTES + (high << 8) + low;
    if (this.#bytes.length < end) return undefined;
    const content = this.#bytes.subarray(
      HEADER_BYTES,
      type === DATA ? end - PROTECTION_BYTES : end,
    );
    this.#bytes = this.#bytes.subarray(end);
    return { type, content };
  }
}
