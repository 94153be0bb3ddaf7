/**
 * A function that is called again and again.
 *
 * @module
 */

import type { TimerCall } from "../deferred/chained.ts";
import { Deferred } from "../deferred/deferred.ts";
import { maybeDeferred } from "../deferred/maybe_deferred.ts";
import { getReactor } from "../default_reactor.ts";
import { LoopingCallRunningError, LoopingCallStoppedError } from "./errors.ts";
import type { TaskClock } from "./task_clock.ts";

/**
 * Calls a function again and again, at a fixed interval.
 *
 * The calls lie on a grid that begins with {@linkcode LoopingCall.start}: a call that is late or takes
 * long does not shift the ones after it; the points of the grid that have passed meanwhile are left
 * out. If the function returns a Deferred or a promise, the next call waits for it. With an interval
 * of 0 it is called once in each pass of the reactor.
 *
 * Twisted: `LoopingCall` (`internet/task.py`, 24.7).
 *
 * @example
 * ```ts
 * import { LoopingCall } from "@twinloop/twinloop/reactor";
 * import { SimClock } from "@twinloop/twinloop/sim";
 * import { assertEquals } from "@std/assert";
 *
 * const clock = new SimClock();
 * const log: number[] = [];
 * const loop = new LoopingCall(() => log.push(clock.seconds()));
 * loop.clock = clock;
 * const done = loop.start(2);
 * clock.advance(5);
 * loop.stop();
 * assertEquals(log, [0, 2, 4]);
 * assertEquals(await done, loop);
 * ```
 *
 * @typeParam A The arguments of the function.
 */
export class LoopingCall<A extends unknown[] = []> {
  /**
   * The seconds between two calls; at least 0. It may be changed while it runs, which takes effect
   * when the next call is planned. `null` before the first start.
   */
  interval: number | null = null;
  readonly #callable: (...args: A) => unknown;
  readonly #args: A;
  #clock: TaskClock | null = null;
  #running = false;
  /** When the grid begins, in seconds on the clock. */
  #startTime = 0;
  /** Whether the first call was made by `start()`: then it stands for an interval, too. */
  #runAtStart = false;
  /** When a function that counts was called last; `null` before. */
  #lastTime: number | null = null;
  /** The call that waits; `null` while the function runs. */
  #call: TimerCall | null = null;
  /** What `start()` returned; `null` once it was fired. */
  #deferred: Deferred<this> | null = null;

  /**
   * Makes a looping call that does not run.
   *
   * @param callable What to call.
   * @param args What to call it with.
   */
  constructor(callable: (...args: A) => unknown, ...args: A) {
    this.#callable = callable;
    this.#args = args;
  }

  /**
   * Makes a looping call that tells the function how many intervals have passed since its last call:
   * 1, or more when calls were left out. It is never 0: where rounding would make it so, the call is
   * left out. With an interval of 0 it is always 1.
   *
   * Twisted: `LoopingCall.withCount` (`internet/task.py`, 24.7).
   *
   * @param callable Called with the number of intervals.
   * @returns The looping call, which does not run.
   */
  static withCount(callable: (count: number) => unknown): LoopingCall {
    const loop: LoopingCall = new LoopingCall(() => {
      const count = loop.#countIntervals();
      return count > 0 ? callable(count) : undefined;
    });
    return loop;
  }

  /** The clock; the default reactor unless another is set before the start. */
  get clock(): TaskClock {
    return this.#clock ??= getReactor();
  }

  /** Sets the clock. */
  set clock(clock: TaskClock) {
    this.#clock = clock;
  }

  /** True from {@linkcode LoopingCall.start} to {@linkcode LoopingCall.stop} or a failure. */
  get running(): boolean {
    return this.#running;
  }

  /** When the grid begins, in seconds on the clock. */
  get starttime(): number {
    return this.#startTime;
  }

  /**
   * Begins to call.
   *
   * @param interval The seconds between two calls, at least 0.
   * @param now Whether the first call is made at once, inside this one, or after an interval.
   * @returns A Deferred that fires with this object when it is stopped, and fails with what the function
   * throws, what it returned fails with, or the clock throws when the next call is planned.
   * @default {true}
   * @throws {LoopingCallRunningError} If it runs, or was stopped by a call that is not over.
   * @throws {RangeError} If `interval` is negative or `NaN`.
   */
  start(interval: number, now: boolean = true): Deferred<this> {
    if (this.#running || this.#deferred !== null) {
      throw new LoopingCallRunningError(`Cannot start ${this}: it is running`);
    }
    if (!(interval >= 0)) throw new RangeError(`Cannot start ${this}: the interval is ${interval}`);
    const startTime = this.clock.seconds();
    const deferred = new Deferred<this>();
    this.#deferred = deferred;
    this.#running = true;
    this.#startTime = startTime;
    this.#lastTime = null;
    this.#runAtStart = now;
    this.interval = interval;
    if (now) this.#run();
    else this.#scheduleFrom(startTime);
    return deferred;
  }

  /**
   * Stops. The Deferred that {@linkcode LoopingCall.start} returned fires before this returns, or, if
   * the function runs just now, when it has finished.
   *
   * @throws {LoopingCallStoppedError} If it does not run.
   */
  stop(): void {
    this.#checkRunning("stop");
    this.#running = false;
    if (this.#call === null) return;
    this.#call.cancel();
    this.#call = null;
    this.#finish()?.callback(this);
  }

  /**
   * Begins the grid anew: the next call is made an interval from now.
   *
   * @throws {LoopingCallStoppedError} If it does not run.
   */
  reset(): void {
    this.#checkRunning("reset");
    if (this.#call === null) return;
    this.#call.cancel();
    this.#startTime = this.clock.seconds();
    this.#scheduleFrom(this.#startTime);
  }

  /** Returns one line: the interval, the function and its arguments. */
  toString(): string {
    const name = this.#callable.name || "anonymous";
    return `LoopingCall<${this.interval}>(${[name, ...this.#args.map(String)].join(", ")})`;
  }

  #checkRunning(verb: string): void {
    if (this.#running) return;
    throw new LoopingCallStoppedError(`Cannot ${verb} ${this}: it is not running`);
  }

  #finish(): Deferred<this> | null {
    const deferred = this.#deferred;
    this.#deferred = null;
    return deferred;
  }

  #run(): void {
    this.#call = null;
    maybeDeferred(this.#callable, ...this.#args).addCallback(() => {
      if (this.#running) this.#scheduleFrom(this.clock.seconds());
      else this.#finish()?.callback(this);
    }).addErrback((failure) => {
      this.#running = false;
      this.#finish()?.errback(failure);
    });
  }

  /** Plans the next call: for the first point of the grid after a time. */
  #scheduleFrom(time: number): void {
    this.#call = this.clock.callLater(this.#secondsUntilNext(time), () => this.#run());
  }

  #secondsUntilNext(time: number): number {
    const interval = this.interval ?? 0;
    if (interval === 0) return 0;
    const past = (time - this.#startTime) % interval;
    // On a clock that was set back the grid goes on to the left of its beginning.
    const seconds = past < 0 ? -past : interval - past;
    // A distance too small to move the clock would call again at the very same time.
    return time + seconds === time ? interval : seconds;
  }

  /** How many points of the grid have passed since the last call that counted any. */
  #countIntervals(): number {
    const now = this.clock.seconds();
    const interval = this.interval ?? 0;
    let count = 1;
    if (interval > 0) {
      const first = this.#runAtStart ? this.#startTime - interval : this.#startTime;
      const last = this.#lastTime ?? first;
      const pointsUntil = (time: number) => Math.trunc((time - this.#startTime) / interval);
      count = pointsUntil(now) - pointsUntil(last);
    }
    if (count > 0) this.#lastTime = now;
    return count;
  }
}
