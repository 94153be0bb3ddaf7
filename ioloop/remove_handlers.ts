/**
 * How a loop that is closed lets go of its handlers.
 *
 * @module
 */

import { handCallbackError } from "./callback_error.ts";

import type { HandlerEntry, HandlerTable } from "./handler_table.ts";
import type { IOLoop } from "./io_loop.ts";
import type { CloseOptions } from "./io_loop_options.ts";
import type { Callback } from "./scheduled_callback.ts";

/**
 * Removes all handlers of a loop. An object whose `close()` throws keeps none of the others open.
 *
 * @param ioLoop The loop.
 * @param handlers Its handlers.
 * @param options Whether to close the descriptors, too.
 * @returns Hands what was thrown to the loop's hook; to be called when the loop is closed.
 */
export function removeHandlers(
  ioLoop: IOLoop,
  handlers: HandlerTable,
  options: CloseOptions,
): () => void {
  const failures: [HandlerEntry, error: unknown][] = [];
  for (const entry of [...handlers]) {
    ioLoop.removeHandler(entry.fd);
    if (!options.allFds) continue;
    try {
      ioLoop.closeFd(entry.fd);
    } catch (error) {
      failures.push([entry, error]);
    }
  }
  return () => {
    for (const [{ callback }, error] of failures) {
      handCallbackError(ioLoop, callback as Callback, error);
    }
  };
}
