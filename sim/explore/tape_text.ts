/**
 * A tape as a short text.
 *
 * `v1:` and, in base64url: three bytes of checksum, then as numbers of seven bits a byte: the length,
 * the hash of the scenario's name, the seed's digits, the labels, and for each deviation the gap
 * since the last one, label, bound, value, cause, nth, picked and over.
 *
 * @module
 */

import { TapeError } from "./errors.ts";
import type { Deviation, TapeContent } from "./tape.ts";

const VERSION = "v1:";
/** How many numbers a deviation is written as. */
const NUMBERS = 8;

/** Writes a tape. */
export function encodeTape(tape: TapeContent, scenarioHash: number): string {
  const bytes: number[] = [];
  putNumber(bytes, tape.length);
  putNumber(bytes, scenarioHash);
  putText(bytes, tape.seed);
  const labels = [...new Set(tape.deviations.map(({ label }) => label))];
  putNumber(bytes, labels.length);
  for (const label of labels) putText(bytes, label);
  putNumber(bytes, tape.deviations.length);
  let last = -1;
  for (const { index, label, bound, value, cause, nth, picked, over } of tape.deviations) {
    const numbers = [
      index - last - 1,
      labels.indexOf(label),
      bound,
      value,
      cause,
      nth,
      picked,
      over,
    ];
    for (const number of numbers) putNumber(bytes, number);
    last = index;
  }
  const sum = checksum(bytes);
  const all = Uint8Array.of(sum >> 16, (sum >> 8) & 0xff, sum & 0xff, ...bytes);
  return VERSION + all.toBase64({ alphabet: "base64url", omitPadding: true });
}

/** Reads what {@linkcode encodeTape} wrote. */
export function decodeTape(text: string): { content: TapeContent; scenarioHash: number } {
  if (!text.startsWith(VERSION)) {
    const version = /^v\d+:/.exec(text);
    throw new TapeError(
      version === null
        ? `Cannot read a tape: "${text.slice(0, 20)}" does not begin with ${VERSION}`
        : `Cannot read a tape: version ${version[0].slice(0, -1)} is not known, v1 is`,
    );
  }
  const all = decodeBase64(text.slice(VERSION.length));
  const bytes = all.subarray(3);
  const sum = ((all[0] ?? 0) << 16) | ((all[1] ?? 0) << 8) | (all[2] ?? 0);
  if (all.length < 4 || sum !== checksum(bytes)) {
    const cut = all.length < 4 ? null : new Reader(bytes).findCut();
    throw new TapeError(
      `Cannot read a tape: its checksum is wrong, the text was cut or edited${cut ?? ""}`,
    );
  }
  return new Reader(bytes).tape();
}

function decodeBase64(text: string): Uint8Array {
  try {
    return Uint8Array.fromBase64(text, { alphabet: "base64url" });
  } catch (cause) {
    throw new TapeError("Cannot read a tape: it is not base64url, the text was cut or edited", {
      cause,
    });
  }
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  tape(): { content: TapeContent; scenarioHash: number } {
    const length = this.#number();
    const scenarioHash = this.#number();
    const seed = this.#text();
    const labels = Array.from({ length: this.#number() }, () => this.#text());
    const deviations: Deviation[] = [];
    let last = -1;
    for (let count = this.#number(); count > 0; count--) {
      last += this.#number() + 1;
      deviations.push(this.#deviation(last, labels));
    }
    return { content: { scenario: "", seed, length, deviations }, scenarioHash };
  }

  /** Says in which deviation the bytes end; `null` if in none. */
  findCut(): string | null {
    this.#number();
    this.#number();
    this.#text();
    for (let count = this.#number(); count > 0 && this.#at <= this.#bytes.length; count--) {
      this.#text();
    }
    const count = this.#number();
    for (let nth = 1; nth <= count; nth++) {
      for (let i = 0; i < NUMBERS; i++) this.#number();
      if (this.#at <= this.#bytes.length) continue;
      return `: it ends in deviation ${nth} of ${count}`;
    }
    return null;
  }

  #deviation(index: number, labels: readonly string[]): Deviation {
    const label = labels[this.#number()] as string;
    const bound = this.#number();
    const value = this.#number();
    const cause = this.#number();
    const nth = this.#number();
    const picked = this.#number();
    const over = this.#number();
    return { index, label, bound, value, cause, nth, host: "", picked, over, words: "" };
  }

  #number(): number {
    let value = 0;
    for (let scale = 1;; scale *= 128) {
      const byte = this.#bytes[this.#at++] ?? 0;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }

  #text(): string {
    const length = this.#number();
    this.#at += length;
    return new TextDecoder().decode(this.#bytes.subarray(this.#at - length, this.#at));
  }
}

function putNumber(bytes: number[], value: number): void {
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  bytes.push(rest);
}

function putText(bytes: number[], text: string): void {
  const encoded = new TextEncoder().encode(text);
  putNumber(bytes, encoded.length);
  bytes.push(...encoded);
}

/** 24 bits over all bytes (FNV-1a, folded). */
function checksum(bytes: Iterable<number>): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return ((hash >>> 24) ^ hash) & 0xffffff;
}
