/**
 * The executors of a loop.
 *
 * @module
 */

import type { ModuleFunction } from "../poller/module_function.ts";
import type { Platform } from "../poller/platform.ts";
import { ConfigurableLoop } from "./configurable_loop.ts";
import { IOLoopClosedError } from "./errors.ts";
import { type Executor, ThreadPoolExecutor } from "./executor.ts";
import type { SettledFuture } from "./settled_future.ts";

/**
 * The methods of {@linkcode IOLoop} that have work done elsewhere.
 *
 * Tornado: `run_in_executor` and `set_default_executor` (`ioloop.py`, 5.0).
 */
export abstract class ExecutingLoop extends ConfigurableLoop {
  /** The world that the loop lives in. */
  abstract readonly platform: Platform;
  #executor: Executor | null = null;
  /** The executor that the loop made itself, which it shuts down. */
  #ownExecutor: ThreadPoolExecutor | null = null;
  /** Whether the loop is closed, so that no result would come any more. */
  #isClosed = false;
  /** Who wants to hear that the loop is closed. */
  readonly #closeListeners = new Set<() => void>();

  /** See `IOLoop.addCallback`. */
  abstract addCallback(callback: () => unknown): void;

  /** See `IOLoop.addFuture`. */
  abstract addFuture<T>(
    future: PromiseLike<T>,
    callback: (future: SettledFuture<T>) => unknown,
  ): void;

  /**
   * Has a function be called elsewhere, in a thread as a rule, so that it does not hold up the loop.
   *
   * Tornado: `run_in_executor(executor, func, *args)`. Differs from Tornado: the function is an
   * exported one, see `moduleFunction`, since threads share none; the default executor has fewer
   * threads, as many as can run at the same time.
   *
   * @example A computation beside the loop
   * ```ts
   * import { PollIOLoop } from "@twinloop/twinloop/ioloop";
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
   *   using ioLoop = new PollIOLoop(sim.host("host"));
   *   const squareInThread = moduleFunction(import.meta.url, square);
   *   const result = await ioLoop.runSync(() => ioLoop.runInExecutor(null, squareInThread, 12));
   *   assertEquals(result, 144);
   * });
   * ```
   *
   * @typeParam A The arguments of the function.
   * @typeParam R What the function returns, awaited.
   * @param executor Who calls it; `null` for the default executor, which is made when it is first
   * needed and shut down with the loop.
   * @param fn The function.
   * @param args What to call it with.
   * @returns A promise that is settled in a pass, as the executor's was. It rejects with
   * `IOLoopClosedError` after `close()`; what is under way then is done, and never heard of.
   */
  runInExecutor<A extends unknown[], R>(
    executor: Executor | null,
    fn: ModuleFunction<A, R>,
    ...args: A
  ): Promise<R> {
    if (this.#isClosed) {
      return Promise.reject(new IOLoopClosedError(`Cannot call ${fn.name}: the loop is closed`));
    }
    const work = (executor ?? this.#defaultExecutor()).submit(fn, ...args);
    return new Promise((resolve, reject) => {
      this.addFuture(work, (future) => {
        if (future.status === "fulfilled") resolve(future.result());
        else reject(future.exception());
      });
    });
  }

  /**
   * Says who calls functions when nobody is named.
   *
   * Tornado: `set_default_executor(executor)`.
   *
   * @param executor The executor; whoever made it shuts it down.
   */
  setDefaultExecutor(executor: Executor): void {
    this.#executor = executor;
  }

  /**
   * Has a function be called when the loop is closed; at once if it is. It must not throw.
   *
   * No counterpart in Tornado: a thread that waits for a closed loop would wait for ever.
   *
   * @param listener The function.
   * @returns What forgets it.
   */
  addCloseListener(listener: () => void): () => void {
    if (this.#isClosed) listener();
    else this.#closeListeners.add(listener);
    return () => void this.#closeListeners.delete(listener);
  }

  /** Ends the threads that the loop started itself; called when it is closed. */
  protected closeExecutor(): void {
    this.#isClosed = true;
    for (const listener of this.#closeListeners) listener();
    this.#closeListeners.clear();
    this.#ownExecutor?.shutdown();
    this.#ownExecutor = null;
    this.#executor = null;
  }

  #defaultExecutor(): Executor {
    return this.#executor ??= this.#ownExecutor = new ThreadPoolExecutor(this);
  }
}
