/**
 * Where errors of callbacks go.
 *
 * @module
 */

import type { IOLoop } from "./io_loop.ts";
import type { Callback } from "./scheduled_callback.ts";

/**
 * Hands an error to the loop's `handleCallbackException()`; what that throws itself goes to the
 * platform. It never throws.
 *
 * @param ioLoop The loop.
 * @param callback What threw the error, as it was added.
 * @param error The error.
 */
export function handCallbackError(ioLoop: IOLoop, callback: Callback, error: unknown): void {
  try {
    ioLoop.handleCallbackException(callback, error);
  } catch (hookError) {
    ioLoop.platform.report({ message: "Exception in handleCallbackException", error: hookError });
  }
}
