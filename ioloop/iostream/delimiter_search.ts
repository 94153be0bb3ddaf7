/**
 * Finds a sequence of bytes in a stream.
 *
 * @module
 */

/** How many bytes behind the end the native search may look at in vain. */
const BEHIND_MAX = 4096;

/**
 * A search that is fed a stream piece by piece and looks at every byte once, also when the sequence
 * lies across pieces or the stream is made of almost-matches: the algorithm of Knuth, Morris and
 * Pratt, with the native `indexOf` where nothing is matched yet.
 */
export class DelimiterSearch {
  readonly #pattern: Uint8Array;
  /** For each length of a matched beginning: the next shorter one that also matches. */
  readonly #shorter: readonly number[];
  /** How much of the pattern the end of what was fed matches. */
  #matched = 0;

  /**
   * Makes a search.
   *
   * @param pattern What to look for, copied; at least one byte.
   */
  constructor(pattern: Uint8Array) {
    this.#pattern = pattern.slice();
    this.#shorter = shorterMatches(this.#pattern);
  }

  /**
   * Tells whether this search looks for a sequence.
   *
   * @param pattern The sequence.
   */
  isFor(pattern: Uint8Array): boolean {
    const own = this.#pattern;
    if (own.length !== pattern.length) return false;
    for (let i = 0; i < own.length; i++) if (own[i] !== pattern[i]) return false;
    return true;
  }

  /** Begins anew. */
  reset(): void {
    this.#matched = 0;
  }

  /**
   * Looks at the next bytes of the stream.
   *
   * @param bytes Where they are.
   * @param start The first of them, which follows those fed before.
   * @param end The first that is not one of them.
   * @returns The index in `bytes` behind the first match; -1 if there is none yet.
   */
  feed(bytes: Uint8Array, start: number, end: number): number {
    const pattern = this.#pattern;
    const first = pattern[0] as number;
    let matched = this.#matched;
    for (let i = start; i < end; i++) {
      if (matched === 0) {
        i = indexOf(bytes, first, i, end);
        if (i === -1) break;
        matched = 1;
      } else {
        const byte = bytes[i];
        while (matched > 0 && pattern[matched] !== byte) matched = this.#shorter[matched] as number;
        if (pattern[matched] === byte) matched++;
      }
      if (matched === pattern.length) {
        this.#matched = 0;
        return i + 1;
      }
    }
    this.#matched = matched;
    return -1;
  }
}

/** Finds a byte, natively; it may look at some bytes behind the end, which costs less than a view. */
function indexOf(bytes: Uint8Array, byte: number, start: number, end: number): number {
  if (bytes.length - end > BEHIND_MAX) {
    const index = bytes.subarray(start, end).indexOf(byte);
    return index === -1 ? -1 : start + index;
  }
  const index = bytes.indexOf(byte, start);
  return index < end ? index : -1;
}

function shorterMatches(pattern: Uint8Array): number[] {
  const shorter = [0, 0];
  for (let length = 2, matched = 0; length <= pattern.length; length++) {
    const byte = pattern[length - 1];
    while (matched > 0 && pattern[matched] !== byte) matched = shorter[matched] as number;
    if (pattern[matched] === byte) matched++;
    shorter[length] = matched;
  }
  return shorter;
}
