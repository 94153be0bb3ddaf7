/**
 * The readiness half of the seam.
 *
 * @module
 */

import type { Handle } from "./handle.ts";
import type { Interest } from "./interest.ts";

/**
 * Called for each ready handle of a batch.
 *
 * @param handle The handle.
 * @param events What it is ready for: bits of the interest it is registered with, and ERROR.
 */
export type OnReady = (handle: Handle, events: Interest) => void;

/**
 * Waits until handles are ready, in passes.
 *
 * A loop owns a poller: it runs what is due, calls {@linkcode Poller.poll}, handles what `onReady`
 * brings, and does the same again from `onDone`.
 *
 * Guaranteed:
 * - **Never at once.** `poll` returns before it calls `onReady` or `onDone`. `register`, `modify`,
 *   `unregister` and `wake` never call anything.
 * - **Level-triggered.** A handle that is ready when a poll begins is reported in it; what a
 *   handler leaves unread, or room it leaves unused, is reported again in the next.
 * - **At most once a pass.** A poll reports a handle once, with all its bits together; for a
 *   stream both READ and WRITE where both are true.
 * - **Current.** The interest counts at the moment of the report: a handle that was unregistered,
 *   closed or modified by an earlier handler of the batch is not reported with what it no longer
 *   wants; one that is closed and replaced is never confused with its successor.
 * - **Fair.** Every poll, also one with a time-out of 0, lets the platform look at all registered
 *   handles within a bounded number of polls, however busy the loop's callbacks are.
 * - **Prompt.** `onDone` is called once for each `poll`: when at least one handle was reported,
 *   `wake` was called (also before the poll began), or the time-out has passed.
 * - **Microtasks.** The microtask queue runs empty between `onDone` of one poll and the first call
 *   of the next.
 *
 * Not guaranteed: the order within a batch, that microtasks run (or do not run) between two
 * handlers of a batch, that a ready handle is still ready when its handler runs, that the time-out
 * is exact (it is never early by the platform's clock).
 *
 * Tornado: the `impl` of `PollIOLoop` with `register`, `modify`, `unregister`, `poll`, and its
 * `Waker` (`ioloop.py`, `platform/interface.py`, 4.5.3). Differs from Tornado: `poll` calls back
 * instead of returning a list, since nothing in Deno may block the thread.
 */
export interface Poller {
  /** How many handles are registered. */
  readonly size: number;
  /**
   * Begins to watch a handle.
   *
   * @param handle An open handle of this poller's platform.
   * @param interest What to wait for; ERROR is always included.
   * @throws {AlreadyRegisteredError} If it is registered already.
   * @throws {SocketError} `EBADF` if it is closed.
   * @throws {TypeError} If it belongs to another platform.
   * @throws {PollerClosedError} After {@linkcode Poller.close}.
   */
  register(handle: Handle, interest: Interest): void;
  /**
   * Replaces what a handle is watched for.
   *
   * @param handle A registered handle.
   * @param interest The new interest, whole.
   * @throws {NotRegisteredError} If it is not registered.
   */
  modify(handle: Handle, interest: Interest): void;
  /**
   * Ceases to watch a handle. What had arrived stays to be received.
   *
   * @param handle A registered handle.
   * @throws {NotRegisteredError} If it is not registered.
   */
  unregister(handle: Handle): void;
  /**
   * Makes one pass: waits, reports what is ready, and ends.
   *
   * @param timeout How long to wait, in seconds: 0 looks once, `Infinity` waits; clamped at 0.
   * @param onReady Called for each ready handle. It must not throw.
   * @param onDone Called once at the end; it may call `poll` again. It must not throw.
   * @throws {InvariantError} If a pass is under way.
   * @throws {PollerClosedError} After {@linkcode Poller.close}.
   * @throws {RangeError} If `timeout` is `NaN`.
   */
  poll(timeout: number, onReady: OnReady, onDone: () => void): void;
  /**
   * Ends the wait of the poll under way, or of the next one if none is. Callable from anywhere;
   * many calls count as one.
   */
  wake(): void;
  /**
   * Tells that no poll will follow for now, so that nothing of the poller (a native timer) keeps
   * the process alive or counts as a leak. The next poll ends the pause.
   *
   * @throws {InvariantError} If a pass is under way.
   */
  pause(): void;
  /**
   * Ends the poller; handles are unregistered and stay open. A pass under way ends without calling
   * anything. A second call is ignored.
   */
  close(): void;
}
