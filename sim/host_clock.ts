/**
 * The clocks of one host: how it sees the time that passes in the world.
 *
 * @module
 */

import type { Clock } from "../poller/mod.ts";
import type { VirtualTime } from "./virtual_time.ts";

/**
 * A monotonic clock that may run fast or slow and may leap forward, and a wall clock on top of it
 * that may be wrong and may be set.
 */
export class HostClock implements Clock {
  readonly #time: VirtualTime;
  /** The world's time from which on `#rate` holds. */
  #since = 0;
  /** The monotonic clock at that time. */
  #base = 0;
  /** How many seconds the clock shows for each second of the world. */
  #rate = 1;
  /** How far the wall clock is before the monotonic one. */
  #offset = 0;

  /** Made by the host. */
  constructor(time: VirtualTime) {
    this.#time = time;
  }

  /** Returns the monotonic clock, in seconds. */
  now(): number {
    const { now } = this.#time;
    // The common case, to the bit: a clock that was never touched shows the world's time.
    if (this.#rate === 1 && this.#base === this.#since) return now;
    return this.#base + (now - this.#since) * this.#rate;
  }

  /** Returns the wall clock, in seconds since the run's begin as the world sees it. */
  wall(): number {
    return this.now() + this.#offset;
  }

  /** Returns how many seconds pass in the world while so many pass on this host; at least so many that the clock has got there. */
  worldSeconds(seconds: number): number {
    return this.#rate === 1 ? seconds : seconds / this.#rate;
  }

  /** Has the clock run faster or slower from now on: 1e-4 gains 0.1 ms a second. */
  drift(perSecond: number): void {
    this.#base = this.now();
    this.#since = this.#time.now;
    this.#rate = 1 + perSecond;
  }

  /** Has the monotonic clock, and the wall clock with it, leap forward, as after a suspended machine resumes. */
  leap(seconds: number): void {
    this.#base = this.now() + seconds;
    this.#since = this.#time.now;
  }

  /** Steps the wall clock, forward or back, as somebody does who sets it. */
  step(seconds: number): void {
    this.#offset += seconds;
  }
}
