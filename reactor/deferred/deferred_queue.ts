/**
 * A queue.
 *
 * @module
 */

import { Deferred } from "./deferred.ts";
import { QueueOverflow, QueueUnderflow } from "./errors.ts";
import { succeed } from "./succeed.ts";

/** The limits of a {@linkcode DeferredQueue}. */
export interface DeferredQueueOptions {
  /**
   * How many objects may wait to be fetched; 0 for none.
   *
   * @default {Infinity}
   */
  readonly size?: number;
  /**
   * How many may wait for an object; 0 for none.
   *
   * @default {Infinity}
   */
  readonly backlog?: number;
}

/**
 * A queue whose objects are waited for, first come, first served.
 *
 * Twisted: `DeferredQueue` (`internet/defer.py`, 24.7), with its arguments as options.
 *
 * @example
 * ```ts
 * import { DeferredQueue } from "@twinloop/twinloop/reactor";
 * import { assertEquals } from "@std/assert";
 *
 * const queue = new DeferredQueue<string>();
 * const log: string[] = [];
 * queue.get().addCallback((item) => log.push(item));
 * queue.put("a");
 * assertEquals(log, ["a"]);
 * ```
 *
 * @typeParam T The objects.
 */
export class DeferredQueue<T> {
  /** The objects that wait, from `#head` on. */
  #pending: T[] = [];
  #head = 0;
  /** Those who wait for an object, the first come first. */
  readonly #waiting: Set<Deferred<T>> = new Set();
  readonly #size: number;
  readonly #backlog: number;

  /**
   * Makes an empty queue.
   *
   * @param options Its limits.
   * @throws {RangeError} If a limit is negative or `NaN`.
   */
  constructor(options?: DeferredQueueOptions) {
    const { size = Infinity, backlog = Infinity } = options ?? {};
    if (!(size >= 0)) throw new RangeError(`Cannot make a queue: its size is ${size}`);
    if (!(backlog >= 0)) throw new RangeError(`Cannot make a queue: its backlog is ${backlog}`);
    this.#size = size;
    this.#backlog = backlog;
  }

  /** How many objects wait to be fetched. */
  get pending(): number {
    return this.#pending.length - this.#head;
  }

  /** How many wait for an object. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /**
   * Adds an object. If somebody waits for one, they get it before this returns.
   *
   * @param item The object.
   * @throws {QueueOverflow} If as many objects as may wait do so.
   */
  put(item: T): void {
    const [next] = this.#waiting;
    if (next !== undefined) {
      this.#waiting.delete(next);
      next.callback(item);
      return;
    }
    if (this.pending >= this.#size) {
      throw new QueueOverflow(`Cannot put: the queue's size is ${this.#size}`);
    }
    this.#pending.push(item);
  }

  /**
   * Fetches the oldest object, as soon as there is one.
   *
   * @returns A Deferred with the object. Cancelling it while it waits loses no object.
   * @throws {QueueUnderflow} If as many as may wait for an object do so.
   */
  get(): Deferred<T> {
    if (this.pending > 0) return succeed(this.#shift());
    if (this.#waiting.size >= this.#backlog) {
      throw new QueueUnderflow(`Cannot get: the queue's backlog is ${this.#backlog}`);
    }
    const deferred: Deferred<T> = new Deferred((cancelled) => this.#waiting.delete(cancelled));
    this.#waiting.add(deferred);
    return deferred;
  }

  #shift(): T {
    const item = this.#pending[this.#head] as T;
    this.#pending[this.#head++] = undefined as T;
    // Moving the rest down only when half is free keeps a long queue linear.
    if (this.#head * 2 >= this.#pending.length) {
      this.#pending = this.#pending.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }
}
