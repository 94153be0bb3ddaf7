/**
 * The end of a test that waits for nothing in particular.
 *
 * @module
 */

import type { IOLoop } from "../../ioloop/mod.ts";

/** Enough for what is due at once to happen, also on a tower, and for what it adds. */
const PASSES = 20;

/**
 * Stops a loop after a number of passes that do not wait: unlike a timer, they cannot overtake
 * what the test waits for when the machine is busy.
 *
 * @param ioLoop The loop.
 * @param passes How many passes are left.
 */
export function stopAfterPasses(ioLoop: IOLoop, passes: number = PASSES): void {
  ioLoop.spawnCallback(() => {
    if (passes === 0) ioLoop.stop();
    else stopAfterPasses(ioLoop, passes - 1);
  });
}
