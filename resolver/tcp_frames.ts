/**
 * Messages on a stream, each with two bytes of length before it (RFC 1035 4.2.2).
 *
 * @module
 */

/**
 * Puts a length before a packet.
 *
 * @param packet The packet, at most 65,535 bytes.
 * @returns Both, in one buffer.
 */
export function frame(packet: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(packet.length + 2);
  bytes[0] = packet.length >> 8;
  bytes[1] = packet.length & 0xff;
  bytes.set(packet, 2);
  return bytes;
}

/** The first size of a buffer: what a few questions or answers need. */
const CAPACITY_MIN = 1024;

/** Packets that wait to be sent, each with its length, in one buffer: one send takes them all. */
export class FrameWriter {
  #buffer: Uint8Array = new Uint8Array(CAPACITY_MIN);
  #length = 0;

  /** The bytes that wait; valid until the next call of a method. */
  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  /** How many bytes wait. */
  get length(): number {
    return this.#length;
  }

  /**
   * Adds a packet.
   *
   * @param packet The packet, at most 65,535 bytes; copied.
   */
  add(packet: Uint8Array): void {
    const start = this.#length;
    const end = start + 2 + packet.length;
    if (end > this.#buffer.length) {
      const buffer = new Uint8Array(2 * end);
      buffer.set(this.bytes);
      this.#buffer = buffer;
    }
    this.#buffer[start] = packet.length >> 8;
    this.#buffer[start + 1] = packet.length;
    this.#buffer.set(packet, start + 2);
    this.#length = end;
  }

  /**
   * Drops what was sent.
   *
   * @param count How many of the first bytes.
   */
  drop(count: number): void {
    this.#buffer.copyWithin(0, count, this.#length);
    this.#length -= count;
  }
}

/** Cuts a stream into packets, wherever the reads fall. It holds at most one packet and a read. */
export class FrameReader {
  #buffer: Uint8Array = new Uint8Array(CAPACITY_MIN);
  /** Where the bytes that were not taken yet begin, and where they end. */
  #start = 0;
  #end = 0;

  /**
   * Adds bytes.
   *
   * @param bytes What has arrived; copied.
   */
  push(bytes: Uint8Array): void {
    const held = this.#end - this.#start;
    if (this.#end + bytes.length > this.#buffer.length) {
      // Doubling keeps the copying linear however small the reads are.
      const capacity = Math.max(this.#buffer.length, 2 * (held + bytes.length));
      const buffer = new Uint8Array(capacity);
      buffer.set(this.#buffer.subarray(this.#start, this.#end));
      this.#buffer = buffer;
      this.#start = 0;
      this.#end = held;
    }
    this.#buffer.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /**
   * Takes the next packet.
   *
   * @returns The packet, the caller's to keep, with what arrived beside it; `null` if it is not
   * whole yet.
   */
  next(): Uint8Array | null {
    const held = this.#end - this.#start;
    if (held < 2) return null;
    const at = this.#start;
    const size = ((this.#buffer[at] as number) << 8) | (this.#buffer[at + 1] as number);
    if (held < size + 2) return null;
    this.#start += size + 2;
    // No byte of a buffer is written twice, so a packet need not be copied.
    return this.#buffer.subarray(at + 2, at + 2 + size);
  }
}
