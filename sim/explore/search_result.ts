/**
 * What a search came to, as JSON: for other programs, and to put the parts of a search together.
 *
 * @module
 */

import { SearchFileError } from "./errors.ts";
import type { Exploration, ExplorationFailure, SearchSummary } from "./explore_options.ts";
import { formatShard } from "./shard.ts";
import { describeThrown } from "../thrown.ts";

const FORMAT = "twinloop-result";
const VERSION = 1;

/** A failure, as JSON has it. */
export interface ResultFailure
  extends Omit<ExplorationFailure, "error" | "tape" | "found" | "narrative" | "trace"> {
  /** What the run failed with: the error's name and message. */
  readonly message: string;
  /** The tape, made simpler, as a short text. */
  readonly tape: string;
  /** The tape as it was found. */
  readonly found: string;
  /** In which points the run deviates from what usually happens, a line each. */
  readonly narrative: readonly string[];
}

/** What some schedules came to, as JSON has it. */
export interface ResultOutcome {
  /** What the scenario returned, as text, or `failed:` and the identity of the failure. */
  readonly outcome: string;
  /** How many schedules came to it. */
  readonly count: number;
  /** The simplest of them, as a short text. */
  readonly tape: string;
}

/** What a search came to, as JSON has it. */
export interface SearchResult
  extends Pick<Exploration, "guarantee" | "verdict" | "estimate" | "classes" | "audit"> {
  /** `twinloop-result`. */
  readonly format: string;
  /** The version of the format. */
  readonly version: number;
  /** What was searched. */
  readonly search: Omit<SearchSummary, "level"> & {
    /** The bound up to which every schedule has been run; `null` if no bound is left. */
    readonly level: number | null;
  };
  /** Which parts of the search are in it: `1/4`. */
  readonly shards: readonly string[];
  /** How many schedules were run, each counted once. */
  readonly schedules: number;
  /** How many of them failed. */
  readonly failed: number;
  /** What they came to, the most frequent first. */
  readonly outcomes: readonly ResultOutcome[];
  /** The first failure, or the simplest of the parts; `null` if there was none. */
  readonly failure: ResultFailure | null;
}

/**
 * Writes what a search came to in the way JSON has it.
 *
 * @param exploration What it came to.
 * @returns An object for `JSON.stringify()`.
 */
export function toResult(exploration: Exploration): SearchResult {
  const { guarantee, verdict, estimate, schedules, classes, audit, failed, search } = exploration;
  return {
    format: FORMAT,
    version: VERSION,
    guarantee,
    verdict,
    search: { ...search, level: search.level === Infinity ? null : search.level },
    shards: [formatShard(search.shard)],
    schedules,
    classes,
    audit,
    failed,
    estimate,
    outcomes: exploration.outcomes.map(({ outcome, count, tape }) => ({
      outcome,
      count,
      tape: tape.toString(),
    })),
    failure: exploration.failure && flatten(exploration.failure),
  };
}

/**
 * Reads what {@linkcode toResult} and `JSON.stringify()` wrote.
 *
 * @param text The text.
 * @returns The result.
 * @throws {SearchFileError} If it is none, one of another version, or cut or edited.
 */
export function parseResult(text: string): SearchResult {
  let value: Partial<SearchResult> | null = null;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new SearchFileError("Cannot read a result: the text is not JSON, it is cut or edited", {
      cause,
    });
  }
  if (value?.format !== FORMAT) {
    throw new SearchFileError("Cannot read a result: the text is not the result of a search");
  }
  if (value.version !== VERSION) {
    throw new SearchFileError(`Cannot read a result: version ${value.version} is not known, 1 is`);
  }
  if (isWhole(value)) return value;
  throw new SearchFileError("Cannot read a result: parts of it are missing or edited");
}

/** Whether all parts are there that others are put together with. */
function isWhole(value: Partial<SearchResult>): value is SearchResult {
  const { search, shards, schedules, failed, outcomes, failure, audit } = value;
  return isObject(search) && Number.isSafeInteger(schedules) && Number.isSafeInteger(failed) &&
    isListOf(shards, isText) && isListOf(outcomes, isOutcome) &&
    (failure === null || isObject(failure) && isText(failure.tape)) &&
    (audit === null || isObject(audit) && isListOf(audit.leaks, isText) &&
        isListOf(audit.outcomes, isText) && Number.isSafeInteger(audit.pairs));
}

function isOutcome(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { outcome, count, tape } = value as Partial<ResultOutcome>;
  return isText(outcome) && Number.isSafeInteger(count) && isText(tape);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}

function isListOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isItem);
}

function flatten(failure: ExplorationFailure): ResultFailure {
  const { error, identity, schedule, tape, found, narrative, report } = failure;
  const message = describeThrown(error);
  return {
    message,
    identity,
    schedule,
    tape: tape.toString(),
    found: found.toString(),
    narrative,
    report,
  };
}
