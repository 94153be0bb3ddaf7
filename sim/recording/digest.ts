/**
 * Telling bytes from others by one number.
 *
 * @module
 */

const PRIME = 0x01000193;
const OFFSET = 0x811c9dc5;

/** From so many bytes on, the view that reads words of four at once pays. */
const VIEW_MIN = 512;

/**
 * Digests bytes: 32 bits that differ, very likely, for other bytes. No cryptography.
 *
 * Words of four bytes are mixed in as FNV-1a does with single ones; what is long goes in four lanes
 * that do not wait for each other.
 *
 * @param bytes The bytes.
 * @param count How many of the first of them.
 * @param seed What the result depends on in addition.
 * @returns A whole number from 0 to 2^32 - 1.
 */
export function digestOf(bytes: Uint8Array, count: number = bytes.length, seed = 0): number {
  let hash = OFFSET ^ seed;
  let at = 0;
  if (count >= VIEW_MIN) {
    at = count - count % 16;
    hash = digestLanes(new DataView(bytes.buffer, bytes.byteOffset, at), hash);
  }
  for (const end = count - 3; at < end; at += 4) {
    const low = (bytes[at] as number) | (bytes[at + 1] as number) << 8;
    const high = (bytes[at + 2] as number) | (bytes[at + 3] as number) << 8;
    hash = mix(hash, low | high << 16);
  }
  for (; at < count; at++) hash = mix(hash, bytes[at] as number);
  return mix(hash, count) >>> 0;
}

/** Digests a value as JSON has it: keys and the like, that must not stand in a recording. */
export function digestOfJSON(value: unknown): number {
  return digestOf(new TextEncoder().encode(JSON.stringify(value)));
}

function digestLanes(view: DataView, hash: number): number {
  let a = hash, b = hash ^ 1, c = hash ^ 2, d = hash ^ 3;
  for (let at = 0; at < view.byteLength; at += 16) {
    a = mix(a, view.getInt32(at, true));
    b = mix(b, view.getInt32(at + 4, true));
    c = mix(c, view.getInt32(at + 8, true));
    d = mix(d, view.getInt32(at + 12, true));
  }
  return mix(mix(mix(a, b), c), d);
}

/** Every bit of the word reaches the high bits, and those come back to the low ones. */
function mix(hash: number, word: number): number {
  const product = Math.imul(hash ^ word, PRIME);
  return product ^ (product >>> 15);
}
