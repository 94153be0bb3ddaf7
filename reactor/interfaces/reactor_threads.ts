/**
 * Work in other threads.
 *
 * @module
 */

import type { ModuleFunction } from "../../poller/module_function.ts";
import type { ThreadPool } from "../threads/thread_pool.ts";
import type { IReactorFromThreads } from "./reactor_from_threads.ts";

/**
 * Calls of functions in other threads, so that long computations do not hold up the reactor.
 *
 * Twisted: `IReactorInThreads` (`internet/interfaces.py`, 24.7). Differs from Twisted: threads are
 * Deno's workers, which share no functions; they take exported ones, see `moduleFunction`.
 */
export interface IReactorInThreads {
  /**
   * Calls a function in a thread of the reactor's pool. The result is dropped; an error is logged.
   * Before the reactor runs, calls wait for it.
   *
   * @typeParam A The arguments of the function.
   * @param fn The function.
   * @param args What to call it with; copied.
   */
  callInThread<A extends unknown[]>(fn: ModuleFunction<A, unknown>, ...args: A): void;
}

/**
 * Threads.
 *
 * Twisted: `IReactorThreads` (`internet/interfaces.py`, 24.7).
 */
export interface IReactorThreads extends IReactorFromThreads, IReactorInThreads {
  /**
   * Returns the pool of the reactor, and makes it if there is none. It works while the reactor runs:
   * from startup on, and when the shutdown event comes it takes no more calls; `run()` resolves when
   * those under way are over.
   *
   * @returns The pool.
   */
  getThreadPool(): ThreadPool;
  /**
   * Says how many threads the pool may have, now and later.
   *
   * @param size How many, at least 1; 10 at first.
   * @throws {RangeError} If it is not a whole number above 0.
   */
  suggestThreadPoolSize(size: number): void;
}
