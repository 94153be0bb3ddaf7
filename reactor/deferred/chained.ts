/**
 * The types that a chain of callbacks hands on.
 *
 * @module
 */

import type { Failure } from "./failure.ts";

/**
 * What the next callback gets if one returns `R`: the result of a Deferred or of a promise, nothing
 * of a {@linkcode Failure} (it goes to the next errback), and everything else as it is.
 *
 * @typeParam R What a callback returns.
 */
export type Chained<R> = R extends Failure ? never
  : R extends PromiseLike<infer U> ? Awaited<U>
  : R;

/** A call that waits for its time: as much of Twisted's `IDelayedCall` as is needed here. */
export interface TimerCall {
  /** Says whether the call still waits. */
  active(): boolean;
  /** Takes the call back. */
  cancel(): void;
}

/** Anything that calls later: as much of Twisted's `IReactorTime` as is needed here. */
export interface Timers {
  /**
   * Calls a function later, never synchronously.
   *
   * @param delay In how many seconds.
   * @param callable What to call.
   * @returns The call.
   */
  callLater(delay: number, callable: () => void): TimerCall;
}

/** How a Deferred is turned into a promise. */
export interface AsPromiseOptions {
  /** When it aborts, the promise is rejected with its reason and the Deferred is cancelled. */
  readonly signal?: AbortSignal;
}
