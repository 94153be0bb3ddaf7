/**
 * A semaphore.
 *
 * @module
 */

import { ConcurrencyPrimitive } from "./concurrency_primitive.ts";

/**
 * A number of tokens; those who find none wait, first come, first served.
 *
 * Twisted: `DeferredSemaphore` (`internet/defer.py`, 24.7).
 *
 * Differs from Twisted: what is an `async with` there is `using token = await
 * semaphore.acquire()`.
 *
 * @example No more than two run at a time
 * ```ts
 * import { Deferred, DeferredSemaphore } from "@twinloop/twinloop/reactor";
 * import { assertEquals } from "@std/assert";
 *
 * const semaphore = new DeferredSemaphore(2);
 * const started: string[] = [];
 * const jobs = ["a", "b", "c"].map((name) => {
 *   const job = new Deferred<void>();
 *   semaphore.run(() => (started.push(name), job));
 *   return job;
 * });
 * assertEquals(started, ["a", "b"]);
 * jobs[0]?.callback();
 * assertEquals(started, ["a", "b", "c"]);
 * ```
 */
export class DeferredSemaphore extends ConcurrencyPrimitive {
  /**
   * Makes a semaphore whose tokens are all free.
   *
   * @param tokens How many there are.
   * @throws {RangeError} If `tokens` is less than 1, or no integer.
   */
  constructor(tokens: number) {
    if (!Number.isInteger(tokens) || tokens < 1) {
      throw new RangeError(`Cannot make a semaphore: the number of tokens is ${tokens}`);
    }
    super(tokens);
  }

  /** How many tokens are free. */
  get tokens(): number {
    return this.free;
  }
}
