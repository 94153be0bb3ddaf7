/**
 * A clock that moves only when it is told to.
 *
 * @module
 */

import { type Clock, type DelayedCall, DelayedCallQueue } from "../poller/mod.ts";
import { type DrainMode, drive } from "./driver/deno_drain.ts";
import { addSeconds } from "./virtual_time.ts";

/** Calls at one instant beyond which the clock is taken to be stuck. */
const CALLS_AT_ONCE_MAX = 1_000_000;

/** How a clock is made. */
export interface SimClockOptions {
  /**
   * The time at which the clock begins, in seconds.
   *
   * @default {0}
   */
  readonly start?: number;
  /**
   * How {@linkcode SimClock.advanceAsync} runs microtasks to the end.
   *
   * @default {"checkpoint" where it works, else "macrotask"}
   */
  readonly drain?: DrainMode;
}

/**
 * Virtual time for a unit test: the code under test takes it for a clock, or for a reactor's time,
 * and the test moves it.
 *
 * Twisted: `Clock` (`internet/task.py`, 24.7). Differs from Twisted: {@linkcode SimClock.advance}
 * goes from deadline to deadline, so that each call sees the time for which it was made
 * ({@linkcode SimClock.jump} moves as Twisted does); negative delays and steps and `NaN` are
 * refused, as a reactor refuses them; equal times run first in, first out, also after a `reset`.
 *
 * @example Each call sees its own time
 * ```ts
 * import { SimClock } from "@twinloop/twinloop/sim";
 * import { assertEquals } from "@std/assert";
 *
 * const clock = new SimClock();
 * const log: number[] = [];
 * clock.callLater(2, () => log.push(clock.seconds()));
 * clock.callLater(1, () => log.push(clock.seconds()));
 * clock.advance(5);
 * assertEquals(log, [1, 2]);
 * assertEquals(clock.seconds(), 5);
 * ```
 */
export class SimClock implements Clock {
  readonly #calls: DelayedCallQueue;
  readonly #drain: DrainMode | undefined;
  #now: number;
  /** True while time moves: nothing else may move it then. */
  #moving = false;

  /**
   * Makes a clock.
   *
   * @param options Where it begins.
   * @throws {RangeError} If `start` is not finite.
   */
  constructor(options: SimClockOptions = {}) {
    const { start = 0 } = options;
    if (!Number.isFinite(start)) {
      throw new RangeError(`Cannot make a clock: start ${start} is not finite`);
    }
    this.#now = start;
    this.#drain = options.drain;
    this.#calls = new DelayedCallQueue({ seconds: () => this.#now });
  }

  /** Returns the time in seconds. */
  now(): number {
    return this.#now;
  }

  /** Returns the time in seconds. Twisted: `Clock.seconds`. */
  seconds(): number {
    return this.#now;
  }

  /**
   * Calls a function after some time. Twisted: `Clock.callLater`.
   *
   * Differs from Twisted: `Clock` takes negative delays, reactors do not.
   *
   * @typeParam A The arguments.
   * @param delay In how many seconds; 0 means when time moves next, also if it moves by 0.
   * @param fn What to call.
   * @param args What to call it with.
   * @returns The call, to be cancelled or moved.
   * @throws {RangeError} If `delay` is negative or `NaN`.
   */
  callLater<A extends unknown[]>(
    delay: number,
    fn: (...args: A) => unknown,
    ...args: A
  ): DelayedCall {
    if (!(delay >= 0)) throw new RangeError(`Cannot call later: delay ${delay} is negative or NaN`);
    return this.#calls.add(addSeconds(this.#now, delay), fn, args);
  }

  /**
   * Returns the calls that are active, those due first first. Twisted: `Clock.getDelayedCalls`.
   *
   * Differs from Twisted: the list is a copy.
   */
  getDelayedCalls(): DelayedCall[] {
    return this.#calls.list();
  }

  /**
   * Waits for time to pass; for code under test that takes a function to sleep with.
   *
   * @param seconds How long.
   * @returns A promise that resolves when the clock gets there.
   * @throws {RangeError} If `seconds` is negative or `NaN`.
   */
  sleep(seconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.callLater(seconds, () => resolve());
    });
  }

  /**
   * Moves time on, from deadline to deadline: before a call, the time is the one it was made for.
   * A call that is added meanwhile runs, too, if it is due by the end; of those due at the same time
   * it comes last. Promises do not settle meanwhile: see {@linkcode SimClock.advanceAsync}.
   *
   * An error that a call throws goes to the caller; time stands where it happened, and what was not
   * called stays.
   *
   * @param seconds How far, in seconds; 0 runs what is due now.
   * @throws {RangeError} If `seconds` is negative or not finite.
   * @throws {TypeError} If called by one of the calls.
   */
  advance(seconds: number): void {
    const end = this.#begin(seconds);
    try {
      while (this.#runInstant(end));
      this.#now = end;
    } finally {
      this.#moving = false;
    }
  }

  /**
   * Moves time on as {@linkcode SimClock.advance} does, and lets promises settle before the first
   * call, after those of each instant, and at the end: two sleeps of 10 ms in a row, under one
   * advance of 100 ms, end at 10 ms and at 20 ms.
   *
   * @param seconds How far, in seconds.
   * @returns A promise that resolves when time has got there and the microtask queue was empty; it rejects with
   * what a call throws.
   * @throws {RangeError} If `seconds` is negative or not finite.
   * @throws {TypeError} If time moves already.
   */
  async advanceAsync(seconds: number): Promise<void> {
    const end = this.#begin(seconds);
    let isSettled = false;
    try {
      await drive(() => {
        if (isSettled && !this.#runInstant(end)) return false;
        isSettled = true;
        return true;
      }, { mode: this.#drain, watchdog: Infinity });
      this.#now = end;
    } finally {
      this.#moving = false;
    }
  }

  /**
   * Lets promises settle without moving time; calls that are due now run.
   *
   * @returns A promise that resolves when the microtask queue was empty.
   */
  settle(): Promise<void> {
    return this.advanceAsync(0);
  }

  /**
   * Moves time at once, and then runs what is due: every call sees the time of the end. A call that
   * is added meanwhile and is due runs, too. Twisted: `Clock.advance`.
   *
   * @param seconds How far, in seconds.
   * @throws {RangeError} If `seconds` is negative or not finite.
   * @throws {TypeError} If called by one of the calls.
   */
  jump(seconds: number): void {
    const end = this.#begin(seconds);
    this.#now = end;
    try {
      while (this.#runInstant(end));
    } finally {
      this.#moving = false;
    }
  }

  /**
   * Jumps by each of some steps. Twisted: `Clock.pump`.
   *
   * @param steps How far each time, in seconds.
   * @throws {RangeError} If a step is negative or not finite.
   * @throws {TypeError} If called by one of the calls.
   */
  pump(steps: Iterable<number>): void {
    for (const step of steps) this.jump(step);
  }

  #begin(seconds: number): number {
    if (!(seconds >= 0 && seconds < Infinity)) {
      throw new RangeError(`Cannot move time: step ${seconds} is negative or not finite`);
    }
    if (this.#moving) throw new TypeError("Cannot move time: it moves already");
    this.#moving = true;
    return addSeconds(this.#now, seconds);
  }

  /** Moves to the next deadline up to `end` and runs its calls; returns false if there is none. */
  #runInstant(end: number): boolean {
    const deadline = this.#calls.nextDeadline;
    if (deadline > end) return false;
    this.#now = Math.max(this.#now, deadline);
    let count = 0;
    for (;;) {
      const timer = this.#calls.takeFirst(this.#now);
      if (timer === null) return true;
      if (++count > CALLS_AT_ONCE_MAX) {
        throw new RangeError(`Cannot move time: calls at ${this.#now} s go on without an end`);
      }
      timer.run();
    }
  }
}
