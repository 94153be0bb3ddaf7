/**
 * How a turn's microtasks are run to the end.
 *
 * The driver leaves the microtask it was called in with one `setImmediate`, and from then on runs
 * turn after turn in that macrotask. Between turns the microtask queue must run empty. The engine's
 * own checkpoint does it in about 0.1 µs, but is not public; two `setImmediate` a turn do it in
 * a few µs with public means. The checkpoint is a silent no-op where Deno does not allow it, so
 * it is tried out before it is trusted.
 *
 * @module
 */

import { setImmediate } from "node:timers";
import { PROBE } from "./deno_rejections.ts";
import { runWatched, WATCHDOG_SECONDS } from "./deno_watchdog.ts";

/** How microtasks are drained: the engine's checkpoint, or one macrotask for each turn. */
export type DrainMode = "checkpoint" | "macrotask";

/** After so many turns, or so many milliseconds, the driver lets the event loop go round once. */
const TURNS_PER_MACROTASK = 8192;
const MILLISECONDS_PER_MACROTASK = 50;
/** After so many turns it looks at the time. */
const TURNS_PER_LOOK = 32;

/** However slow the machine is, so many rounds are waited. */
const ROUNDS_MIN = 10;

const hop: (fn: () => void) => void = setImmediate;
const realNow: () => number = performance.now.bind(performance);

/**
 * What holds while turns run: entered before the first of a macrotask, left when the microtasks of
 * its last have run. What other code of the process does in between runs outside.
 */
export interface DriveScope {
  /** Called before turns run. */
  enter(): void;
  /** Called after turns ran, with an empty microtask queue. */
  leave(): void;
  /** Called after a turn was broken off since it did not end, before {@linkcode DriveScope.leave}. */
  stuck?(): void;
}

/** How turns are driven. */
export interface DriveOptions {
  /** How to drain; `undefined` takes the checkpoint where it works. */
  readonly mode?: DrainMode | undefined;
  /** What holds while turns run. */
  readonly scope?: DriveScope;
  /**
   * After how many seconds of real time a turn that has not ended is broken off, about; `Infinity` for never.
   *
   * @default {10 with the checkpoint, Infinity with macrotasks, since every turn would pay for it}
   */
  readonly watchdog?: number | undefined;
}

/** A drive under way. */
interface Drive {
  readonly step: () => boolean;
  readonly scope: DriveScope;
  readonly watchdog: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Whether the checkpoint tells of rejections; `null` before that was tried out. */
let isTold: boolean | null = null;

/**
 * The engine's checkpoint, if this Deno has it: it runs microtasks and what the `node:` modules have
 * queued behind them to the end, and tells of promises that were rejected without a handler.
 */
function findCheckpoint(): (() => void) | null {
  const internal = (Deno as unknown as { internal?: symbol }).internal;
  if (internal === undefined) return null;
  const host = Deno as unknown as Record<
    symbol,
    { core?: { runNextTicks?: unknown } } | undefined
  >;
  const run = host[internal]?.core?.runNextTicks;
  return typeof run === "function" ? run as () => void : null;
}

/** Whether the checkpoint runs a chain of microtasks to its end, here and now. */
function works(checkpoint: () => void): boolean {
  let links = 0;
  Promise.resolve().then(() => links++).then(() => links++);
  checkpoint();
  return links === 2 && tellsRejections(checkpoint);
}

/** Whether the checkpoint tells of a rejection; looked at once in a process. */
function tellsRejections(checkpoint: () => void): boolean {
  if (isTold !== null) return isTold;
  isTold = false;
  const listener = (event: PromiseRejectionEvent) => {
    if (event.reason !== PROBE) return;
    event.preventDefault();
    isTold = true;
  };
  globalThis.addEventListener("unhandledrejection", listener);
  const rejected = Promise.reject(PROBE);
  checkpoint();
  globalThis.removeEventListener("unhandledrejection", listener);
  rejected.catch(() => {});
  return isTold;
}

/**
 * Calls a function again and again, each time with an empty microtask queue, until it returns
 * false. No call happens before this returns.
 *
 * @param step One turn; returns whether to go on.
 * @param options How.
 * @returns A promise that resolves to the mode that was used after the last turn has been drained, and that rejects
 * with what a turn throws.
 */
export function drive(step: () => boolean, options: DriveOptions = {}): Promise<DrainMode> {
  const { mode, scope = { enter: () => {}, leave: () => {} }, watchdog } = options;
  return new Promise((resolve, reject) => {
    hop(() => {
      const checkpoint = mode === "macrotask" ? null : findCheckpoint();
      const drive = (used: DrainMode): Drive => ({
        step,
        scope,
        watchdog: watchdog ?? (used === "checkpoint" ? WATCHDOG_SECONDS : Infinity),
        resolve: () => resolve(used),
        reject,
      });
      if (checkpoint !== null && works(checkpoint)) {
        driveByCheckpoint(drive("checkpoint"), checkpoint);
      } else if (mode === "checkpoint") {
        reject(new TypeError("Cannot drain by checkpoint: this runtime has none that works"));
      } else {
        driveByMacrotask(drive("macrotask"));
      }
    });
  });
}

function driveByCheckpoint(drive: Drive, checkpoint: () => void): void {
  const { step, scope, watchdog, resolve, reject } = drive;
  let more = true;
  let thrown: { readonly error: unknown } | null = null;
  const turns = () => {
    const end = realNow() + MILLISECONDS_PER_MACROTASK;
    try {
      for (let turn = 1; more && turn <= TURNS_PER_MACROTASK; turn++) {
        more = step();
        checkpoint();
        if (turn % TURNS_PER_LOOK === 0 && realNow() >= end) break;
      }
    } catch (error) {
      thrown = { error };
    }
  };
  scope.enter();
  if (!runWatched(turns, watchdog)) {
    scope.stuck?.();
    // What the turn had queued before belongs to the run, too.
    runWatched(checkpoint, watchdog);
  }
  scope.leave();
  hop(() => {
    if (thrown !== null) reject(thrown.error);
    else if (more) driveByCheckpoint(drive, checkpoint);
    else resolve();
  });
}

/**
 * The microtasks of a turn run after its macrotask, so that the next macrotask leaves the scope. The two
 * are asked for together: nothing else of the process, no timer of other code, comes between them.
 */
function driveByMacrotask(drive: Drive): void {
  const { step, scope, watchdog, resolve, reject } = drive;
  let next = resolve;
  const turn = () => {
    try {
      if (step()) next = () => driveByMacrotask(drive);
    } catch (error) {
      next = () => reject(error);
    }
  };
  hop(() => {
    scope.enter();
    if (runWatched(turn, watchdog)) return;
    scope.stuck?.();
    next = () => driveByMacrotask(drive);
  });
  hop(() => {
    scope.leave();
    next();
  });
}

/**
 * Lets the event loop go round, outside of every simulation, until something is true or some real time has
 * passed.
 *
 * @param holds Looked at each time.
 * @param seconds How long to wait at most.
 * @returns A promise of whether it became true.
 */
export function goRound(holds: () => boolean, seconds: number): Promise<boolean> {
  const end = realNow() + seconds * 1000;
  return new Promise((resolve) => {
    let rounds = 0;
    const look = () => {
      if (holds()) resolve(true);
      else if (++rounds > ROUNDS_MIN && realNow() >= end) resolve(false);
      else hop(look);
    };
    hop(look);
  });
}
