/**
 * What is said of callbacks that take too long.
 *
 * @module
 */

import type { Platform } from "../poller/platform.ts";
import { LoopBlockedError } from "./errors.ts";
import type { Callback } from "./scheduled_callback.ts";

/** What a loop does about callbacks that take too long. */
export interface BlockingLog {
  /** How long one may take, in seconds; `Infinity` if none is timed. */
  readonly blockingLogThreshold: number;
}

/** Something that a loop calls, and where it was added. */
export interface Originated {
  /** The function. */
  readonly callback: Callback;
  /** The stack of the call that added it; `null` if none was captured. */
  readonly origin: Error | null;
}

/**
 * Reads the argument of `setBlockingLogThreshold()`.
 *
 * @param seconds The threshold; `null` for none.
 * @returns The threshold; `Infinity` for none.
 * @throws {RangeError} If it is not above 0.
 */
export function toThreshold(seconds: number | null): number {
  if (seconds === null) return Infinity;
  if (seconds > 0) return seconds;
  throw new RangeError(`Cannot set the threshold: ${seconds} is not above 0`);
}

/**
 * Remembers where a callback is added, if the loop wants to know.
 *
 * @param log The loop.
 * @param callback The callback.
 * @returns An error with the stack, or `null`.
 */
export function captureOrigin(log: BlockingLog, callback: Callback): Error | null {
  if (log.blockingLogThreshold === Infinity) return null;
  return new Error(`${nameOf(callback)} was added here`);
}

/**
 * Reports a callback that took too long; does nothing if it did not.
 *
 * @param platform What takes the report.
 * @param entry The callback.
 * @param seconds How long it took.
 * @param limit How long it might have taken.
 */
export function reportIfBlocked(
  platform: Platform,
  entry: Originated,
  seconds: number,
  limit: number,
): void {
  if (!(seconds > limit)) return;
  const name = nameOf(entry.callback);
  const took = `${name} took ${seconds.toFixed(3)} s, more than ${limit} s`;
  const error = new LoopBlockedError(
    `Cannot keep the loop going: ${took}`,
    seconds,
    entry.origin === null ? {} : { cause: entry.origin },
  );
  platform.report({ message: `Blocked in callback ${name}`, error });
}

/** Returns the name of a callback for a message. */
export function nameOf(callback: Callback): string {
  return callback.name === "" ? "(anonymous)" : callback.name;
}
