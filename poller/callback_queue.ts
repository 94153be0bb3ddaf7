/**
 * The callbacks that wait for the next pass.
 *
 * @module
 */

import { assert } from "./invariant.ts";

/**
 * A first-in-first-out queue whose drain is bounded: what is added while it drains waits for the
 * next drain, so that a callback that adds itself again cannot keep a pass from ending.
 *
 * Tornado: `_callbacks` and the swap at the head of `PollIOLoop.start` (`ioloop.py`, 4.5.3);
 * Twisted: `threadCallQueue` in `runUntilCurrent` (`internet/base.py`, 24.7).
 *
 * @example An item added during a drain waits
 * ```ts
 * import { CallbackQueue } from "@twinloop/twinloop/poller";
 * import { assertEquals } from "@std/assert";
 *
 * const queue = new CallbackQueue<string>();
 * const log: string[] = [];
 * queue.push("a");
 * queue.drain((item) => {
 *   log.push(item);
 *   queue.push("b");
 * });
 * assertEquals(log, ["a"]);
 * assertEquals(queue.length, 1);
 * ```
 *
 * @typeParam T What waits: a function, or a record with its arguments.
 */
export class CallbackQueue<T> {
  /** What was added since the last drain began. */
  #waiting: T[] = [];
  /** The array that the next drain will let `#waiting` grow into; `null` while one runs. */
  #spare: T[] | null = [];

  /** How many items wait for the next drain. */
  get length(): number {
    return this.#waiting.length;
  }

  /**
   * Adds an item at the end.
   *
   * @param item The item.
   */
  push(item: T): void {
    this.#waiting.push(item);
  }

  /**
   * Takes the items that wait now, in order, and calls a function with each. If it throws, the
   * rest go back to the head of the queue and the error goes on to the caller.
   *
   * @param run Called with each item.
   * @returns How many items were taken.
   * @throws {InvariantError} If called while a drain runs.
   */
  drain(run: (item: T) => void): number {
    const batch = this.#waiting;
    const count = batch.length;
    if (count === 0) return 0;
    assert(this.#spare !== null, "Cannot drain a callback queue: it is being drained");
    this.#waiting = this.#spare;
    this.#spare = null;
    let done = 0;
    try {
      while (done < count) run(batch[done++] as T);
    } finally {
      if (done < count) this.#waiting = [...batch.slice(done), ...this.#waiting];
      batch.length = 0;
      this.#spare = batch;
    }
    return count;
  }

  /** Forgets what waits. */
  clear(): void {
    this.#waiting.length = 0;
  }
}
