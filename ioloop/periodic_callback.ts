/**
 * A callback that comes back.
 *
 * @module
 */

import { IOLoopClosedError } from "./errors.ts";
import { IOLoop } from "./io_loop.ts";
import { jittered, nextTick } from "./periodic_grid.ts";
import type { SettledFuture } from "./settled_future.ts";
import { isThenable } from "./thenable.ts";
import type { TimeDelta } from "./time_delta.ts";
import { totalSeconds } from "./time_delta.ts";
import type { Timeout } from "./timeout.ts";

/** At this jitter a period could be 0 seconds long. */
const JITTER_LIMIT = 2;

/** How a periodic callback is made. */
export interface PeriodicCallbackOptions {
  /**
   * How much each period varies, as a fraction of it: 0.1 stretches or shrinks it by up to 5 %.
   * Less than 2, since a period cannot shrink to nothing.
   *
   * @default {0}
   */
  readonly jitter?: number;
  /** The loop to run on; by default the one that is current at `start()`. */
  readonly ioLoop?: IOLoop;
}

/**
 * Calls a function again and again, on a grid that begins at `start()`: a call that takes longer
 * than a period leaves out the ticks that it missed, and the next comes at a point of the grid.
 *
 * If the function returns a promise or a Deferred, the next tick waits for it. Errors go to the
 * loop's `handleCallbackException`, and the ticks go on.
 *
 * Tornado: `PeriodicCallback` (`ioloop.py`, 6.2).
 *
 * Differs from Tornado: the period is in seconds, as every duration here, not in milliseconds;
 * `start()` while it runs begins a new grid instead of a second series of calls.
 *
 * @example Three ticks
 * ```ts
 * import { IOLoop, PeriodicCallback } from "@twinloop/twinloop/ioloop";
 * import { assertEquals } from "@std/assert";
 *
 * using ioLoop = IOLoop.instance();
 * let ticks = 0;
 * const periodic = new PeriodicCallback(() => {
 *   if (++ticks === 3) ioLoop.stop();
 * }, 0.001, { ioLoop });
 * periodic.start();
 * await ioLoop.start();
 * periodic.stop();
 * assertEquals(ticks, 3);
 * ```
 */
export class PeriodicCallback {
  /** The distance of two ticks, in seconds. */
  readonly callbackTime: number;
  /** How much each period varies, as a fraction of it. */
  readonly jitter: number;
  readonly #callback: () => unknown;
  /** The loop that was asked for, if any. */
  readonly #wanted: IOLoop | undefined;
  /** The run under way; `null` while it is stopped. A late promise of an older run is ignored. */
  #run: Run | null = null;

  /**
   * Makes a periodic callback; it does not run yet.
   *
   * @param callback The function.
   * @param callbackTime The distance of two ticks, in seconds, or as a span.
   * @param options Jitter, and the loop.
   * @throws {RangeError} If `callbackTime` is not more than 0 and finite, or `jitter` not from 0
   * to less than 2.
   */
  constructor(
    callback: () => unknown,
    callbackTime: number | TimeDelta,
    options: PeriodicCallbackOptions = {},
  ) {
    const seconds = typeof callbackTime === "object" ? totalSeconds(callbackTime) : callbackTime;
    const jitter = options.jitter ?? 0;
    if (!(seconds > 0 && seconds < Infinity)) {
      throw new RangeError(`Cannot make a periodic callback: its period is ${seconds}`);
    }
    if (!(jitter >= 0 && jitter < JITTER_LIMIT)) {
      throw new RangeError(`Cannot make a periodic callback: its jitter is ${jitter}`);
    }
    this.#callback = callback;
    this.callbackTime = seconds;
    this.jitter = jitter;
    this.#wanted = options.ioLoop;
  }

  /** Begins; the first call comes one period later. Tornado: `start()`. */
  start(): void {
    this.stop();
    const ioLoop = this.#wanted ?? IOLoop.current();
    const run: Run = { ioLoop, deadline: ioLoop.time(), timeout: null };
    this.#schedule(run);
    this.#run = run;
  }

  /** Ends; no call comes after this. Tornado: `stop()`. */
  stop(): void {
    const run = this.#run;
    if (run === null) return;
    this.#run = null;
    if (run.timeout !== null) run.ioLoop.removeTimeout(run.timeout);
  }

  /**
   * Tells whether it was started and not stopped. Tornado: `is_running()`.
   *
   * @returns Whether it runs.
   */
  isRunning(): boolean {
    return this.#run !== null;
  }

  #schedule(run: Run): void {
    const { random } = run.ioLoop.platform;
    const period = this.jitter === 0
      ? this.callbackTime
      : jittered(this.callbackTime, this.jitter, random.next());
    run.deadline = nextTick({ previous: run.deadline, now: run.ioLoop.time(), period });
    run.timeout = run.ioLoop.callAt(run.deadline, () => this.#tick(run));
  }

  #tick(run: Run): void {
    const { ioLoop } = run;
    let result: unknown = null;
    try {
      result = this.#callback();
    } catch (error) {
      ioLoop.handleCallbackException(this.#callback, error);
    } finally {
      if (isThenable(result)) ioLoop.addFuture(result, (settled) => this.#settled(run, settled));
      else this.#next(run);
    }
  }

  #settled(run: Run, settled: SettledFuture<unknown>): void {
    this.#next(run);
    if (settled.status === "rejected") {
      run.ioLoop.handleCallbackException(this.#callback, settled.exception());
    }
  }

  /** Schedules the next tick, unless the run was stopped, or its loop closed, by the callback or while it waited. */
  #next(run: Run): void {
    if (this.#run !== run) return;
    try {
      this.#schedule(run);
    } catch (error) {
      if (!(error instanceof IOLoopClosedError)) throw error;
      // The callback has closed the loop, a guest of a reactor: there is no next tick.
      this.#run = null;
    }
  }
}

/** What lasts from one `start()` to the `stop()` after it. */
interface Run {
  readonly ioLoop: IOLoop;
  /** The point of the grid that comes next, or came last. */
  deadline: number;
  /** The timeout for the next tick; `null` before the first. */
  timeout: Timeout | null;
}
