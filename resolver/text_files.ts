/**
 * The files that a resolver reads, and when it reads them again.
 *
 * @module
 */

import type { Clock } from "../poller/clock.ts";
import type { ErrorReporter } from "../poller/error_report.ts";

/**
 * Reads small text files. `DenoFiles` reads those of the system; a `Map` of texts will do for a
 * test.
 */
export interface TextFiles {
  /**
   * Returns a file's text, or `null` if it does not exist or cannot be read.
   *
   * @param path The path.
   */
  read(path: string): string | null;
  /**
   * Returns a text that differs whenever the file does, or `null` if it does not exist. It is
   * asked for often and should cost little.
   *
   * @param path The path.
   */
  version(path: string): string | null;
}

/**
 * For how long a file is taken to be unchanged. Twisted re-reads `resolv.conf` every 60 s by a
 * delayed call; here no timer exists, and the file is looked at when a lookup wants it.
 */
export const CHECK_SECONDS = 5;

/** A file as some reader left it: what it holds, and the lines that it could not use. */
export interface ParsedFile<T> {
  /** What the file says. */
  readonly value: T;
  /** The numbers, from 1, of the lines that were skipped because they make no sense. */
  readonly skipped: readonly number[];
}

/** A file that is read again when it has changed, and warned about once a change. */
export class WatchedFile<T> {
  readonly #path: string;
  readonly #files: TextFiles;
  readonly #clock: Clock;
  readonly #warn: ErrorReporter;
  readonly #parse: (text: string) => ParsedFile<T>;
  #value: T;
  /** The version that `#value` was read from; `undefined` before the first look. */
  #version: string | null | undefined = undefined;
  #checkedAt = -Infinity;

  /**
   * Reads nothing yet.
   *
   * @param path The file's path.
   * @param parse What to make of its text; that of a missing file is empty.
   * @param world Where files and time come from, and who hears of lines that were skipped.
   */
  constructor(path: string, parse: (text: string) => ParsedFile<T>, world: FileWorld) {
    this.#path = path;
    this.#parse = parse;
    this.#files = world.files;
    this.#clock = world.clock;
    this.#warn = world.report;
    this.#value = parse("").value;
  }

  /** What the file says, as of {@linkcode CHECK_SECONDS} ago or later. */
  get value(): T {
    const now = this.#clock.now();
    if (now - this.#checkedAt < CHECK_SECONDS) return this.#value;
    this.#checkedAt = now;
    const version = this.#files.version(this.#path);
    if (version === this.#version) return this.#value;
    this.#version = version;
    const { value, skipped } = this.#parse(this.#files.read(this.#path) ?? "");
    this.#value = value;
    if (skipped.length > 0) this.#warnOf(skipped);
    return value;
  }

  #warnOf(skipped: readonly number[]): void {
    const message = `Skipped ${skipped.length} of the lines of ${this.#path}, the first is line ${
      skipped[0]
    }`;
    this.#warn({ message, error: new ConfigurationWarning(message) });
  }
}

/** What a {@linkcode WatchedFile} needs of the world. */
export interface FileWorld {
  /** Reads files. */
  readonly files: TextFiles;
  /** Tells when to look again. */
  readonly clock: Clock;
  /** Hears, once for each version of a file, that lines of it were skipped. */
  readonly report: ErrorReporter;
}

/** A configuration file holds lines that make no sense. Nothing failed: they were skipped. */
export class ConfigurationWarning extends Error {
  /** The class's name. */
  override readonly name = "ConfigurationWarning";
  /** Tells this from errors in a `switch`. */
  readonly code = "CONFIGURATION";
}
