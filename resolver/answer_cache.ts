/**
 * The memory of a resolver.
 *
 * @module
 */

import type { Clock } from "../poller/clock.ts";
import { RenewingMap } from "../poller/renewing_map.ts";
import type { Answer } from "./answer.ts";
import { followChain } from "./cname_chain.ts";
import { nameKey } from "./domain_name.ts";
import type { Message, Query, ResourceRecord, SOAData } from "./message.ts";

/** How many questions are remembered by default; an answer takes about a kilobyte. */
const ENTRIES_MAX = 4096;

/** An answer with more records than this is not worth its room. */
const RECORDS_MAX = 256;

/** Nothing is remembered for longer than a week (RFC 8767 4 recommends a cap of that order). */
const TTL_MAX = 604_800;

/** "There is none" is not remembered for longer than three hours (RFC 2308 5). */
const NEGATIVE_TTL_MAX = 10_800;

/** What is remembered of a question. */
interface Entry {
  /** The records on the question's chain; empty for "there is none". */
  readonly records: readonly ResourceRecord[];
  /** Whether the name itself does not exist. */
  readonly isNameError: boolean;
  readonly storedAt: number;
  readonly expiresAt: number;
}

/** What the cache knows about a question. */
export interface CachedAnswer {
  /** The answer, its TTLs less the time that has passed. */
  readonly answer: Answer;
  /** Whether the name itself does not exist. */
  readonly isNameError: boolean;
}

/** How a cache is made. */
export interface AnswerCacheOptions {
  /**
   * How many questions are remembered; the one not used for longest is forgotten first.
   *
   * @default {4096}
   */
  readonly maxEntries?: number;
}

/**
 * Remembers answers for as long as their smallest TTL says, on a given clock and without timers.
 *
 * Only the records on the way from the question to its answer are kept, and "there is none" only
 * with the SOA record that says for how long (RFC 2308 5).
 *
 * Twisted: `CacheResolver` (`names/cache.py`, 24.7). Differs from Twisted: it is bounded, entries
 * leave when they are looked up or displaced instead of by a delayed call each, and the resolvers of
 * this package do fill it.
 */
export class AnswerCache {
  readonly #clock: Clock;
  readonly #maxEntries: number;
  /** In the order of use: the one used last is last. */
  readonly #entries = new RenewingMap<string, Entry>();

  /**
   * Makes an empty cache.
   *
   * @param clock Tells the age of answers.
   * @param options The bound.
   * @throws {RangeError} If `maxEntries` is not a whole number of at least 0.
   */
  constructor(clock: Clock, options: AnswerCacheOptions = {}) {
    const { maxEntries = ENTRIES_MAX } = options;
    if (!Number.isInteger(maxEntries) || maxEntries < 0) {
      throw new RangeError(`Cannot make a cache: maxEntries is ${maxEntries}`);
    }
    this.#clock = clock;
    this.#maxEntries = maxEntries;
  }

  /** How many questions are remembered, expired ones included. */
  get size(): number {
    return this.#entries.size;
  }

  /**
   * Looks a question up.
   *
   * @param query The question.
   * @returns What is known, or `null`.
   */
  get(query: Query): CachedAnswer | null {
    if (this.#entries.size === 0) return null;
    const key = keyOf(query);
    const entry = this.#entries.get(key);
    if (entry === undefined) return null;
    const now = this.#clock.now();
    this.#entries.delete(key);
    if (now >= entry.expiresAt) return null;
    this.#entries.set(key, entry);
    const age = Math.floor(now - entry.storedAt);
    const answers = entry.records.map((record) => ({ ...record, ttl: record.ttl - age }));
    return {
      answer: { answers, authority: [], additional: [], source: { kind: "cache" } },
      isNameError: entry.isNameError,
    };
  }

  /**
   * Remembers what a message says about a question, if it says for how long. A cache that holds
   * nothing does not look at it.
   *
   * @param query The question.
   * @param message The message, whose question was compared.
   * @throws {DNSChainError} If its aliases lead nowhere.
   */
  storeMessage(query: Query, message: Pick<Message, "rcode" | "answers" | "authority">): void {
    if (this.#maxEntries === 0) return;
    const isNameError = message.rcode === 3;
    if (message.rcode !== 0 && !isNameError) return;
    const chain = followChain(query, message.answers);
    if (chain.found.length > 0) {
      this.#put(query, chain.records, false, smallestTTL(chain.records));
      return;
    }
    const negative = negativeTTL(chain.target, message.authority);
    if (negative === 0) return;
    this.#put(query, chain.records, isNameError, Math.min(negative, smallestTTL(chain.records)));
  }

  /**
   * Remembers records for a question as they are.
   *
   * Twisted: `CacheResolver.cacheResult` (`names/cache.py`, 24.7).
   *
   * @param query The question.
   * @param records The records; those off the question's chain are left out.
   * @param age For how many seconds they have been known already.
   * @throws {DNSChainError} If their aliases lead nowhere.
   */
  cacheResult(query: Query, records: readonly ResourceRecord[], age = 0): void {
    const chain = followChain(query, records);
    if (chain.found.length > 0) {
      this.#put(query, chain.records, false, smallestTTL(chain.records), age);
    }
  }

  /**
   * Forgets a question. Twisted: `CacheResolver.clearEntry`.
   *
   * @param query The question.
   */
  clearEntry(query: Query): void {
    this.#entries.delete(keyOf(query));
  }

  /** Forgets everything. */
  clear(): void {
    this.#entries.clear();
  }

  #put(
    query: Query,
    records: readonly ResourceRecord[],
    isNameError: boolean,
    ttl: number,
    age = 0,
  ): void {
    const lifetime = Math.min(ttl, TTL_MAX);
    if (lifetime <= 0 || records.length > RECORDS_MAX || this.#maxEntries === 0) return;
    const storedAt = this.#clock.now() - age;
    const key = keyOf(query);
    this.#entries.delete(key);
    if (this.#entries.size >= this.#maxEntries) {
      for (const oldest of this.#entries.keys()) {
        this.#entries.delete(oldest);
        break;
      }
    }
    this.#entries.set(key, { records, isNameError, storedAt, expiresAt: storedAt + lifetime });
  }
}

function keyOf(query: Query): string {
  return `${query.type} ${nameKey(query.name)}`;
}

/** The smallest TTL; that of a list without records is no bound. */
function smallestTTL(records: readonly ResourceRecord[]): number {
  return records.reduce((least, record) => Math.min(least, record.ttl), Infinity);
}

/** For how long "there is none" holds: 0 without the SOA of a zone that the name lies in. */
function negativeTTL(name: string, authority: readonly ResourceRecord[]): number {
  const key = `.${nameKey(name)}`;
  const soa = authority.find((record) => {
    const zone = nameKey(record.name);
    return record.type === "SOA" && (zone === "" || key.endsWith(`.${zone}`));
  });
  if (soa === undefined) return 0;
  return Math.min(soa.ttl, (soa.data as SOAData).minimum, NEGATIVE_TTL_MAX);
}
