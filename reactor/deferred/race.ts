/**
 * The first of several Deferreds.
 *
 * @module
 */

import { Deferred } from "./deferred.ts";
import { cancelAll } from "./deferred_list.ts";
import { FailureGroup } from "./errors.ts";
import { Failure } from "./failure.ts";

/**
 * Waits for the first result among several Deferreds, and cancels the others. Failures are waited
 * out: only if all fail, the race does, with a {@linkcode FailureGroup}. What the cancelled ones still
 * come to is dropped. Cancelling the race cancels all. What a canceller throws is reported, and the
 * others are still cancelled.
 *
 * Twisted: `race` (`internet/defer.py`, 24.7).
 *
 * @example
 * ```ts
 * import { Deferred, race } from "@twinloop/twinloop/reactor";
 * import { assertEquals } from "@std/assert";
 *
 * const slow = new Deferred<string>();
 * const fast = new Deferred<string>();
 * const winner = race([slow, fast]);
 * fast.callback("here");
 * assertEquals(winner.result, [1, "here"]);
 * ```
 *
 * @param deferreds The contestants. Their results are taken: each goes on with `undefined`.
 * @returns A Deferred with the index of the winner and its result; it never fires if there is no
 * contestant.
 */
export function race<T>(
  deferreds: Iterable<Deferred<T>>,
): Deferred<readonly [index: number, result: T]> {
  const contestants = [...deferreds];
  const failures: Failure[] = [];
  let missing = contestants.length;
  let hasWinner = false;
  const winner = new Deferred<readonly [number, T]>(endRace);

  function endRace(): void {
    cancelAll(contestants, "a race");
  }

  function finish(result: T | Failure, index: number): void {
    missing--;
    if (hasWinner) return;
    if (!(result instanceof Failure)) {
      hasWinner = true;
      endRace();
      if (!winner.called) winner.callback([index, result]);
      return;
    }
    failures[index] = result;
    if (missing === 0 && !winner.called) winner.errback(new FailureGroup(failures));
  }

  contestants.forEach((contestant, index) => {
    contestant.addBoth((result) => finish(result, index));
  });
  return winner;
}
