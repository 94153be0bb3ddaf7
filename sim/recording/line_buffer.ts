/**
 * Text that grows, as bytes.
 *
 * @module
 */

const ENCODER = new TextEncoder();
const BASE64 = ENCODER.encode("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
const PADDING = 0x3d;
const ZERO = 0x30;

/** Up to so many characters or bytes a loop is faster than a call of the engine. */
const BY_HAND_MAX = 1024;

/** Whole numbers below this are written digit by digit. */
const DIGITS_BELOW = 0x7fffffff;

/**
 * The text that was not handed on yet, as UTF-8. To build strings instead costs several times as much:
 * they are made, joined, made flat and encoded.
 */
export class LineBuffer {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;

  /** Makes one with room for so many bytes; it grows when it must. */
  constructor(room: number) {
    this.#bytes = new Uint8Array(room);
  }

  /** How many bytes it has. */
  get length(): number {
    return this.#length;
  }

  /** What it has; valid until something is added. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Forgets what it has. */
  clear(): void {
    this.#length = 0;
  }

  /** Adds text. */
  text(text: string): void {
    const count = text.length;
    // A character of UTF-16 is at most three bytes of UTF-8.
    this.#reserve(count * 3);
    const bytes = this.#bytes;
    let at = this.#length;
    if (count <= BY_HAND_MAX) {
      let i = 0;
      for (let code; i < count && (code = text.charCodeAt(i)) < 0x80; i++) bytes[at++] = code;
      if (i === count) {
        this.#length = at;
        return;
      }
    }
    this.#length += ENCODER.encodeInto(text, bytes.subarray(this.#length)).written;
  }

  /** Adds a number as JSON has it; `null` for one that it does not have. */
  number(number: number): void {
    if (!(number >= 0 && number < DIGITS_BELOW && Math.trunc(number) === number)) {
      return this.text(Number.isFinite(number) ? String(number) : "null");
    }
    this.#reserve(10);
    let digits = 1;
    for (let rest = number; rest >= 10; rest = (rest / 10) | 0) digits++;
    const bytes = this.#bytes;
    const start = this.#length;
    this.#length += digits;
    let rest = number | 0;
    for (let at = this.#length; at > start; rest = (rest / 10) | 0) {
      bytes[--at] = ZERO + rest % 10;
    }
  }

  /** Adds the first so many bytes in base64. */
  base64(source: Uint8Array, count: number): void {
    if (count > BY_HAND_MAX) return this.text(source.subarray(0, count).toBase64());
    this.#reserve(Math.ceil(count / 3) * 4);
    const bytes = this.#bytes;
    let at = this.#length;
    let i = 0;
    for (const end = count - 2; i < end; i += 3) {
      const [a, b, c] = [source[i] as number, source[i + 1] as number, source[i + 2] as number];
      bytes[at++] = BASE64[a >> 2] as number;
      bytes[at++] = BASE64[(a & 3) << 4 | b >> 4] as number;
      bytes[at++] = BASE64[(b & 15) << 2 | c >> 6] as number;
      bytes[at++] = BASE64[c & 63] as number;
    }
    if (i < count) {
      const a = source[i] as number;
      const b = i + 1 < count ? source[i + 1] as number : 0;
      bytes[at++] = BASE64[a >> 2] as number;
      bytes[at++] = BASE64[(a & 3) << 4 | b >> 4] as number;
      bytes[at++] = i + 1 < count ? BASE64[(b & 15) << 2] as number : PADDING;
      bytes[at++] = PADDING;
    }
    this.#length = at;
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.bytes);
    this.#bytes = grown;
  }
}
