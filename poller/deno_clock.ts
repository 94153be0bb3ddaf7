/**
 * Time on Deno.
 *
 * @module
 */

import type { Clock } from "./clock.ts";

/** The process's monotonic clock; its epoch is the start of the process. */
export class DenoClock implements Clock {
  /** Returns the time in seconds. */
  now(): number {
    return performance.now() / 1000;
  }
}
