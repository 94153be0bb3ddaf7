/**
 * The clocks of one host: how it sees the time that passes in the world.
 *
 * @module
 */

import type { Clock } from "../../poller/mod.ts";
import type { VirtualTime } from "../virtual_time.ts";

/**
 * The clocks of a host: a monotonic one that may run fast or slow and may leap forward, and a wall
 * clock on top of it that may be wrong and may be set.
 *
 * @example A host whose clock gains a second in ten
 * ```ts
 * import { Simulation } from "@twinloop/twinloop/sim";
 * import { assertEquals } from "@std/assert";
 *
 * const sim = new Simulation();
 * const { clock } = sim.host("fast");
 * clock.drift(0.1);
 * await sim.run(() => sim.sleep(10));
 * assertEquals(clock.now(), 11);
 * ```
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

  readonly #changed: (wakes: boolean) => void;

  /**
   * Made by the host.
   *
   * @param time The world's time.
   * @param changed Called when a clock was put wrong; with true if what waits for a time of it has to
   * look again.
   */
  constructor(time: VirtualTime, changed: (wakes: boolean) => void) {
    this.#time = time;
    this.#changed = changed;
  }

  /** Returns the monotonic clock, in seconds. */
  now(): number {
    const now = this.#time.read();
    // The common case, to the bit: a clock that was never touched shows the world's time.
    if (this.#rate === 1 && this.#base === this.#since) return now;
    return this.#base + (now - this.#since) * this.#rate;
  }

  /** Returns the wall clock, in seconds since the run's begin as the world sees it. */
  wall(): number {
    return this.now() + this.#offset;
  }

  /**
   * Returns how many seconds pass in the world while so many pass on this host.
   *
   * @param seconds Seconds of this clock.
   */
  worldSeconds(seconds: number): number {
    return this.#rate === 1 ? seconds : seconds / this.#rate;
  }

  /**
   * Has the clock run faster or slower from now on.
   *
   * @param perSecond What it gains in a second, in seconds: 1e-4 is 0.1 ms; negative if it loses.
   * @throws {RangeError} If it would stand still or run backwards, or the number is not finite.
   */
  drift(perSecond: number): void {
    if (!(perSecond > -1 && perSecond < Infinity)) {
      throw new RangeError(`Cannot drift: ${perSecond} is not above -1 and finite`);
    }
    this.#base = this.now();
    this.#since = this.#time.now;
    this.#rate = 1 + perSecond;
    this.#changed(true);
  }

  /**
   * Has the monotonic clock, and the wall clock with it, leap forward, as after a suspended machine resumes.
   *
   * @param seconds How far.
   * @throws {RangeError} If it is negative or not finite.
   */
  leap(seconds: number): void {
    if (!(seconds >= 0 && seconds < Infinity)) {
      throw new RangeError(`Cannot leap: ${seconds} is negative or not finite`);
    }
    this.#base = this.now() + seconds;
    this.#since = this.#time.now;
    this.#changed(true);
  }

  /**
   * Steps the wall clock (`Date.now()`), as somebody does who sets it.
   *
   * @param seconds How far; negative is back.
   * @throws {RangeError} If it is not finite.
   */
  step(seconds: number): void {
    if (!Number.isFinite(seconds)) {
      throw new RangeError(`Cannot step a clock: ${seconds} is not finite`);
    }
    this.#offset += seconds;
    this.#changed(false);
  }
}
