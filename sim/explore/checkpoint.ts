/**
 * A search that was stopped, as text: to go on with it later, or on another machine.
 *
 * Two lines of JSON: a header with a checksum, and the state.
 *
 * @module
 */

import { SearchFileError } from "./errors.ts";

const FORMAT = "twinloop-search";
const VERSION = 1;

/** What a search was asked for, as far as it decides which schedules there are. */
export interface SearchConfig {
  /** The name of the scenario. */
  readonly scenario: string;
  /** How schedules are found. */
  readonly strategy: string;
  /** The seed, in hexadecimal. */
  readonly seed: string;
  /** The bound; `none` if there is none. */
  readonly bound: string;
  /** Which part of the schedules: `1/4`. */
  readonly shard: string;
}

/** What a search has come to. */
export interface SearchState {
  /** How many schedules were planned; as many have ended. */
  readonly planned: number;
  /** How many schedules were run and counted. */
  readonly schedules: number;
  /** How many of them failed. */
  readonly failed: number;
  /** The outcomes, each with its count and the answers of its simplest schedule. */
  readonly outcomes: readonly (readonly [string, number, readonly number[]])[];
  /** The first failure; `null` if there was none. */
  readonly first: { readonly values: readonly number[]; readonly schedule: number } | null;
  /** What the search itself knows. */
  readonly search: unknown;
}

/** Writes a checkpoint. */
export function writeCheckpoint(config: SearchConfig, state: SearchState): string {
  const body = JSON.stringify(state);
  const header = { format: FORMAT, version: VERSION, checksum: checksum(config, body), ...config };
  return `${JSON.stringify(header)}\n${body}\n`;
}

/**
 * Reads a checkpoint.
 *
 * @throws {SearchFileError} If it is of another version or another search, cut or edited.
 */
export function parseCheckpoint(text: string, config: SearchConfig): SearchState {
  const [head = "", body = ""] = text.split("\n");
  const header = parseHeader(head);
  if (header["format"] !== FORMAT) {
    throw new SearchFileError("Cannot resume a search: the text is no checkpoint");
  }
  if (header["version"] !== VERSION) {
    const { version } = header as { version?: unknown };
    throw new SearchFileError(`Cannot resume a search: version ${version} is not known, 1 is`);
  }
  const { format: _format, version: _version, checksum: sum, ...written } = header;
  if (sum !== checksum(written, body)) {
    throw new SearchFileError("Cannot resume a search: the checkpoint was cut or edited");
  }
  for (const [key, value] of Object.entries(config)) {
    if (header[key] === value) continue;
    throw new SearchFileError(
      `Cannot resume a search: its ${key} is ${JSON.stringify(header[key])}, ` +
        `not ${JSON.stringify(value)}`,
    );
  }
  return JSON.parse(body);
}

function parseHeader(line: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // Reported below, like what is JSON but no object.
  }
  throw new SearchFileError("Cannot resume a search: the text is no checkpoint");
}

/** 32 bits over all characters of a state and whose it is (FNV-1a), in hexadecimal. */
function checksum(config: object, body: string): string {
  const text = `${JSON.stringify(config)}\n${body}`;
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16);
}
