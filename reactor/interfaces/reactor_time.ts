/**
 * What a reactor does with time.
 *
 * @module
 */

import type { IDelayedCall } from "./delayed_call.ts";

/**
 * Time, and calls that wait for it.
 *
 * Twisted: `IReactorTime` (`internet/interfaces.py`, 24.7).
 */
export interface IReactorTime {
  /** Returns the time in seconds since an arbitrary moment. It never decreases. */
  seconds(): number;
  /**
   * Calls a function later, once, in a pass of the reactor and never inside this call. A call added
   * while due calls are being made waits for the next pass, also with a delay of 0. Calls are made
   * in the order of their times; equal times in the order in which they were set.
   *
   * @typeParam A The arguments of the function.
   * @param delay How long to wait, in seconds, at least 0; as much as 2^128 is fine.
   * @param callable What to call.
   * @param args What to call it with.
   * @returns The waiting call.
   * @throws {RangeError} If `delay` is negative or `NaN`.
   * @throws {TypeError} If `callable` is not a function.
   */
  callLater<A extends unknown[]>(
    delay: number,
    callable: (...args: A) => unknown,
    ...args: A
  ): IDelayedCall;
  /** Returns the calls that wait, in no particular order, as a list of the caller's own. */
  getDelayedCalls(): IDelayedCall[];
}
