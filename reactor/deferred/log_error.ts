/**
 * An errback that reports.
 *
 * @module
 */

import { reportUnhandledError } from "../../poller/unhandled_errors.ts";
import type { Failure } from "./failure.ts";

/**
 * Reports a failure and passes it on: an errback for the middle of a chain.
 *
 * The report goes where failures go that nobody handled: to the reporter of
 * `setUnhandledErrorReporter`, or to the `ErrorLedger` that a test or a simulation holds.
 *
 * Twisted: `logError` (`internet/defer.py`, 24.7).
 *
 * @param failure The failure.
 * @returns The same failure.
 */
export function logError(failure: Failure): Failure {
  reportUnhandledError("Error in Deferred", failure.value);
  return failure;
}
