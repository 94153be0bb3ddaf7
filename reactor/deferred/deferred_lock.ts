/**
 * A lock.
 *
 * @module
 */

import { ConcurrencyPrimitive } from "./concurrency_primitive.ts";

/**
 * A lock that one holds at a time; the others wait, first come, first served.
 *
 * Twisted: `DeferredLock` (`internet/defer.py`, 24.7).
 *
 * Differs from Twisted: what is an `async with` there is `using token = await lock.acquire()`, and
 * `locked` is a property.
 *
 * @example
 * ```ts
 * import { DeferredLock } from "@twinloop/twinloop/reactor";
 * import { assert, assertFalse } from "@std/assert";
 *
 * const lock = new DeferredLock();
 * {
 *   using _token = await lock.acquire();
 *   assert(lock.locked);
 * }
 * assertFalse(lock.locked);
 * ```
 */
export class DeferredLock extends ConcurrencyPrimitive {
  /** Makes a free lock. */
  constructor() {
    super(1);
  }

  /** Whether somebody holds the lock. */
  get locked(): boolean {
    return this.free === 0;
  }
}
