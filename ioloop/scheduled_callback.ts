/**
 * A callback that waits for its turn, with all that it needs.
 *
 * @module
 */

import type { Context } from "../poller/context.ts";

/** Any function that a loop may be given; what it returns is looked at only if it is a promise. */
// deno-lint-ignore no-explicit-any
export type Callback<A extends unknown[] = any[]> = (...args: A) => unknown;

/**
 * What waits in a loop: a function, its arguments, and the context to call it in.
 *
 * Tornado: the `functools.partial(stack_context.wrap(callback), *args)` of `add_callback`
 * (`ioloop.py`, 4.5.3).
 */
export class ScheduledCallback {
  /** The function as the caller gave it, for `handleCallbackException()`. */
  readonly callback: Callback;
  /** The arguments, as they were when the callback was added. */
  readonly args: readonly unknown[];
  /** Where to call it. */
  readonly context: Context;
  /** The stack of the call that added it; `null` if none was captured. */
  readonly origin: Error | null;

  /**
   * Makes a record.
   *
   * @param callback The function.
   * @param args Its arguments.
   * @param context Where to call it.
   * @param origin The stack of the call that added it.
   */
  constructor(
    callback: Callback,
    args: readonly unknown[],
    context: Context,
    origin: Error | null = null,
  ) {
    this.callback = callback;
    this.args = args;
    this.context = context;
    this.origin = origin;
  }
}
