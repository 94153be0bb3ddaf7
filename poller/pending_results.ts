/**
 * Results that somebody waits for and that have not come: Deferreds that did not fire.
 *
 * In production nobody counts them. A simulation looks at the end of a run who still waits.
 *
 * @module
 */

/** Something whose result may still come. */
export interface PendingResult {
  /** Whether somebody waits for it. What nobody waits for is not missed. */
  readonly isAwaited: boolean;
}

/** Who wants to know of results that have not come. */
export interface PendingWatcher {
  /**
   * Called when something is made whose result is to come.
   *
   * @param result What was made.
   */
  made(result: PendingResult): void;
  /**
   * Called when the result has come.
   *
   * @param result What was made.
   */
  settled(result: PendingResult): void;
}

/** Who wants to know now; `null` if nobody does. Asked by whoever makes results. */
export let pendingWatcher: PendingWatcher | null = null;

/**
 * Says who wants to know of results from now on, for the whole process.
 *
 * @example Who waits for a Deferred
 * ```ts
 * import { type PendingResult, watchPendingResults } from "@twinloop/twinloop/poller";
 * import { Deferred } from "@twinloop/twinloop/reactor";
 * import { assertEquals } from "@std/assert";
 *
 * const pending = new Set<PendingResult>();
 * const previous = watchPendingResults({
 *   made: (result) => void pending.add(result),
 *   settled: (result) => void pending.delete(result),
 * });
 * new Deferred().callback(1);
 * const late = new Deferred().addCallback(() => {});
 * watchPendingResults(previous);
 * assertEquals([...pending], [late]);
 * ```
 *
 * @param next Who; `null` for nobody.
 * @returns Who wanted to know until now.
 */
export function watchPendingResults(next: PendingWatcher | null): PendingWatcher | null {
  const previous = pendingWatcher;
  pendingWatcher = next;
  return previous;
}
