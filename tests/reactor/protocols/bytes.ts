/**
 * Text as bytes, and bytes in pieces.
 *
 * @module
 */

/** Encodes a text. */
export function bytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** Decodes a text. */
export function text(data: Uint8Array): string {
  return new TextDecoder().decode(data);
}

/** Cuts bytes into pieces of one size; the last may be shorter. */
export function packets(data: Uint8Array, size: number): Uint8Array[] {
  const pieces = [];
  for (let start = 0; start < data.length; start += size) {
    pieces.push(data.slice(start, start + size));
  }
  return pieces;
}

/** Cuts bytes at some places; places that make no sense are taken modulo the length. */
export function cut(data: Uint8Array, places: readonly number[]): Uint8Array[] {
  const inside = places.map((place) => place % (data.length + 1));
  const edges = [...new Set([0, ...inside, data.length])].sort((a, b) => a - b);
  return edges.slice(1).map((end, index) => data.slice(edges[index], end));
}
