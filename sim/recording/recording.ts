/**
 * A recording that was read.
 *
 * @module
 */

import { digestOf } from "./digest.ts";
import { RecordingError } from "./errors.ts";
import { FORMAT, isEntry, type RecordingEntry, VERSION } from "./format.ts";

/** How strictly a recording is read. */
export interface ReadRecordingOptions {
  /**
   * Whether the end may be missing, as of a process that has crashed. What comes before the last line
   * feed is read then.
   *
   * @default {false}
   */
  readonly allowCut?: boolean;
}

/** What a recording is made of. */
export interface RecordingContent {
  /** What the header says. */
  readonly about: Readonly<Record<string, unknown>>;
  /** Whether the end is there. */
  readonly isComplete: boolean;
  /** The steps. */
  readonly entries: readonly RecordingEntry[];
  /** The number of the line that each step stands on. */
  readonly lines: readonly number[];
}

/** What a `RecordingPlatform` has written down of a program. */
export class Recording {
  /** What the header says. */
  readonly about: Readonly<Record<string, unknown>>;
  /** Whether the end is there. */
  readonly isComplete: boolean;
  /** How many steps were recorded: calls, events and facts. */
  readonly length: number;
  /** The steps, as they stand on the lines. */
  readonly entries: readonly RecordingEntry[];
  readonly #lines: readonly number[];

  /**
   * Made by {@linkcode Recording.parse}.
   *
   * @param content What it is made of.
   */
  constructor(content: RecordingContent) {
    this.about = content.about;
    this.isComplete = content.isComplete;
    this.length = content.entries.length;
    this.entries = content.entries;
    this.#lines = content.lines;
  }

  /**
   * Reads a recording, and checks it: every line for itself, and the checksums.
   *
   * @param text What the sink was given.
   * @param options Whether the end may be missing.
   * @returns The recording.
   * @throws {RecordingError} If the text is no recording, of another version, cut or edited.
   */
  static parse(text: string | Uint8Array, options: ReadRecordingOptions = {}): Recording {
    const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
    const reading = new Reading(bytes);
    const header = reading.header();
    reading.rest();
    if (!reading.isComplete && !options.allowCut) {
      throw reading.error("it is cut: its end is missing");
    }
    const { isComplete, entries, lines } = reading;
    return new Recording({ about: header, isComplete, entries, lines });
  }

  /**
   * The number of the line that a step stands on.
   *
   * @param index The number of the step; the first is 0.
   * @returns The line; that after the last one if there is no such step.
   */
  lineOf(index: number): number {
    return this.#lines[index] ?? (this.#lines.at(-1) ?? 1) + 1;
  }
}

/** Reads a recording line by line. */
class Reading {
  readonly entries: RecordingEntry[] = [];
  readonly lines: number[] = [];
  /** Whether the end has been read, with its checksum. */
  isComplete = false;
  readonly #bytes: Uint8Array;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  /** Where the next line begins. */
  #at = 0;
  /** The number of the line that was read last. */
  #line = 0;
  /** Where the lines begin that the next checksum is about. */
  #unsummed = 0;
  #sum = 0;
  #isOver = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  error(what: string, options?: ErrorOptions): RecordingError {
    return new RecordingError(`Cannot read a recording: ${what}`, options);
  }

  header(): Record<string, unknown> {
    const header = this.#next() as Record<string, unknown> | null | undefined;
    if (header?.["format"] !== FORMAT) throw this.error("line 1 is no header");
    const { version } = header;
    if (version === VERSION) return header;
    throw this.error(`version ${String(version)} is not known, ${VERSION} is`);
  }

  rest(): void {
    for (;;) {
      const start = this.#at;
      const value = this.#next();
      if (value === undefined) return;
      if (!isEntry(value)) {
        throw this.error(`line ${this.#line} is no step, the recording was edited`);
      }
      if (value[0] === "sum") this.#check(value, start);
      else this.#add(value);
    }
  }

  #add(entry: RecordingEntry): void {
    if (this.#isOver) throw this.error(`line ${this.#line} comes after the end`);
    if (entry[0] === "end") {
      this.#isOver = true;
      return;
    }
    this.entries.push(entry);
    this.lines.push(this.#line);
  }

  #check(entry: RecordingEntry, start: number): void {
    const piece = this.#bytes.subarray(this.#unsummed, start);
    this.#sum = digestOf(piece, piece.length, this.#sum);
    if (entry[1] !== this.#sum) {
      const what = "the checksum there is wrong, it or a line above was edited";
      throw this.error(`line ${this.#line}: ${what}`);
    }
    this.#unsummed = this.#at;
    this.isComplete = this.#isOver;
  }

  /** The value of the next line; `undefined` if there is none that is whole. */
  #next(): unknown {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (this.isComplete && this.#at < this.#bytes.length) {
      throw this.error(`line ${this.#line + 1} comes after the end`);
    }
    if (end === -1) return undefined;
    const line = this.#bytes.subarray(this.#at, end);
    this.#at = end + 1;
    this.#line++;
    try {
      return JSON.parse(this.#decoder.decode(line));
    } catch (cause) {
      throw this.error(`line ${this.#line} is not JSON, the recording was edited`, { cause });
    }
  }
}
