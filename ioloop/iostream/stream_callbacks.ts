/**
 * The callbacks that a stream was given.
 *
 * @module
 */

import { captureContext, type Context, emptyContext } from "../../poller/context.ts";
import type { IOLoop } from "../io_loop.ts";

/**
 * Queues a stream's callbacks in its loop and knows how many wait: what the stream does last must
 * come after them.
 *
 * Tornado: `_run_callback` and `_pending_callbacks` (`iostream.py`, 4.5.3).
 */
export class StreamCallbacks {
  readonly #ioLoop: IOLoop;
  readonly #onRun: () => void;
  readonly #onError: (error: unknown) => void;
  #pending = 0;

  /**
   * Makes it.
   *
   * @param ioLoop The loop.
   * @param onRun Called after each callback.
   * @param onError Called with what a callback threw, before it goes on to the loop.
   */
  constructor(ioLoop: IOLoop, onRun: () => void, onError: (error: unknown) => void) {
    this.#ioLoop = ioLoop;
    this.#onRun = onRun;
    this.#onError = onError;
  }

  /** How many callbacks wait. */
  get pending(): number {
    return this.#pending;
  }

  /**
   * Queues a callback.
   *
   * @typeParam A The types of the arguments.
   * @param context Where to call it.
   * @param callback The callback.
   * @param args What to call it with.
   */
  queue<A extends unknown[]>(
    context: Context,
    callback: (...args: A) => unknown,
    ...args: A
  ): void {
    this.#pending++;
    const run = (): unknown => {
      this.#pending--;
      try {
        return callback(...args);
      } catch (error) {
        this.#onError(error);
        throw error;
      } finally {
        this.#onRun();
      }
    };
    context(() => this.#ioLoop.addCallback(run));
  }

  /**
   * Makes a function that queues a callback in the caller's context.
   *
   * @typeParam A The types of the arguments.
   * @param callback The callback.
   * @returns The function.
   */
  emitter<A extends unknown[]>(callback: (...args: A) => unknown): (...args: A) => void {
    const context = captureContext();
    return (...args) => this.queue(context, callback, ...args);
  }

  /**
   * Calls a function after the callbacks that wait: at once if there are none.
   *
   * @param fn The function; it must not throw.
   */
  after(fn: () => void): void {
    if (this.#pending === 0) fn();
    else this.queue(emptyContext, fn);
  }
}
