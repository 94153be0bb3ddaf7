/**
 * What may be awaited.
 *
 * @module
 */

/**
 * Tells whether a value is a promise, a Deferred, or another object with `then`.
 *
 * @param value Any value.
 * @returns Whether it can be awaited.
 */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (typeof value === "object" || typeof value === "function") && value !== null &&
    typeof (value as { then?: unknown }).then === "function";
}
