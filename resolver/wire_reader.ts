/**
 * Reads a packet without trusting it.
 *
 * @module
 */

import { DNSMalformedError } from "./errors.ts";

/** A name's length on the wire, with its lengths and its root (RFC 1035 2.3.4). */
const NAME_BYTES_MAX = 255;

/**
 * How many labels and pointers a packet may make its reader follow. A packet of 64 KiB with 4,000
 * addresses of one name needs one for each; only one made for the purpose needs more.
 */
const STEPS_MAX = 16_384;

/** A cursor over a packet; every read is checked against the packet's end. */
export class WireReader {
  /** The packet. */
  readonly bytes: Uint8Array;
  /** Where the next read begins. */
  offset: number;
  /** How many labels and pointers may still be followed. */
  #steps = STEPS_MAX;
  /** The first name, that of the question, and its offset: most records point to it. */
  #first: string | null = null;
  #firstStart = -1;
  /** Other names that pointers led to, by their offset; `null` while there are none. */
  #names: Map<number, string> | null = null;

  /**
   * Makes a cursor.
   *
   * @param bytes The packet.
   * @param offset Where to begin.
   */
  constructor(bytes: Uint8Array, offset = 0) {
    this.bytes = bytes;
    this.offset = offset;
  }

  /** How many bytes are left. */
  get remaining(): number {
    return this.bytes.length - this.offset;
  }

  /** Reads one byte. */
  uint8(): number {
    this.need(1);
    return this.bytes[this.offset++] as number;
  }

  /** Reads two bytes. */
  uint16(): number {
    this.need(2);
    const high = this.bytes[this.offset++] as number;
    return (high << 8) | (this.bytes[this.offset++] as number);
  }

  /** Reads four bytes. */
  uint32(): number {
    return this.uint16() * 0x10000 + this.uint16();
  }

  /** Moves on by some bytes, which must be there. */
  skip(count: number): void {
    this.need(count);
    this.offset += count;
  }

  /** Reads a string with its length before it and moves on. */
  skipString(): void {
    this.skip(this.uint8());
  }

  /**
   * Fails unless some bytes are left.
   *
   * @param count How many.
   * @throws {DNSMalformedError} If there are fewer.
   */
  need(count: number): void {
    if (count > this.remaining) {
      throw new DNSMalformedError("Cannot read the packet: it is truncated");
    }
  }

  /**
   * Reads a name, following compression pointers, which may only lead backwards (RFC 1035 4.1.4).
   *
   * @returns The name without a dot at the end; dots and backslashes in labels and bytes that do
   * not print are escaped (RFC 1035 5.1); the root is empty.
   * @throws {DNSMalformedError} If it is too long, runs out of the packet, or points forwards or in
   * a circle.
   */
  name(): string {
    const bytes = this.bytes;
    const start = this.offset;
    const size = bytes[start] as number;
    if (size >= 0xc0 && this.remaining >= 2) {
      const target = ((size & 0x3f) << 8) | (bytes[start + 1] as number);
      const known = target === this.#firstStart ? this.#first : this.#names?.get(target);
      // Known only where a name before this one began or has led to, so backwards.
      if (typeof known === "string") {
        this.#spend();
        this.offset += 2;
        return known;
      }
      const text = this.#walk();
      (this.#names ??= new Map()).set(target, text);
      return text;
    }
    const text = this.#walk();
    if (this.#first === null) {
      this.#first = text;
      this.#firstStart = start;
    }
    return text;
  }

  #walk(): string {
    const { bytes } = this;
    let text = "";
    let length = 1;
    /** Where to go on after the name; known from the first pointer on. */
    let resume = -1;
    /** Pointers must lead before this: the start of the run of labels that they end. */
    let limit = this.offset;
    for (;;) {
      this.#spend();
      const size = this.uint8();
      if (size === 0) break;
      if (size >= 0xc0) {
        const target = ((size & 0x3f) << 8) | this.uint8();
        if (resume < 0) resume = this.offset;
        if (target >= limit) {
          throw new DNSMalformedError("Cannot read a name: a pointer does not lead backwards");
        }
        this.offset = limit = target;
        continue;
      }
      if (size > 63) throw new DNSMalformedError("Cannot read a name: its label type is unknown");
      this.need(size);
      length += size + 1;
      if (length > NAME_BYTES_MAX) {
        throw new DNSMalformedError("Cannot read a name: it is longer than 255 bytes");
      }
      if (text !== "") text += ".";
      const end = this.offset + size;
      while (this.offset < end) text += LABEL_TEXT[bytes[this.offset++] as number];
    }
    if (resume >= 0) this.offset = resume;
    return text;
  }

  #spend(): void {
    if (this.#steps-- <= 0) {
      throw new DNSMalformedError("Cannot read the packet: its names are tangled");
    }
  }
}

/** How each byte of a label is written. */
const LABEL_TEXT: readonly string[] = Array.from({ length: 256 }, (_, byte) => {
  const text = String.fromCharCode(byte);
  if (text === "." || text === "\\") return `\\${text}`;
  if (byte > 0x20 && byte < 0x7f) return text;
  return `\\${String(byte).padStart(3, "0")}`;
});
