/**
 * The context in which a callback runs: the values of every `AsyncLocalStorage`.
 *
 * It stands for what Tornado 4 calls the stack context (`stack_context.py`) and Twisted the log
 * context (`python/context.py`).
 *
 * @module
 */

import { AsyncLocalStorage } from "node:async_hooks";

/** Runs a function in the context that it was made in. */
export type Context = <R>(fn: () => R) => R;

/**
 * Remembers the context of the caller.
 *
 * @example A callback sees the values of the place that added it
 * ```ts
 * import { captureContext } from "@twinloop/twinloop/poller";
 * import { AsyncLocalStorage } from "node:async_hooks";
 * import { assertEquals } from "@std/assert";
 *
 * const user = new AsyncLocalStorage<string>();
 * const context = user.run("ada", () => captureContext());
 * assertEquals(context(() => user.getStore()), "ada");
 * assertEquals(user.getStore(), undefined);
 * ```
 *
 * @returns The context.
 */
export function captureContext(): Context {
  return AsyncLocalStorage.snapshot() as Context;
}

/**
 * The context without any value. Whatever registers something for long (a bridge, a listener) does
 * so in here, so that the context of the request that happened to come first does not live on.
 *
 * Tornado: `NullContext` (`stack_context.py`, 4.5.3).
 */
export const emptyContext: Context = captureContext();
