/**
 * Finds a sequence of bytes in a stream.
 *
 * @module
 */

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
    return own.length === pattern.length && own.every((byte, index) => byte === pattern[index]);
  }

  /** Begins anew. */
  reset(): void {
    this.#matched = 0;
  }

  /**
   * Looks at the next bytes of the stream.
   *
   * @param bytes The bytes that follow those fed before.
   * @returns The index in `bytes` behind the first match; -1 if there is none yet.
   */
  feed(bytes: Uint8Array): number {
    const pattern = this.#pattern;
    const first = pattern[0] as number;
    let matched = this.#matched;
    for (let i = 0; i < bytes.length; i++) {
      if (matched === 0) {
        i = bytes.indexOf(first, i);
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
