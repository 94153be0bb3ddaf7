/**
 * Several Deferreds as one.
 *
 * @module
 */

import { Deferred } from "./deferred.ts";
import { reportUnhandledError } from "../../poller/unhandled_errors.ts";
import { FirstError } from "./errors.ts";
import { Failure } from "./failure.ts";

/** What became of one Deferred of a {@linkcode DeferredList}. */
export type Outcome<T> =
  | readonly [succeeded: true, result: T]
  | readonly [
    succeeded: false,
    failure: Failure,
  ];

/** When a {@linkcode DeferredList} fires, and what it does to its members. */
export interface DeferredListOptions {
  /**
   * Whether the first result fires the list, with that result and its index.
   *
   * @default {false}
   */
  readonly fireOnOneCallback?: boolean;
  /**
   * Whether the first failure fires the list, with a {@linkcode FirstError}.
   *
   * @default {false}
   */
  readonly fireOnOneErrback?: boolean;
  /**
   * Whether the members' failures count as handled: each goes on with `undefined`. Otherwise a
   * failure stays with its member and wants handling there, too.
   *
   * @default {false}
   */
  readonly consumeErrors?: boolean;
}

/**
 * What a {@linkcode DeferredList} fires with: the outcomes in the order of the members, or, if it was
 * to fire on one result, that result and its index.
 *
 * @typeParam T The members' result.
 * @typeParam O The options.
 */
export type DeferredListResult<T, O extends DeferredListOptions> = O extends
  { readonly fireOnOneCallback: true } ? readonly [result: T, index: number] | readonly Outcome<T>[]
  : readonly Outcome<T>[];

/**
 * A Deferred that fires when all of several have fired, or the first of them.
 *
 * An empty list fires at once, unless it is to fire on one result; then it never does. Cancelling it
 * cancels all members.
 *
 * Twisted: `DeferredList` (`internet/defer.py`, 24.7), with its keywords as options.
 *
 * @example
 * ```ts
 * import { Deferred, DeferredList, succeed } from "@twinloop/twinloop/reactor";
 * import { assertEquals } from "@std/assert";
 *
 * const late = new Deferred<number>();
 * const log: unknown[] = [];
 * new DeferredList([late, succeed(2)]).addCallback((outcomes) => log.push(...outcomes));
 * late.callback(1);
 * assertEquals(log, [[true, 1], [true, 2]]);
 * ```
 *
 * @typeParam T The members' result.
 * @typeParam O The options.
 */
export class DeferredList<T, const O extends DeferredListOptions = DeferredListOptions>
  extends Deferred<DeferredListResult<T, O>> {
  /** The members; a copy, so that the caller may change theirs. */
  readonly #members: readonly Deferred<T>[];
  readonly #options: DeferredListOptions;
  readonly #outcomes: Outcome<T>[] = [];
  /** How many members have not fired. */
  #missing: number;

  /**
   * Makes a list.
   *
   * @param deferreds The members.
   * @param options When to fire.
   */
  constructor(deferreds: Iterable<Deferred<T>>, options?: O) {
    super();
    this.#members = [...deferreds];
    this.#options = options ?? {};
    this.#missing = this.#members.length;
    if (this.#missing === 0 && !this.#options.fireOnOneCallback) this.#fire(this.#outcomes);
    this.#members.forEach((member, index) => {
      member.addBoth((result) => this.#take(result, index));
    });
  }

  /**
   * Cancels all members, in order, unless the list has fired. What a canceller throws is reported,
   * and the others are still cancelled.
   */
  override cancel(): void {
    if (this.called) super.cancel();
    else cancelAll(this.#members, "a DeferredList");
  }

  #take(result: T | Failure, index: number): T | Failure | undefined {
    const { fireOnOneCallback, fireOnOneErrback, consumeErrors } = this.#options;
    const isFailure = result instanceof Failure;
    this.#outcomes[index] = isFailure ? [false, result] : [true, result];
    this.#missing--;
    if (!this.called) {
      if (!isFailure && fireOnOneCallback) this.#fire([result, index]);
      else if (isFailure && fireOnOneErrback) this.errback(new FirstError(result, index));
      else if (this.#missing === 0) this.#fire(this.#outcomes);
    }
    return isFailure && consumeErrors ? undefined : result;
  }

  #fire(result: readonly [T, number] | readonly Outcome<T>[]): void {
    this.callback(result as DeferredListResult<T, O>);
  }
}

/**
 * Cancels several Deferreds, in order. What a canceller throws is reported and does not hold up the others.
 *
 * @param deferreds The Deferreds.
 * @param owner What they belong to, for the report.
 */
export function cancelAll(deferreds: Iterable<Deferred<unknown>>, owner: string): void {
  for (const deferred of deferreds) {
    try {
      deferred.cancel();
    } catch (error) {
      reportUnhandledError(`Exception in a canceller of ${owner}`, error);
    }
  }
}

/** Options of {@linkcode gatherResults}. */
export interface GatherResultsOptions {
  /**
   * Whether the members' failures count as handled.
   *
   * @default {false}
   */
  readonly consumeErrors?: boolean;
}

/**
 * Waits for the results of several Deferreds. The first failure is the failure of all, as a
 * {@linkcode FirstError}. Cancelling it cancels all.
 *
 * Twisted: `gatherResults` (`internet/defer.py`, 24.7).
 *
 * @example
 * ```ts
 * import { gatherResults, succeed } from "@twinloop/twinloop/reactor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(await gatherResults([succeed(1), succeed(2)]), [1, 2]);
 * ```
 *
 * @param deferreds The Deferreds.
 * @param options Whether their failures count as handled.
 * @returns A Deferred with their results, in their order.
 */
export function gatherResults<T>(
  deferreds: Iterable<Deferred<T>>,
  options?: GatherResultsOptions,
): Deferred<T[]> {
  const consumeErrors = options?.consumeErrors ?? false;
  return new DeferredList(deferreds, { fireOnOneErrback: true, consumeErrors })
    .addCallback((outcomes) => outcomes.map(([, result]) => result as T));
}
