/**
 * Deferreds that have their result from the beginning.
 *
 * @module
 */

import { Deferred } from "./deferred.ts";
import type { Failure } from "./failure.ts";

/**
 * Makes a Deferred that has a result, for a function that may know it at once.
 *
 * Twisted: `succeed` (`internet/defer.py`, 24.7).
 *
 * @example
 * ```ts
 * import { succeed } from "@twinloop/twinloop/reactor";
 * import { assertEquals } from "@std/assert";
 *
 * const log: number[] = [];
 * succeed(20).addCallback((value) => log.push(value + 1));
 * assertEquals(log, [21]);
 * ```
 *
 * @param result The result; a {@linkcode Failure} makes a failed Deferred.
 * @returns The Deferred.
 */
export function succeed<T>(result: T | Failure): Deferred<T> {
  const deferred = new Deferred<T>();
  deferred.callback(result);
  return deferred;
}

/**
 * Makes a Deferred that has failed.
 *
 * Twisted: `fail` (`internet/defer.py`, 24.7).
 *
 * @param error The {@linkcode Failure}, or what was thrown.
 * @returns The Deferred.
 */
export function fail(error: unknown): Deferred<never> {
  const deferred = new Deferred<never>();
  deferred.errback(error);
  return deferred;
}
