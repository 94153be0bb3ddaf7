/**
 * Promises, and what passes for one.
 *
 * @module
 */

import { CancelledError } from "./errors.ts";

/**
 * Says whether a value can be waited for: a Deferred, a promise, or anything else with a `then`.
 *
 * @param value Anything.
 */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null &&
    typeof (value as { then?: unknown }).then === "function";
}

/**
 * Says in the words of a Deferred that a promise was aborted.
 *
 * @param reason What the promise was rejected with.
 * @returns A {@linkcode CancelledError} for an `AbortError`, and anything else as it is.
 */
export function toCancelledError(reason: unknown): unknown {
  if (!(reason instanceof Error) || reason.name !== "AbortError") return reason;
  return new CancelledError(undefined, { cause: reason });
}

/**
 * Makes a promise of anything that has a `then`, which may settle twice, with another such thing, or throw.
 *
 * @param thenable Anything with a `then`; a promise is returned as it is.
 */
export function toPromise<T>(thenable: PromiseLike<T>): Promise<Awaited<T>> {
  return Promise.resolve(thenable) as Promise<Awaited<T>>;
}
