/**
 * The loop that a program gets without asking for a particular one.
 *
 * @module
 */

import { takeEarlyPlatform } from "./process/early_listeners.ts";
import { setFallbackLoop } from "./current_io_loop.ts";
import type { IOLoop } from "./io_loop.ts";
import { PollIOLoop } from "./poll_io_loop.ts";

// Loading this makes nothing; the first IOLoop.instance() does, so that a program can configure or
// install another loop before.
setFallbackLoop(makeDefaultIOLoop);

/**
 * Makes what `IOLoop.instance()` returns where nothing else was configured: a loop on the machine.
 *
 * @returns A new loop.
 */
export function makeDefaultIOLoop(): IOLoop {
  return new PollIOLoop(takeEarlyPlatform());
}
