/**
 * Breaks off code that does not end.
 *
 * A synchronous driver cannot look at the time while a callback loops for ever, nor while promises
 * follow each other without an end. A worker could, but it could only end the process, and not without
 * permissions. So the turns run as a script of `node:vm`, whose time-out has the engine break
 * off whatever runs in it, microtasks included, and go on behind it. A time-out costs some 20 µs, so
 * many turns share one.
 *
 * @module
 */

import vm from "node:vm";

/** After how many seconds of real time a turn is broken off unless told otherwise. */
export const WATCHDOG_SECONDS = 10;

/** Under this name the script finds what it calls. */
const KEY = Symbol.for("twinloop.turns");

/** The longest time-out that the engine takes, in milliseconds. */
const MILLISECONDS_MAX = 2 ** 31 - 1;

let script: vm.Script | null = null;

/**
 * Calls a function and breaks it off if it has not returned in time. `finally` clauses of what is broken
 * off do not run.
 *
 * @param fn What to call; it must not throw.
 * @param seconds After how many seconds of real time; `Infinity` never.
 * @returns Whether it has returned.
 */
export function runWatched(fn: () => void, seconds: number): boolean {
  if (seconds === Infinity) {
    fn();
    return true;
  }
  script ??= new vm.Script(`globalThis[Symbol.for("twinloop.turns")]()`, { filename: "twinloop" });
  const globals = globalThis as Record<symbol, unknown>;
  const outer = globals[KEY];
  let hasReturned = false;
  globals[KEY] = () => {
    fn();
    hasReturned = true;
  };
  try {
    const timeout = Math.min(MILLISECONDS_MAX, Math.max(1, Math.ceil(seconds * 1000)));
    script.runInThisContext({ timeout });
  } catch (error) {
    if (hasReturned || (error as { code?: unknown }).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") {
      throw error;
    }
  } finally {
    if (outer === undefined) delete globals[KEY];
    else globals[KEY] = outer;
  }
  return hasReturned;
}
