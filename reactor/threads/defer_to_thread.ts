/**
 * Results of other threads as Deferreds.
 *
 * @module
 */

import type { ModuleFunction } from "../../poller/module_function.ts";
import { Deferred } from "../deferred/deferred.ts";
import type { IReactorThreads } from "../interfaces/reactor_threads.ts";
import type { IReactorFromThreads } from "../interfaces/reactor_from_threads.ts";
import type { ThreadCall, ThreadPool } from "./thread_pool.ts";

/**
 * Calls a function in a thread of the reactor's pool.
 *
 * Twisted: `deferToThread(f, *args)` (`internet/threads.py`, 24.7). Differs from Twisted: the reactor
 * is an argument, and the function is an exported one.
 *
 * @example A computation beside the reactor
 * ```ts
 * import { deferToThread, PollReactor } from "@twinloop/twinloop/reactor";
 * import { moduleFunction } from "@twinloop/twinloop/poller";
 * import { Simulation } from "@twinloop/twinloop/sim";
 * import { assertEquals } from "@std/assert";
 *
 * export function square(n: number): number {
 *   return n * n;
 * }
 *
 * const sim = new Simulation({ seed: 1 });
 * await sim.run(async () => {
 *   const reactor = new PollReactor(sim.host("host"));
 *   deferToThread(reactor, moduleFunction(import.meta.url, square), 12).addCallback((result) => {
 *     assertEquals(result, 144);
 *     reactor.stop();
 *   });
 *   await reactor.run();
 * });
 * ```
 *
 * @typeParam A The arguments of the function.
 * @typeParam R What the function returns, awaited.
 * @param reactor The reactor; it fires the Deferred in a pass.
 * @param fn The function.
 * @param args What to call it with; copied.
 * @returns A Deferred of a copy of the result; it fails with a copy of what the function threw, or
 * with a `WorkerError`. Cancelling it does not end the call; its result is dropped.
 */
export function deferToThread<A extends unknown[], R>(
  reactor: IReactorThreads,
  fn: ModuleFunction<A, R>,
  ...args: A
): Deferred<R> {
  return deferToThreadPool(reactor, reactor.getThreadPool(), fn, ...args);
}

/**
 * Calls a function in a thread of a pool.
 *
 * Twisted: `deferToThreadPool(reactor, threadpool, f, *args)` (`internet/threads.py`, 24.7).
 *
 * @typeParam A The arguments of the function.
 * @typeParam R What the function returns, awaited.
 * @param reactor The reactor; it fires the Deferred in a pass.
 * @param threadPool The pool.
 * @param fn The function.
 * @param args What to call it with; copied.
 * @returns A Deferred as that of {@linkcode deferToThread}.
 */
export function deferToThreadPool<A extends unknown[], R>(
  reactor: IReactorFromThreads,
  threadPool: ThreadPool,
  fn: ModuleFunction<A, R>,
  ...args: A
): Deferred<R> {
  const deferred = new Deferred<R>();
  const onResult = (success: boolean, result: unknown) => {
    reactor.callFromThread(() => {
      if (success) deferred.callback(result as R);
      else deferred.errback(result);
    });
  };
  try {
    threadPool.callInThreadWithCallback(onResult, fn, ...args);
  } catch (error) {
    onResult(false, error);
  }
  return deferred;
}

/**
 * Calls functions one after another in the same thread; results are dropped, errors logged.
 *
 * Twisted: `callMultipleInThread(tupleList)` (`internet/threads.py`, 24.7). Differs from Twisted: the
 * reactor is an argument.
 *
 * @param reactor The reactor, whose pool is used.
 * @param calls The functions, each with its arguments.
 */
export function callMultipleInThread(
  reactor: IReactorThreads,
  calls: readonly ThreadCall[],
): void {
  reactor.getThreadPool().callMultipleInThread(calls);
}
