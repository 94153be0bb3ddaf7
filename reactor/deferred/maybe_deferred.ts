/**
 * Functions and values of every kind, as Deferreds.
 *
 * @module
 */

import type { Chained } from "./chained.ts";
import { Deferred } from "./deferred.ts";
import { isThenable } from "./thenable.ts";
import { NotACoroutineError } from "./errors.ts";
import { runGenerator } from "./inline_callbacks.ts";
import { fail, succeed } from "./succeed.ts";

/**
 * Calls a function and makes a Deferred of whatever comes of it: a Deferred is returned as it is, a
 * promise is adapted, a {@linkcode Failure} or something thrown becomes the failure, and any other
 * value the result.
 *
 * Twisted: `maybeDeferred` (`internet/defer.py`, 24.7).
 *
 * @example The caller need not know what kind of function it is
 * ```ts
 * import { maybeDeferred } from "@twinloop/twinloop/reactor";
 * import { assertEquals } from "@std/assert";
 *
 * const log: unknown[] = [];
 * maybeDeferred(JSON.parse, "[1]").addCallback((value) => log.push(value));
 * maybeDeferred(JSON.parse, "[").addErrback((failure) => log.push(failure.type));
 * assertEquals(log, [[1], SyntaxError]);
 * ```
 *
 * @param callable The function.
 * @param args What to call it with.
 * @returns The Deferred.
 */
export function maybeDeferred<R, A extends unknown[]>(
  callable: (...args: A) => R,
  ...args: A
): Deferred<Chained<R>> {
  let result: unknown;
  try {
    result = callable(...args);
  } catch (error) {
    return fail(error);
  }
  if (isThenable(result)) return ensureDeferred(result) as Deferred<Chained<R>>;
  return succeed(result as Chained<R>);
}

/**
 * Calls a function that is known to be synchronous and makes a Deferred of what it returns or throws.
 *
 * Twisted: `execute` (`internet/defer.py`, 24.7).
 *
 * @param callable The function.
 * @param args What to call it with.
 * @returns A Deferred that has its result.
 */
export function execute<R, A extends unknown[]>(
  callable: (...args: A) => R,
  ...args: A
): Deferred<R> {
  try {
    return succeed(callable(...args));
  } catch (error) {
    return fail(error);
  }
}

/**
 * Makes a Deferred of something that has to be waited for: a Deferred is returned as it is, a promise is
 * adapted, and a generator is run as by `inlineCallbacks()`.
 *
 * Twisted: `ensureDeferred` (`internet/defer.py`, 24.7).
 *
 * @param coroutine A Deferred, a promise (what an async function returns), or a generator.
 * @returns The Deferred.
 * @throws {NotACoroutineError} If it is none of these.
 */
export function ensureDeferred<T>(
  coroutine: PromiseLike<T> | Generator<unknown, T, never>,
): Deferred<T> {
  if (coroutine instanceof Deferred) return coroutine;
  if (isThenable(coroutine)) return Deferred.fromPromise(coroutine);
  if (isGenerator(coroutine)) return runGenerator(coroutine as Generator<unknown, T, never>);
  throw new NotACoroutineError(`Cannot wait for a coroutine: ${typeof coroutine} is none`);
}

function isGenerator(value: unknown): boolean {
  const { next, throw: raise } = (value ?? {}) as { next?: unknown; throw?: unknown };
  return typeof next === "function" && typeof raise === "function";
}
