/**
 * What the program under test throws, or rejects, with nobody there to catch it.
 *
 * @module
 */

import type { DriveScope } from "./deno_drain.ts";
import { takeRejections } from "./deno_rejections.ts";

/** Whoever is told. */
export interface UncaughtTaker {
  /** Takes note of a promise that was rejected without a handler. */
  reject(reason: unknown): void;
  /** Takes note of an exception that no code caught: of a microtask, or of a listener of an event. */
  threw(error: unknown): void;
}

/** Whose turns run; `null` between turns. */
let current: UncaughtTaker | null = null;

/**
 * Takes what nobody catches for as long as a simulation runs: the exceptions of its own turns, which
 * would end the process otherwise, and the rejections of its turns and of whatever runs between turns.
 *
 * @param taker Told of each.
 * @param scope What holds while turns run.
 * @returns The scope to run the turns in, and what gives everything back.
 */
export function takeUncaught(
  taker: UncaughtTaker,
  scope: DriveScope,
): { readonly scope: DriveScope; readonly giveBack: () => void } {
  const giveBackRejections = takeRejections((reason) => {
    if (current === null || current === taker) taker.reject(reason);
  });
  const onError = (event: ErrorEvent) => {
    if (current !== taker) return;
    event.preventDefault();
    taker.threw(event.error);
  };
  globalThis.addEventListener("error", onError);
  return {
    scope: {
      enter: () => {
        current = taker;
        scope.enter();
      },
      leave: () => {
        scope.leave();
        current = null;
      },
      stuck: () => scope.stuck?.(),
    },
    giveBack: () => {
      globalThis.removeEventListener("error", onError);
      giveBackRejections();
    },
  };
}
