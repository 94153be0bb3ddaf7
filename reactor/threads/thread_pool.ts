/**
 * Pools of threads.
 *
 * @module
 */

import { makeCall, toCall } from "../../poller/call_from_thread.ts";
import type { ModuleFunction } from "../../poller/module_function.ts";
import type { Platform } from "../../poller/platform.ts";
import { WorkerPool } from "../../poller/worker_pool.ts";
import type { OnOutcome, WorkerCall, WorkerOutcome } from "../../poller/workers.ts";
import type { IReactorFromThreads } from "../interfaces/reactor_from_threads.ts";
import { guardedObserver, type LogObserver, reportingObserver } from "../log.ts";

/** How many threads a pool has at the most, unless said otherwise. */
const MAX_THREADS = 20;

/** How a pool is made. */
export interface ThreadPoolOptions {
  /**
   * How many threads there may be.
   *
   * @default {20}
   */
  readonly maxThreads?: number;
  /**
   * Takes the errors that nobody took.
   *
   * @default {errors go to `platform.report`}
   */
  readonly logObserver?: LogObserver;
}

/** What a pool needs of a reactor. */
export interface ThreadPoolReactor extends IReactorFromThreads {
  /** The world; its threads are used. */
  readonly platform: Platform;
}

/** What has become of a call; it is told outside of every pass. */
export type OnThreadResult<R> = (success: boolean, result: R | unknown) => void;

/** A function and what to call it with. */
export type ThreadCall = readonly [
  fn: ModuleFunction<never, unknown>,
  ...args: readonly unknown[],
];

/**
 * A pool of threads that call functions, in the order in which they were given, each as soon as a
 * thread is free. Threads are started when there is work for them, and kept.
 *
 * A call costs what copying its arguments and its result costs, and some 0.1 ms; the first one of a
 * thread some ten times more, and the loading of the module.
 *
 * Twisted: `ThreadPool` (`python/threadpool.py`, 24.7). Differs from Twisted: functions are exported
 * ones; there is no least number of threads; `stop()` returns a promise.
 *
 * @example A pool of one's own
 * ```ts
 * import { PollReactor, ThreadPool } from "@twinloop/twinloop/reactor";
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
 *   const pool = new ThreadPool(new PollReactor(sim.host("host")), { maxThreads: 2 });
 *   const results: unknown[] = [];
 *   const squareInThread = moduleFunction(import.meta.url, square);
 *   pool.callInThreadWithCallback((_, result) => results.push(result), squareInThread, 12);
 *   pool.start();
 *   await pool.stop();
 *   assertEquals(results, [144]);
 * });
 * ```
 */
export class ThreadPool {
  readonly #pool: WorkerPool;
  readonly #log: LogObserver;

  /**
   * Makes a pool; it works once it is started.
   *
   * @param reactor Calls what threads call from there.
   * @param options How many threads, and where errors go.
   * @throws {RangeError} If `maxThreads` is not a whole number above 0.
   */
  constructor(reactor: ThreadPoolReactor, options: ThreadPoolOptions = {}) {
    const { workers, report } = reactor.platform;
    this.#log = guardedObserver(options.logObserver ?? reportingObserver(report), report);
    this.#pool = new WorkerPool(workers, options.maxThreads ?? MAX_THREADS, (call, reply) => {
      reactor.callFromThread(() => this.#callHere(call, reply));
    });
  }

  /** How many threads there may be. Twisted: `max`. */
  get maxThreads(): number {
    return this.#pool.max;
  }

  /** How many threads there are. Twisted: `threads`. */
  get threads(): number {
    return this.#pool.size;
  }

  /** How many threads work. Twisted: `working`. */
  get working(): number {
    return this.#pool.busy;
  }

  /** How many calls wait for a thread. Twisted: `_queue.qsize()`. */
  get queued(): number {
    return this.#pool.queued;
  }

  /** Whether it was stopped. Twisted: `joined`. */
  get joined(): boolean {
    return this.#pool.isStopped;
  }

  /** Begins to work; calls that were made before are made now. Twisted: `start()`. */
  start(): void {
    this.#pool.start();
  }

  /**
   * Ends the pool: it takes no more calls, and makes those that it has; if it was never started, it
   * forgets them.
   *
   * Twisted: `stop()`, which blocks.
   *
   * @returns A promise that resolves when the last thread has ended.
   */
  stop(): Promise<void> {
    return this.#pool.stop();
  }

  /**
   * Makes no calls of threads any more, because the reactor has ended: `blockingCallFromThread` fails
   * with `POOL_STOPPED` in a thread that waits there, or will. The pool of a reactor is told by the
   * shutdown event.
   *
   * No counterpart in Twisted, where such a thread keeps the process from ending.
   */
  refuseCalls(): void {
    this.#pool.refuseCalls();
  }

  /**
   * Changes how many threads there may be; those that are too many end when they are done.
   *
   * Twisted: `adjustPoolsize(minthreads, maxthreads)`.
   *
   * @param maxThreads How many.
   * @throws {RangeError} If it is not a whole number above 0.
   */
  adjustPoolSize(maxThreads: number): void {
    this.#pool.max = maxThreads;
  }

  /**
   * Calls a function in a thread. The result is dropped; an error is logged.
   *
   * Twisted: `callInThread(func, *args)`.
   *
   * @typeParam A The arguments of the function.
   * @param fn The function.
   * @param args What to call it with; copied.
   * @throws {WorkerError} `POOL_STOPPED` after {@linkcode ThreadPool.stop}.
   */
  callInThread<A extends unknown[]>(fn: ModuleFunction<A, unknown>, ...args: A): void {
    this.#pool.submit([toCall(fn, args)], this.#logFailure);
  }

  /**
   * Calls a function in a thread and tells what has become of it.
   *
   * Twisted: `callInThreadWithCallback(onResult, func, *args)`. Differs from Twisted: `onResult` is
   * called in the reactor's thread, but outside of its passes, and gets the error itself.
   *
   * @typeParam A The arguments of the function.
   * @typeParam R What the function returns, awaited.
   * @param onResult Takes the result, or the error. What it throws is logged.
   * @param fn The function.
   * @param args What to call it with; copied.
   * @throws {WorkerError} `POOL_STOPPED` after {@linkcode ThreadPool.stop}.
   */
  callInThreadWithCallback<A extends unknown[], R>(
    onResult: OnThreadResult<R>,
    fn: ModuleFunction<A, R>,
    ...args: A
  ): void {
    this.#pool.submit([toCall(fn, args)], (outcome) => {
      try {
        onResult(outcome.ok, outcome.ok ? outcome.value : outcome.error);
      } catch (error) {
        this.#log({ level: "error", message: "Exception in onResult", error, system: null });
      }
    });
  }

  /**
   * Calls functions one after another in the same thread; errors are logged.
   *
   * @param calls The functions, with their arguments.
   * @throws {WorkerError} `POOL_STOPPED` after {@linkcode ThreadPool.stop}.
   */
  callMultipleInThread(calls: readonly ThreadCall[]): void {
    const jobs = calls.map(([fn, ...args]): WorkerCall => ({ fn, args }));
    this.#pool.submit(jobs, this.#logFailure);
  }

  readonly #logFailure = (outcome: WorkerOutcome): void => {
    if (outcome.ok) return;
    this.#log({
      level: "error",
      message: "Exception in thread",
      error: outcome.error,
      system: null,
    });
  };

  /** Makes a call that a thread asked for, in a pass. */
  #callHere(call: WorkerCall, reply: OnOutcome | null): void {
    makeCall(call).then(
      (value) => reply?.({ ok: true, value }),
      (error: unknown) => {
        if (reply !== null) reply({ ok: false, error });
        else {
          const message = "Exception in call from thread";
          this.#log({ level: "error", message, error, system: null });
        }
      },
    );
  }
}
