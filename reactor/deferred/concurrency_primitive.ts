/**
 * What locks and semaphores have in common.
 *
 * @module
 */

import type { Chained } from "./chained.ts";
import { Deferred } from "./deferred.ts";
import { NotAcquiredError } from "./errors.ts";
import { maybeDeferred } from "./maybe_deferred.ts";

/**
 * A number of tokens that those who need one wait for, first come, first served.
 *
 * Twisted: `_ConcurrencyPrimitive` (`internet/defer.py`, 24.7).
 */
export abstract class ConcurrencyPrimitive implements Disposable {
  /** Those who wait for a token, the first come first. */
  readonly #waiting: Set<Deferred<this>> = new Set();
  /** How many tokens there are. */
  readonly #limit: number;
  /** How many of them are free. */
  #free: number;

  /**
   * Makes a number of free tokens.
   *
   * @param limit How many, at least 1.
   */
  constructor(limit: number) {
    this.#limit = limit;
    this.#free = limit;
  }

  /** How many tokens are free. */
  protected get free(): number {
    return this.#free;
  }

  /** How many tokens there are. */
  get limit(): number {
    return this.#limit;
  }

  /** How many wait for a token. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /**
   * Takes a token, as soon as there is one.
   *
   * @returns A Deferred that fires with this object, at once if a token is free. Cancelling it gives up
   * its place in the row.
   */
  acquire(): Deferred<this> {
    const deferred: Deferred<this> = new Deferred((cancelled) => this.#waiting.delete(cancelled));
    if (this.#free > 0) {
      this.#free--;
      deferred.callback(this);
    } else {
      this.#waiting.add(deferred);
    }
    return deferred;
  }

  /**
   * Gives a token back. If somebody waits, they get it before this returns.
   *
   * @throws {NotAcquiredError} If no token was taken.
   */
  release(): void {
    if (this.#free >= this.#limit) {
      throw new NotAcquiredError(`Cannot release ${this.constructor.name}: it is not acquired`);
    }
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free++;
      return;
    }
    this.#waiting.delete(next);
    next.callback(this);
  }

  /**
   * Takes a token, calls a function, and gives the token back when what it returned has come to an
   * end.
   *
   * @param callable The function; it may return a Deferred or a promise.
   * @param args What to call it with.
   * @returns A Deferred with the function's result.
   */
  run<R, A extends unknown[]>(
    callable: (...args: A) => R,
    ...args: A
  ): Deferred<Chained<R>> {
    return this.acquire().addCallback(() =>
      maybeDeferred(callable, ...args).addBoth((result) => {
        this.release();
        return result;
      })
    ) as Deferred<unknown> as Deferred<Chained<R>>;
  }

  /** Releases: `using token = await lock.acquire();` holds it to the end of the block. */
  [Symbol.dispose](): void {
    this.release();
  }
}
