/**
 * The calls that wait for their time.
 *
 * @module
 */

import { assert } from "./invariant.ts";

/**
 * Cancelled timers are dropped in bulk once there are more than this many of them and they are
 * more than half of the heap. Twisted prunes at 50 (`internet/base.py`), Tornado at 512
 * (`ioloop.py`); the smaller number costs nothing measurable and frees memory earlier.
 */
const CANCELLED_MAX = 50;

/**
 * A call that waits in a {@linkcode TimerQueue}. Loops hand it out as their opaque handle or keep
 * it behind an object of their own.
 */
export class Timer {
  /** When the call is due, in seconds on the clock of the loop. */
  deadline: number;
  /** Breaks ties: of equal deadlines the one added, or moved, first is due first. */
  sequence: number;
  /** What to call. Dropped with all that it holds once it was called or cancelled. */
  callback: (() => void) | null;
  /**
   * Where the timer is: in the heap; taken out as due and about to be called; or at its end.
   */
  state: "waiting" | "due" | "called" | "cancelled" = "waiting";

  /**
   * Made by {@linkcode TimerQueue.add}.
   *
   * @param deadline When the call is due.
   * @param sequence Its place among equals.
   * @param callback What to call.
   */
  constructor(deadline: number, sequence: number, callback: () => void) {
    this.deadline = deadline;
    this.sequence = sequence;
    this.callback = callback;
  }

  /** True until the callback was called or cancelled. */
  get pending(): boolean {
    return this.state === "waiting" || this.state === "due";
  }

  /** Calls the callback, once; does nothing if the timer was cancelled meanwhile. */
  run(): void {
    const callback = this.callback;
    if (this.state !== "due" || callback === null) return;
    this.state = "called";
    this.callback = null;
    callback();
  }
}

/**
 * A queue of timers, ordered by deadline and then by the order in which they were added.
 *
 * Both loops and the simulated clock use it, so that there is one rule for ties (first in, first
 * out), one for bad numbers (`NaN` is refused, everything else is ordered), and one for cancelled
 * entries (lazy, pruned in bulk).
 *
 * Twisted: `_pendingTimedCalls` (`internet/base.py`, 24.7), whose ties are unspecified; Tornado:
 * `_timeouts` (`ioloop.py`, 4.5.3), whose ties are first in, first out.
 *
 * @example Equal deadlines run in insertion order
 * ```ts
 * import { TimerQueue } from "@twinloop/twinloop/poller";
 * import { assertEquals } from "@std/assert";
 *
 * const timers = new TimerQueue();
 * const log: string[] = [];
 * timers.add(1, () => log.push("a"));
 * timers.add(1, () => log.push("b"));
 * for (const timer of timers.takeDue(1)) timer.run();
 * assertEquals(log, ["a", "b"]);
 * ```
 */
export class TimerQueue {
  /** A binary heap; cancelled timers stay in it until they come up or are pruned. */
  #heap: Timer[] = [];
  /** How many timers of the heap are cancelled. */
  #cancelled = 0;
  /** The sequence number of the next timer. */
  #sequence = 0;

  /** How many timers wait. */
  get size(): number {
    return this.#heap.length - this.#cancelled;
  }

  /** How many entries the heap holds, cancelled ones included: what pruning keeps small. */
  get capacity(): number {
    return this.#heap.length;
  }

  /**
   * Adds a timer.
   *
   * @param deadline When it is due, in seconds; may be in the past, or as far away as 2^128.
   * @param callback What {@linkcode Timer.run} calls.
   * @returns The timer.
   * @throws {RangeError} If `deadline` is `NaN`.
   */
  add(deadline: number, callback: () => void): Timer {
    if (Number.isNaN(deadline)) throw new RangeError("Cannot add a timer: its deadline is NaN");
    const timer = new Timer(deadline, this.#sequence++, callback);
    this.#push(timer);
    return timer;
  }

  /**
   * Cancels a timer, also one that {@linkcode TimerQueue.takeDue} returned and that has not run.
   *
   * @param timer The timer.
   * @returns False if it was called or cancelled before.
   */
  cancel(timer: Timer): boolean {
    if (!timer.pending) return false;
    if (timer.state === "waiting") this.#cancelled++;
    timer.state = "cancelled";
    timer.callback = null;
    this.#prune();
    return true;
  }

  /**
   * Moves a waiting timer to another deadline, behind those that have it already.
   *
   * @param timer The timer.
   * @param deadline The new deadline, in seconds.
   * @returns The timer to use from now on; the one given is spent.
   * @throws {RangeError} If `deadline` is `NaN`.
   * @throws {InvariantError} If the timer was called or cancelled.
   */
  move(timer: Timer, deadline: number): Timer {
    if (Number.isNaN(deadline)) throw new RangeError("Cannot move a timer: its deadline is NaN");
    const callback = timer.callback;
    assert(timer.pending && callback !== null, "Cannot move a timer: it is spent");
    this.cancel(timer);
    return this.add(deadline, callback);
  }

  /** The deadline of the first timer; `Infinity` if none waits. */
  get nextDeadline(): number {
    this.#dropCancelledHead();
    return this.#heap[0]?.deadline ?? Infinity;
  }

  /**
   * Takes out the timers that are due, without running any, so that one that a callback adds waits
   * for the next pass.
   *
   * @param now The time, in seconds; deadlines equal to it are due.
   * @returns The timers in the order in which to run them.
   */
  takeDue(now: number): readonly Timer[] {
    if (!this.#hasDue(now)) return NO_TIMERS;
    const due: Timer[] = [];
    while (this.#hasDue(now)) {
      const timer = this.#pop();
      timer.state = "due";
      due.push(timer);
    }
    return due;
  }

  /**
   * Takes out the first timer, if it is due: for whoever must leave the rest in the queue should
   * the callback throw.
   *
   * @param now The time, in seconds; a deadline equal to it is due.
   * @returns The timer; `null` if none is due.
   */
  takeFirst(now: number): Timer | null {
    if (!(this.nextDeadline <= now)) return null;
    const timer = this.#pop();
    timer.state = "due";
    return timer;
  }

  /** Yields the timers that wait, in no particular order. */
  *[Symbol.iterator](): IterableIterator<Timer> {
    for (const timer of this.#heap) if (timer.state === "waiting") yield timer;
  }

  /** Forgets all timers; they count as cancelled. */
  clear(): void {
    for (const timer of this.#heap) {
      timer.state = "cancelled";
      timer.callback = null;
    }
    this.#heap = [];
    this.#cancelled = 0;
  }

  /** The first timer's own deadline counts: `Infinity` is due at `Infinity`, an empty heap never. */
  #hasDue(now: number): boolean {
    this.#dropCancelledHead();
    const first = this.#heap[0];
    return first !== undefined && first.deadline <= now;
  }

  #dropCancelledHead(): void {
    while (this.#heap.length > 0 && this.#heap[0]?.state === "cancelled") {
      this.#pop();
      this.#cancelled--;
    }
  }

  #prune(): void {
    if (this.#cancelled <= CANCELLED_MAX || this.#cancelled * 2 <= this.#heap.length) return;
    this.#heap = this.#heap.filter((timer) => timer.state === "waiting");
    this.#cancelled = 0;
    for (let i = (this.#heap.length >> 1) - 1; i >= 0; i--) this.#siftDown(i);
  }

  #push(timer: Timer): void {
    const heap = this.#heap;
    heap.push(timer);
    let index = heap.length - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent] as Timer;
      if (!isBefore(timer, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = timer;
  }

  #pop(): Timer {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    assert(first !== undefined && last !== undefined, "Cannot pop a timer: the heap is empty");
    if (heap.length > 0) {
      heap[0] = last;
      this.#siftDown(0);
    }
    return first;
  }

  #siftDown(start: number): void {
    const heap = this.#heap;
    const timer = heap[start] as Timer;
    let index = start;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      const right = heap[child + 1];
      if (right !== undefined && isBefore(right, heap[child] as Timer)) child++;
      const below = heap[child] as Timer;
      if (!isBefore(below, timer)) break;
      heap[index] = below;
      index = child;
    }
    heap[index] = timer;
  }
}

/** What `takeDue` returns when nothing is due: shared, so that an idle pass allocates nothing. */
const NO_TIMERS: readonly Timer[] = [];

function isBefore(a: Timer, b: Timer): boolean {
  return a.deadline < b.deadline || (a.deadline === b.deadline && a.sequence < b.sequence);
}
