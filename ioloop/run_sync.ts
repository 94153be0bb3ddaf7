/**
 * The whole of `IOLoop.runSync()`.
 *
 * @module
 */

import { BadYieldError, IOLoopStoppedError, TimeoutError } from "./errors.ts";
import type { IOLoop } from "./io_loop.ts";
import { SettledFuture } from "./settled_future.ts";
import { isThenable } from "./thenable.ts";

/**
 * Runs a loop until a function has its result.
 *
 * @typeParam T The type of the result.
 * @param ioLoop The loop.
 * @param fn The function.
 * @param timeoutSeconds How long to wait; without it, for ever.
 * @returns A promise for the result.
 */
export async function runSync<T>(
  ioLoop: IOLoop,
  fn: () => PromiseLike<T> | null | undefined | void,
  timeoutSeconds: number | undefined,
): Promise<T | undefined> {
  let outcome: SettledFuture<T | undefined> | null = null;
  let awaited: unknown = null;
  let isOver = false;
  let isLate = false;
  const settle = (settled: SettledFuture<T | undefined>) => {
    if (!isOver) {
      outcome = settled;
      ioLoop.stop();
    } else if (settled.status === "rejected" && !isCancellable(awaited)) {
      ioLoop.handleCallbackException(fn, settled.exception());
    }
  };
  const timeout = timeoutSeconds === undefined ? null : ioLoop.callLater(timeoutSeconds, () => {
    isLate = isOver = true;
    ioLoop.stop();
  });
  ioLoop.addCallback(() => {
    // The loop was running already, or was stopped before it began.
    if (isOver) return;
    try {
      const result: unknown = fn();
      if (isThenable(result)) {
        awaited = result;
        ioLoop.addFuture(result as PromiseLike<T>, settle);
      } else if (result === undefined || result === null) {
        settle(SettledFuture.fulfilled(undefined));
      } else {
        settle(SettledFuture.rejected(badYield(result)));
      }
    } catch (error) {
      settle(SettledFuture.rejected(error));
    }
  });
  try {
    await ioLoop.start();
  } finally {
    isOver = true;
    if (timeout !== null) ioLoop.removeTimeout(timeout);
  }
  const settled = outcome as SettledFuture<T | undefined> | null;
  if (settled !== null) return settled.result();
  if (isCancellable(awaited)) awaited.cancel();
  if (isLate) throw new TimeoutError(`Operation timed out after ${timeoutSeconds} seconds`);
  throw new IOLoopStoppedError("Cannot return a result: the loop was stopped before there was one");
}

function badYield(value: unknown): BadYieldError {
  return new BadYieldError(`Cannot wait for what the function returned: it is ${typeof value}`);
}

function isCancellable(value: unknown): value is { cancel(): void } {
  return typeof value === "object" && value !== null &&
    typeof (value as { cancel?: unknown }).cancel === "function";
}
