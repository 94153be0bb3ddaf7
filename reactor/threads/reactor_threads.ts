/**
 * The threads of any reactor.
 *
 * @module
 */

import type { ModuleFunction } from "../../poller/module_function.ts";
import type { IReactorCore, SystemEventTrigger } from "../interfaces/reactor_core.ts";
import type { LogObserver } from "../log.ts";
import { ThreadPool, type ThreadPoolReactor } from "./thread_pool.ts";

/** How many threads the pool of a reactor has at the most, unless said otherwise. */
const MAX_THREADS = 10;

/**
 * The pool of a reactor: made when it is first asked for, started and stopped with the reactor.
 *
 * Twisted: `ReactorBase._initThreadPool` and what follows it (`internet/base.py`, 24.7).
 */
export class ReactorThreads {
  readonly #reactor: IReactorCore & ThreadPoolReactor;
  readonly #log: LogObserver;
  #maxThreads = MAX_THREADS;
  #pool: ThreadPool | null = null;
  /** Starts the pool; `null` if that was done. */
  #startup: SystemEventTrigger | null = null;
  /** Stops the pool; `null` if there is none. */
  #shutdown: SystemEventTrigger | null = null;
  /** The end of the pools that were stopped. */
  #stopping: Promise<void> | null = null;

  /**
   * Makes the threads of a reactor; there are none yet.
   *
   * @param reactor The reactor.
   * @param log Takes the errors that nobody took.
   */
  constructor(reactor: IReactorCore & ThreadPoolReactor, log: LogObserver) {
    this.#reactor = reactor;
    this.#log = log;
  }

  /** The end of the threads that the shutdown event told to end; `null` if there are none. */
  get stopping(): Promise<void> | null {
    return this.#stopping;
  }

  /** Returns the pool. */
  getThreadPool(): ThreadPool {
    return this.#pool ??= this.#makePool();
  }

  /** See `IReactorThreads.suggestThreadPoolSize`. */
  suggestThreadPoolSize(size: number): void {
    if (!Number.isInteger(size) || size <= 0) {
      throw new RangeError(
        `Cannot size a pool of threads: ${size} is not a whole number above 0`,
      );
    }
    this.#maxThreads = size;
    this.#pool?.adjustPoolSize(size);
  }

  /** See `IReactorInThreads.callInThread`. */
  callInThread<A extends unknown[]>(fn: ModuleFunction<A, unknown>, ...args: A): void {
    this.getThreadPool().callInThread(fn, ...args);
  }

  #makePool(): ThreadPool {
    const maxThreads = this.#maxThreads;
    const pool = new ThreadPool(this.#reactor, { maxThreads, logObserver: this.#log });
    this.#startup = this.#reactor.callWhenRunning(() => {
      this.#startup = null;
      pool.start();
    });
    this.#shutdown = this.#reactor.addSystemEventTrigger("during", "shutdown", () => {
      this.#shutdown = null;
      this.#stop(pool);
    });
    return pool;
  }

  #stop(pool: ThreadPool): void {
    if (this.#startup !== null) this.#reactor.removeSystemEventTrigger(this.#startup);
    this.#startup = null;
    this.#pool = null;
    // No pass comes any more to make them in.
    pool.refuseCalls();
    const ended = pool.stop().then(() => {
      if (this.#stopping === ended) this.#stopping = null;
    });
    this.#stopping = ended;
  }
}
