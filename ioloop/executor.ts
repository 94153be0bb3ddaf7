/**
 * Work off the loop.
 *
 * @module
 */

import { makeCall, toCall } from "../poller/call_from_thread.ts";
import type { ModuleFunction } from "../poller/module_function.ts";
import type { Platform } from "../poller/platform.ts";
import { WorkerPool } from "../poller/worker_pool.ts";
import type { OnOutcome, WorkerCall } from "../poller/workers.ts";

/**
 * Calls functions elsewhere.
 *
 * Python: `concurrent.futures.Executor`, which Tornado's `run_in_executor` takes.
 */
export interface Executor {
  /**
   * Calls a function.
   *
   * @typeParam A The arguments of the function.
   * @typeParam R What the function returns, awaited.
   * @param fn The function.
   * @param args What to call it with.
   * @returns A promise for the result.
   */
  submit<A extends unknown[], R>(fn: ModuleFunction<A, R>, ...args: A): Promise<R>;
}

/** What an executor needs of a loop. */
export interface ExecutorLoop {
  /** The world; its threads are used. */
  readonly platform: Platform;
  /** Calls a function in the next pass. */
  addCallback(callback: () => unknown): void;
  /** See `IOLoop.addCloseListener`. */
  addCloseListener(listener: () => void): () => void;
}

/** How an executor is made. */
export interface ThreadPoolExecutorOptions {
  /**
   * How many threads there may be.
   *
   * @default {as many as can run at the same time}
   */
  readonly maxWorkers?: number;
}

/**
 * Calls functions in threads, which are Deno's workers, in the order in which they were submitted.
 *
 * Python: `concurrent.futures.ThreadPoolExecutor`. Differs from Python: functions are exported ones,
 * see `moduleFunction`; there are fewer threads by default, since a worker is dearer than a thread;
 * an idle executor does not keep the process alive, so that nobody has to shut it down.
 *
 * @example An executor of one's own
 * ```ts
 * import { PollIOLoop, ThreadPoolExecutor } from "@twinloop/twinloop/ioloop";
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
 *   const executor = new ThreadPoolExecutor(ioLoop, { maxWorkers: 2 });
 *   const squareInThread = moduleFunction(import.meta.url, square);
 *   const result = await ioLoop.runSync(() => ioLoop.runInExecutor(executor, squareInThread, 12));
 *   assertEquals(result, 144);
 *   await executor.shutdown();
 * });
 * ```
 */
export class ThreadPoolExecutor implements Executor {
  readonly #pool: WorkerPool;
  readonly #loop: ExecutorLoop;
  /** Has the loop forget the executor. */
  readonly #forget: () => void;

  /**
   * Makes an executor; threads are started by work.
   *
   * @param ioLoop The loop that makes the calls that threads ask for with `callFromThread`.
   * @param options How many threads.
   * @throws {RangeError} If `maxWorkers` is not a whole number above 0.
   */
  constructor(ioLoop: ExecutorLoop, options: ThreadPoolExecutorOptions = {}) {
    const { workers } = ioLoop.platform;
    this.#loop = ioLoop;
    this.#pool = new WorkerPool(
      workers,
      options.maxWorkers ?? workers.parallelism,
      (call, reply) => ioLoop.addCallback(() => this.#callHere(call, reply)),
    );
    this.#pool.start();
    this.#forget = ioLoop.addCloseListener(() => this.#pool.refuseCalls());
  }

  /**
   * Calls a function in a thread.
   *
   * Python: `submit(fn, *args)`.
   *
   * @typeParam A The arguments of the function.
   * @typeParam R What the function returns, awaited.
   * @param fn The function.
   * @param args What to call it with; copied.
   * @returns A promise for a copy of the result. It is settled outside of every pass; `runInExecutor`
   * settles one in a pass. It rejects with a copy of what the function threw, or with a
   * `WorkerError`, whose code is `POOL_STOPPED` after {@linkcode ThreadPoolExecutor.shutdown}.
   */
  submit<A extends unknown[], R>(fn: ModuleFunction<A, R>, ...args: A): Promise<R> {
    return new Promise((resolve, reject) => {
      this.#pool.submit([toCall(fn, args)], (outcome) => {
        if (outcome.ok) resolve(outcome.value as R);
        else reject(outcome.error);
      });
    });
  }

  /**
   * Takes no more work, and does what it has.
   *
   * Python: `shutdown(wait=True)`.
   *
   * @returns A promise that resolves when the last thread has ended.
   */
  shutdown(): Promise<void> {
    return this.#pool.stop().then(this.#forget);
  }

  /** Shuts it down, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown();
  }

  /** Makes a call that a thread asked for, in a pass. */
  #callHere(call: WorkerCall, reply: OnOutcome | null): void {
    makeCall(call).then(
      (value) => reply?.({ ok: true, value }),
      (error: unknown) => {
        if (reply !== null) reply({ ok: false, error });
        else this.#loop.platform.report({ message: "Exception in call from thread", error });
      },
    );
  }
}
