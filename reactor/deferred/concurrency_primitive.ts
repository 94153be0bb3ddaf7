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
  /** How many are given back and not handed on yet: above 0 only while a `release()` is under way. */
  #returned = 0;
  /** True while a `release()` hands tokens on. */
  #handing = false;

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
   * Gives a token back. If somebody waits, they get it before this returns; if this is called by somebody
   * who has just got one from another `release()`, before that one returns. So any number of them
   * that finish at once need no stack.
   *
   * @throws {NotAcquiredError} If no token was taken.
   */
  release(): void {
    if (this.#free + this.#returned >= this.#limit) {
      throw new NotAcquiredError(`Cannot release ${this.constructor.name}: it is not acquired`);
    }
    if (this.#returned >= this.#waiting.size) {
      this.#free++;
      return;
    }
    this.#returned++;
    if (this.#handing) return;
    this.#handing = true;
    try {
      while (this.#returned > 0) this.#handOn();
    } finally {
      this.#handing = false;
    }
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

  /** Gives a token that came back to the next in the row, who may have left it meanwhile. */
  #handOn(): void {
    this.#returned--;
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free++;
      return;
    }
    this.#waiting.delete(next);
    next.callback(this);
  }

  /** Releases: `using token = await lock.acquire();` holds it to the end of the block. */
  [Symbol.dispose](): void {
    this.release();
  }
}
