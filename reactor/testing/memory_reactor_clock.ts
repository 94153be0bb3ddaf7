/**
 * A reactor without a loop or a network, whose time a test moves.
 *
 * @module
 */

import { MemoryReactor } from "./memory_reactor.ts";

/**
 * A {@linkcode MemoryReactor} with time: what its connections deliver and its delayed calls happen
 * in one order, as the test moves the clock.
 *
 * Twisted: `MemoryReactorClock` (`internet/testing.py`, 24.7). Differs from Twisted: time goes from
 * deadline to deadline, and connections go by it.
 *
 * @example A client that waits before it comes back
 * ```ts
 * import { MemoryReactorClock } from "@twinloop/twinloop/reactor";
 * import { assertEquals } from "@std/assert";
 *
 * const reactor = new MemoryReactorClock();
 * const log: number[] = [];
 * reactor.callLater(2, () => log.push(reactor.seconds()));
 * reactor.callLater(1, () => log.push(reactor.seconds()));
 * reactor.advance(3);
 * assertEquals(log, [1, 2]);
 * ```
 */
export class MemoryReactorClock extends MemoryReactor {
  /**
   * Moves time on, from deadline to deadline: each call sees the time for which it was made. One
   * that is added meanwhile runs, too, if it is due.
   *
   * @param seconds How far, in seconds; 0 runs what is due.
   * @throws {RangeError} If `seconds` is negative or not finite.
   * @throws {unknown} What a call has thrown and no log observer has taken, after all calls are made.
   */
  advance(seconds: number): void {
    if (!(seconds >= 0 && seconds < Infinity)) {
      throw new RangeError(`Cannot move time: step ${seconds} is negative or not finite`);
    }
    const { platform } = this;
    const { calls } = platform;
    const end = platform.time + seconds;
    while (calls.nextDeadline <= end) {
      platform.time = Math.max(platform.time, calls.nextDeadline);
      const call = calls.takeFirst(platform.time);
      if (call !== undefined && call !== null) this.make(call);
    }
    platform.time = end;
    this.throwReports();
  }

  /**
   * Moves time on to the next delayed call, and makes those of that time. Not in Twisted.
   *
   * @returns Whether there was one.
   */
  advanceToNext(): boolean {
    const next = this.platform.calls.nextDeadline;
    if (next === Infinity) return false;
    this.advance(Math.max(0, next - this.seconds()));
    return true;
  }

  /**
   * Advances by each of some steps.
   *
   * @param steps How far each time, in seconds.
   */
  pump(steps: Iterable<number>): void {
    for (const step of steps) this.advance(step);
  }
}
