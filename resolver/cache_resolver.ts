/**
 * A resolver that knows only what it was told.
 *
 * @module
 */

import type { Clock } from "../poller/clock.ts";
import type { Answer } from "./answer.ts";
import { AnswerCache } from "./answer_cache.ts";
import { describeName } from "./domain_name.ts";
import { DNSNameError, DNSNotFoundError } from "./errors.ts";
import type { Query, ResourceRecord } from "./message.ts";
import { ResolverBase } from "./resolver_base.ts";

/** Something to remember from the start, and when it was learnt, on the cache's clock. */
export interface CacheSeed {
  /** The question. */
  readonly query: Query;
  /** The records that answer it. */
  readonly records: readonly ResourceRecord[];
  /**
   * When it was learnt; now by default.
   */
  readonly at?: number;
}

/**
 * Answers from an {@linkcode AnswerCache}: a step of a {@linkcode ResolverChain}.
 *
 * Twisted: `CacheResolver` (`names/cache.py`, 24.7).
 *
 * @example
 * ```ts
 * import { CacheResolver } from "@twinloop/twinloop/resolver";
 * import { assertEquals } from "@std/assert";
 *
 * const clock = { time: 0, now: () => clock.time };
 * const records = [{ name: "a.test", type: "A", ttl: 60, data: "10.0.0.1" }] as const;
 * const cache = new CacheResolver(clock, [{ query: { name: "a.test", type: "A" }, records }]);
 * clock.time = 20;
 * assertEquals((await cache.lookupAddress("a.test")).answers[0]?.ttl, 40);
 * ```
 */
export class CacheResolver extends ResolverBase {
  /** What is remembered. Resolvers further down a chain are given it to fill. */
  readonly cache: AnswerCache;
  readonly #clock: Clock;

  /**
   * Makes a resolver.
   *
   * @param clock Tells the age of answers.
   * @param seeds What to remember from the start.
   * @param cache A cache to share; a new one by default.
   */
  constructor(
    clock: Clock,
    seeds: readonly CacheSeed[] = [],
    cache: AnswerCache = new AnswerCache(clock),
  ) {
    super();
    this.#clock = clock;
    this.cache = cache;
    for (const { query, records, at } of seeds) this.cacheResult(query, records, at);
  }

  /**
   * Remembers records.
   *
   * @param query The question.
   * @param records The records that answer it.
   * @param at When they were learnt, on the cache's clock; now by default.
   */
  cacheResult(query: Query, records: readonly ResourceRecord[], at?: number): void {
    this.cache.cacheResult(query, records, at === undefined ? 0 : this.#clock.now() - at);
  }

  /**
   * Forgets a question.
   *
   * @param query The question.
   */
  clearEntry(query: Query): void {
    this.cache.clearEntry(query);
  }

  /**
   * Looks a question up in the cache.
   *
   * @param query The question.
   * @returns The answer. Rejects with {@linkcode DNSNotFoundError} if nothing is known and with
   * {@linkcode DNSNameError} if it is known that the name does not exist.
   */
  override lookup(query: Query): Promise<Answer> {
    const known = this.cache.get(query);
    const name = describeName(query.name);
    if (known === null) {
      return Promise.reject(new DNSNotFoundError(`Cannot resolve ${name}: it is not in the cache`));
    }
    if (known.isNameError) {
      return Promise.reject(new DNSNameError(`Cannot resolve ${name}: the name does not exist`));
    }
    return Promise.resolve(known.answer);
  }
}
