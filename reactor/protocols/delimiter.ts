/**
 * What ends a line.
 *
 * @module
 */

/** Carriage return and line feed: what ends a line in most protocols of the internet. */
export const CRLF: Uint8Array<ArrayBuffer> = new Uint8Array([13, 10]);

/**
 * Puts the delimiter behind a line, so that both leave in one write.
 *
 * @param line The line.
 * @param delimiter What ends it.
 * @returns Both, in an array of its own.
 */
export function lineWithDelimiter(
  line: Uint8Array,
  delimiter: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(line.length + delimiter.length);
  both.set(line);
  both.set(delimiter, line.length);
  return both;
}
