/**
 * How a turn's microtasks are run to the end.
 *
 * The driver leaves the microtask it was called in with one `setImmediate`, and from then on runs
 * turn after turn in that macrotask. Between turns the microtask queue must run empty. The engine's
 * own checkpoint does it in about 0.1 µs, but is not public; one `setImmediate` a turn does it in
 * about 1 µs with public means. The checkpoint is a silent no-op where Deno does not allow it, so
 * it is tried out before it is trusted.
 *
 * @module
 */

import { setImmediate } from "node:timers";

/** How microtasks are drained: the engine's checkpoint, or one macrotask for each turn. */
export type DrainMode = "checkpoint" | "macrotask";

/**
 * After so many turns the driver lets the event loop go round once, which is when Deno tells of
 * promises that were rejected without a handler.
 */
const TURNS_PER_MACROTASK = 64;

const hop: (fn: () => void) => void = setImmediate;

/**
 * What holds while turns run: entered before the first of a macrotask, left when the microtasks of
 * its last have run. What other code of the process does in between runs outside.
 */
export interface DriveScope {
  /** Called before turns run. */
  enter(): void;
  /** Called after turns ran, with an empty microtask queue. */
  leave(): void;
}

const NO_SCOPE: DriveScope = { enter: () => {}, leave: () => {} };

/** The engine's checkpoint, if this Deno has it. */
function findCheckpoint(): (() => void) | null {
  const internal = (Deno as unknown as { internal?: symbol }).internal;
  if (internal === undefined) return null;
  const host = Deno as unknown as Record<
    symbol,
    { core?: { runMicrotasks?: unknown } } | undefined
  >;
  const run = host[internal]?.core?.runMicrotasks;
  return typeof run === "function" ? run as () => void : null;
}

/** Whether the checkpoint runs a chain of microtasks to its end, here and now. */
function works(checkpoint: () => void): boolean {
  let links = 0;
  Promise.resolve().then(() => links++).then(() => links++);
  checkpoint();
  return links === 2;
}

/**
 * Calls a function again and again, each time with an empty microtask queue, until it returns
 * false. No call happens before this returns.
 *
 * @param step One turn; returns whether to go on.
 * @param mode How to drain; `undefined` takes the checkpoint where it works.
 * @param scope What holds while turns run.
 * @returns A promise that resolves to the mode that was used after the last turn has been drained, and that rejects
 * with what a turn throws.
 */
export function drive(
  step: () => boolean,
  mode?: DrainMode,
  scope: DriveScope = NO_SCOPE,
): Promise<DrainMode> {
  return new Promise((resolve, reject) => {
    hop(() => {
      const checkpoint = mode === "macrotask" ? null : findCheckpoint();
      if (checkpoint !== null && works(checkpoint)) {
        driveByCheckpoint(step, checkpoint, scope, () => resolve("checkpoint"), reject);
      } else if (mode === "checkpoint") {
        reject(new TypeError("Cannot drain by checkpoint: this runtime has none that works"));
      } else {
        driveByMacrotask(step, scope, () => resolve("macrotask"), reject);
      }
    });
  });
}

function driveByCheckpoint(
  step: () => boolean,
  checkpoint: () => void,
  scope: DriveScope,
  resolve: () => void,
  reject: (error: unknown) => void,
): void {
  let more = true;
  scope.enter();
  try {
    for (let turns = 0; more && turns < TURNS_PER_MACROTASK; turns++) {
      more = step();
      checkpoint();
    }
  } catch (error) {
    return hop(() => reject(error));
  } finally {
    scope.leave();
  }
  if (more) hop(() => driveByCheckpoint(step, checkpoint, scope, resolve, reject));
  else hop(resolve);
}

/** The microtasks of a turn run after its macrotask, so that the next macrotask leaves the scope. */
function driveByMacrotask(
  step: () => boolean,
  scope: DriveScope,
  resolve: () => void,
  reject: (error: unknown) => void,
): void {
  scope.enter();
  let next: () => void;
  try {
    next = step() ? () => driveByMacrotask(step, scope, resolve, reject) : resolve;
  } catch (error) {
    next = () => reject(error);
  }
  hop(() => {
    scope.leave();
    next();
  });
}
