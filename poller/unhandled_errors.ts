/**
 * Errors that may still be handled later: the failed result of a Deferred, before anybody asked.
 *
 * That nobody will is known for sure at two moments only: when the owner of the error has become
 * garbage, and when the program is over. In production the first is used
 * (`FinalizationRegistry`): late, at no predictable time, perhaps never before the process ends, but
 * never wrong. Where order matters, in a simulation and in a test, an {@linkcode ErrorLedger}
 * keeps the errors in the order in which they arose and answers exactly, at the moment it is asked.
 *
 * @module
 */

import { reportToStandardError } from "./deno_error_report.ts";
import { detachError } from "./detached_error.ts";
import type { ErrorReport, ErrorReporter } from "./error_report.ts";

/** An error that waits to be handled, made by {@linkcode trackError}. */
export class TrackedError implements ErrorReport {
  /** Where the error came from, as a phrase. */
  readonly message: string;
  /** What was thrown, or a copy of it. Dropped once handled. */
  error: unknown;
  /** True until {@linkcode TrackedError.settle} is called or the error is reported. */
  pending = true;
  /** Where the error is kept; `null` where garbage collection decides. */
  readonly #ledger: Set<TrackedError> | null;

  /**
   * Made by {@linkcode trackError}.
   *
   * @param message Where the error came from.
   * @param error What was thrown.
   * @param ledger Where it is kept, if it is.
   */
  constructor(message: string, error: unknown, ledger: Set<TrackedError> | null) {
    this.message = message;
    this.error = error;
    this.#ledger = ledger;
    ledger?.add(this);
  }

  /** Says that the error is handled, or is somebody else's now: it will not be reported. */
  settle(): void {
    this.pending = false;
    this.error = undefined;
    this.#ledger?.delete(this);
  }
}

/**
 * Collects the errors that nobody has handled so far, from its construction to its disposal.
 *
 * While one exists, no error waits for garbage collection. Of several the innermost collects.
 *
 * @example A test sees what was not handled, at once and in order
 * ```ts
 * import { ErrorLedger, trackError } from "@twinloop/twinloop/poller";
 * import { assertEquals } from "@std/assert";
 *
 * using ledger = new ErrorLedger();
 * const owner = {};
 * const first = trackError(owner, "Unhandled error", new RangeError("a"));
 * trackError(owner, "Unhandled error", new RangeError("b"));
 * first.settle();
 * assertEquals(ledger.take().map(({ error }) => String(error)), ["RangeError: b"]);
 * ```
 */
export class ErrorLedger implements Disposable {
  /** What nobody has handled, oldest first. */
  readonly #pending: Set<TrackedError> = new Set();
  /** This ledger and those inside it, while it is suspended. */
  #suspended: Set<TrackedError>[] = [];

  /** Begins to collect. */
  constructor() {
    ledgers.push(this.#pending);
  }

  /** How many errors nobody has handled so far. */
  get size(): number {
    return this.#pending.size;
  }

  /** Returns the errors that nobody has handled so far, oldest first, and forgets them. */
  take(): ErrorReport[] {
    const reports: ErrorReport[] = [];
    for (const tracked of this.#pending) {
      reports.push({ message: tracked.message, error: tracked.error });
      tracked.settle();
    }
    return reports;
  }

  /**
   * Ceases to collect for now, together with the ledgers inside this one: for a run that shares the
   * thread with other code.
   */
  suspend(): void {
    const index = ledgers.indexOf(this.#pending);
    if (index >= 0) this.#suspended = ledgers.splice(index);
  }

  /** Goes on to collect, as the innermost but for those that were inside this one. */
  resume(): void {
    ledgers.push(...this.#suspended);
    this.#suspended = [];
  }

  /** Stops to collect, and reports what was neither handled nor taken. */
  [Symbol.dispose](): void {
    this.#suspended = [];
    const index = ledgers.indexOf(this.#pending);
    if (index >= 0) ledgers.splice(index, 1);
    for (const report of this.take()) reporter(report);
  }
}

/**
 * Remembers an error until its owner handles it. If the owner becomes garbage before, the error
 * is reported, as a copy ({@linkcode detachError}); an {@linkcode ErrorLedger} takes the place of
 * garbage collection.
 *
 * @param owner The object through which alone the error can still be handled. It may be on the stack
 * of the error, but must not be reachable by its properties, or it never becomes garbage.
 * @param message Where the error came from, as a phrase: `Unhandled error in Deferred`.
 * @param error What was thrown.
 * @returns The record, to settle when the error is handled.
 */
export function trackError(owner: WeakKey, message: string, error: unknown): TrackedError {
  const ledger = ledgers.at(-1) ?? null;
  const tracked = new TrackedError(message, error, ledger);
  if (ledger === null) {
    owners.register(owner, tracked);
    if (fresh.push(tracked) === 1) Promise.resolve().then(detachFresh);
  }
  return tracked;
}

/**
 * Says who takes the errors whose owners have become garbage, for the whole process: a Deferred
 * belongs to no loop, so no platform can be asked.
 *
 * @param next Takes them from now on. The default writes one line and the stack on standard error.
 * @returns Who took them until now.
 */
export function setUnhandledErrorReporter(next: ErrorReporter): ErrorReporter {
  const previous = reporter;
  reporter = next;
  return previous;
}

/**
 * Hands an error to the reporter of unhandled errors, or to the innermost {@linkcode ErrorLedger}.
 *
 * @param message Where the error came from, as a phrase.
 * @param error What was thrown.
 */
export function reportUnhandledError(message: string, error: unknown): void {
  const ledger = ledgers.at(-1);
  if (ledger === undefined) reporter({ message, error });
  else new TrackedError(message, error, ledger);
}

/** What the ledgers that exist have collected; the innermost is the last. */
const ledgers: Set<TrackedError>[] = [];

/** The errors since the last microtask that wait for garbage collection. Most are handled at once. */
let fresh: TrackedError[] = [];

/** Puts a copy in the place of each error that is still not handled: its stack may hold its owner. */
function detachFresh(): void {
  const all = fresh;
  fresh = [];
  for (const tracked of all) if (tracked.pending) tracked.error = detachError(tracked.error);
}

/** The owners whose errors wait for garbage collection. */
const owners: FinalizationRegistry<TrackedError> = new FinalizationRegistry((tracked) => {
  if (!tracked.pending) return;
  tracked.pending = false;
  reporter(tracked);
});

let reporter: ErrorReporter = reportToStandardError;
