/**
 * How a function in a pool's thread reaches the loop that the pool belongs to.
 *
 * @module
 */

import type { ModuleFunction } from "./module_function.ts";
import { WorkerError } from "./worker_errors.ts";
import { currentWorkerScope, type WorkerScope } from "./worker_scope.ts";
import type { WorkerCall } from "./workers.ts";

/**
 * In a thread of a pool: has a function be called by the loop that the pool belongs to, and goes on.
 * It is called in a pass; what it throws is logged there.
 *
 * Twisted: `reactor.callFromThread(f, *args)` as threads call it (`internet/base.py`, 24.7); Tornado:
 * `IOLoop.add_callback`. Differs from both: it takes an exported function, since threads share none.
 *
 * @typeParam A The arguments of the function.
 * @param fn The function; the thread of the loop imports its module.
 * @param args What to call it with; copied.
 * @throws {WorkerError} `NOT_IN_THREAD` if the caller is not in a thread of a pool.
 */
export function callFromThread<A extends unknown[]>(
  fn: ModuleFunction<A, unknown>,
  ...args: A
): void {
  scopeFor(fn).call(toCall(fn, args));
}

/**
 * In a thread of a pool: has a function be called by the loop that the pool belongs to, and blocks the
 * thread until its outcome has come. A promise or Deferred that it returns is waited for.
 *
 * Twisted: `blockingCallFromThread(reactor, f, *args)` (`internet/threads.py`, 24.7). Differs from
 * Twisted: it takes an exported function and no reactor; a simulated thread cannot block; it fails
 * when the reactor stops, where the thread would wait for ever.
 *
 * @typeParam A The arguments of the function.
 * @typeParam R What the function returns, awaited.
 * @param fn The function; the thread of the loop imports its module.
 * @param args What to call it with; copied.
 * @returns A copy of what it returned.
 * @throws {WorkerError} `NOT_IN_THREAD` if the caller is not in a thread of a pool that can block;
 * `POOL_STOPPED` if the loop was closed, or the reactor stopped, before the outcome was there.
 * @throws {unknown} A copy of what the function threw.
 */
export function blockingCallFromThread<A extends unknown[], R>(
  fn: ModuleFunction<A, R>,
  ...args: A
): R {
  return scopeFor(fn).callAndWait(toCall(fn, args)) as R;
}

/**
 * Tells whether the caller runs where loops run, and not in a thread of a pool.
 *
 * Twisted: `threadable.isInIOThread()` (`python/threadable.py`, 24.7).
 */
export function isInIOThread(): boolean {
  return currentWorkerScope() === null;
}

/** Makes a call whose types no longer matter. */
export function toCall<A extends unknown[]>(
  fn: ModuleFunction<A, unknown>,
  args: A,
): WorkerCall {
  return { fn: fn as unknown as WorkerCall["fn"], args };
}

/** Makes a call here. It is what a loop does with a call of a thread. */
export async function makeCall({ fn, args }: WorkerCall): Promise<unknown> {
  return await (fn.fn as (...args: readonly unknown[]) => unknown)(...args);
}

function scopeFor({ name }: { readonly name: string }): WorkerScope {
  const scope = currentWorkerScope();
  if (scope !== null) return scope;
  throw new WorkerError("NOT_IN_THREAD", `Cannot call ${name} from a thread: this is not one`);
}
