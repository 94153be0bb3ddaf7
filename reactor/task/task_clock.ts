/**
 * What is needed of a reactor to do things in time.
 *
 * @module
 */

import type { Timers } from "../deferred/chained.ts";

/**
 * Something that knows the time and calls later, such as a reactor or a simulated clock: as much of
 * Twisted's `IReactorTime` as is needed here.
 */
export interface TaskClock extends Timers {
  /** Returns the time in seconds since an arbitrary moment. */
  seconds(): number;
}
