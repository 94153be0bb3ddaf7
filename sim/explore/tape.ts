/**
 * The answers that made a run what it was.
 *
 * @module
 */

import { decodeTape, encodeTape } from "./tape_text.ts";
import { parseTapeFile, writeTapeFile } from "./tape_file.ts";

/** An answer that is not what usually happens. */
export interface Deviation {
  /** The number of the decision in its run; the first is 0. */
  readonly index: number;
  /** What was decided: `step`, `order`, `read`, or a user's label. */
  readonly label: string;
  /** How many answers there were. */
  readonly bound: number;
  /** The answer, from 1 to `bound - 1`. */
  readonly value: number;
  /** The causal name of the event in which it was decided, 32 bits of it. */
  readonly cause: number;
  /** How many decisions with the same label the same event had made before. */
  readonly nth: number;
  /** The host on which it was decided; empty for the world. */
  readonly host: string;
  /** The causal name of what the answer picked, 32 bits of it; 0 if it is a mere number. */
  readonly picked: number;
  /** The causal name of what would usually have been picked. */
  readonly over: number;
  /** In words, what the answer picked and what it would usually have been; empty if unknown. */
  readonly words: string;
}

/** What a tape is made of. */
export interface TapeContent {
  /** The name of the scenario; empty if it has none. */
  readonly scenario: string;
  /** The seed of the world, in hexadecimal. */
  readonly seed: string;
  /** How many decisions the run made. */
  readonly length: number;
  /** The answers that are not 0, in order. */
  readonly deviations: readonly Deviation[];
}

/**
 * The answers that made a run what it was: all are 0, except the deviations. With the scenario and
 * the seed, a tape gives the same run again.
 *
 * It is written as a short text for messages ({@linkcode Tape.toString}) or as a file of JSON lines
 * ({@linkcode Tape.toFile}); {@linkcode Tape.parse} reads both.
 *
 * @example There and back
 * ```ts
 * import { explore, Tape } from "@twinloop/twinloop/sim";
 * import { assertEquals } from "@std/assert";
 *
 * const result = await explore((sim) => {
 *   if (sim.choose("coin", 2) === 1) throw new Error("tails");
 * });
 * const tape = result.failure?.tape as Tape;
 * assertEquals(tape.deviations.map(({ label, value }) => [label, value]), [["coin", 1]]);
 * assertEquals(Tape.parse(tape.toString()).toString(), tape.toString());
 * assertEquals(Tape.parse(tape.toFile()).toFile(), tape.toFile());
 * ```
 */
export class Tape implements TapeContent {
  /** The name of the scenario; empty if it has none or if the tape was read from a short text. */
  readonly scenario: string;
  /** The seed of the world, in hexadecimal. */
  readonly seed: string;
  /** How many decisions the run made. */
  readonly length: number;
  /** The answers that are not 0, in order. */
  readonly deviations: readonly Deviation[];
  /** 16 bits that tell the scenario's name from others; 0 if it has none. */
  readonly scenarioHash: number;

  /**
   * Made by a search or a replay.
   *
   * @param content What it is made of.
   * @param scenarioHash Tells the scenario's name from others, where the name itself is not known.
   */
  constructor(content: TapeContent, scenarioHash: number = hashName(content.scenario)) {
    this.scenario = content.scenario;
    this.seed = content.seed;
    this.length = content.length;
    this.deviations = content.deviations;
    this.scenarioHash = scenarioHash;
  }

  /**
   * Reads a tape.
   *
   * @param text A short text, `v1:…`, or the content of a file.
   * @returns The tape.
   * @throws {TapeError} If the text is of another version, cut or edited.
   */
  static parse(text: string): Tape {
    const trimmed = text.trim();
    if (trimmed.startsWith("{")) return new Tape(parseTapeFile(trimmed));
    const { content, scenarioHash } = decodeTape(trimmed);
    return new Tape(content, scenarioHash);
  }

  /** Returns the tape as a short text with a checksum: `v1:…`. Words and names are left out. */
  toString(): string {
    return encodeTape(this, this.scenarioHash);
  }

  /** Returns the tape as a file of JSON lines: a header, a line for each deviation, and a trailer. */
  toFile(): string {
    return writeTapeFile(this);
  }
}

/** 16 bits that tell a name from others; 0 for no name. */
export function hashName(name: string): number {
  if (name === "") return 0;
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 0x01000193);
  return ((hash >>> 16) ^ (hash & 0xffff)) || 1;
}
