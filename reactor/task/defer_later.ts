/**
 * A call in some time, as a Deferred.
 *
 * @module
 */

import type { Chained, Timers } from "../deferred/chained.ts";
import { Deferred } from "../deferred/deferred.ts";

/**
 * Waits for some time.
 *
 * Twisted: `deferLater` (`internet/task.py`, 24.7).
 *
 * @param clock What calls later, such as a reactor.
 * @param delay How long to wait, in seconds.
 * @returns A Deferred that fires with `undefined` when the time is over; cancelling it takes the timer
 * back.
 */
export function deferLater(clock: Timers, delay: number): Deferred<void>;
/**
 * Calls a function in some time.
 *
 * Twisted: `deferLater` (`internet/task.py`, 24.7).
 *
 * @example
 * ```ts
 * import { deferLater } from "@twinloop/twinloop/reactor";
 * import { SimClock } from "@twinloop/twinloop/sim";
 * import { assertEquals } from "@std/assert";
 *
 * const clock = new SimClock();
 * const sum = deferLater(clock, 3, (a: number, b: number) => a + b, 1, 2);
 * clock.advance(3);
 * assertEquals(sum.result, 3);
 * ```
 *
 * @param clock What calls later, such as a reactor.
 * @param delay How long to wait, in seconds.
 * @param callable What to call.
 * @param args What to call it with.
 * @returns A Deferred with what the function returns or throws; cancelling it takes the timer back.
 */
export function deferLater<R, A extends unknown[]>(
  clock: Timers,
  delay: number,
  callable: (...args: A) => R,
  ...args: A
): Deferred<Chained<R>>;
export function deferLater(
  clock: Timers,
  delay: number,
  callable?: (...args: unknown[]) => unknown,
  ...args: unknown[]
): Deferred<unknown> {
  const deferred = new Deferred<void>(() => call.cancel());
  const call = clock.callLater(delay, () => deferred.callback());
  return callable === undefined ? deferred : deferred.addCallback(() => callable(...args));
}
