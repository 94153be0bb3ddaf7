/**
 * Several attempts to connect of which the first to succeed wins.
 *
 * @module
 */

import type { TimerCall, Timers } from "../deferred/chained.ts";
import { Deferred } from "../deferred/deferred.ts";
import type { Failure } from "../deferred/failure.ts";
import type { IProtocol } from "../interfaces/protocol.ts";

/** How a race is run. */
export interface ConnectionRaceOptions {
  /** What keeps the time. */
  readonly timers: Timers;
  /** How long each attempt has the field to itself, in seconds. */
  readonly attemptDelay: number;
}

/** Begins an attempt. Cancelling the Deferred gives it up. */
export type Attempt = () => Deferred<IProtocol>;

/**
 * Begins attempts in order, each when the one before has failed or has had its time. The first that
 * succeeds wins and the others are cancelled.
 *
 * @param attempts At least one.
 * @param options The clock and the delay.
 * @returns Fires with the protocol of the winner; if all fail, it fails as the last to fail did.
 * Cancelling it cancels all attempts.
 */
export function raceConnections(
  attempts: readonly Attempt[],
  options: ConnectionRaceOptions,
): Deferred<IProtocol> {
  return new ConnectionRace(attempts, options).result;
}

/** A race that is under way. */
class ConnectionRace {
  readonly result: Deferred<IProtocol>;
  readonly #attempts: readonly Attempt[];
  readonly #options: ConnectionRaceOptions;
  readonly #pending = new Set<Deferred<IProtocol>>();
  #begun = 0;
  /** Begins the next attempt; `null` if none is left or the race is over. */
  #timer: TimerCall | null = null;
  #isOver = false;

  constructor(attempts: readonly Attempt[], options: ConnectionRaceOptions) {
    this.#attempts = attempts;
    this.#options = options;
    this.result = new Deferred(() => this.#end());
    this.#beginNext();
  }

  #beginNext(): void {
    this.#stopTimer();
    const begin = this.#attempts[this.#begun++] as Attempt;
    const attempt = begin();
    this.#pending.add(attempt);
    // The user's factory has cancelled the race when the attempt started it.
    if (this.#isOver) attempt.cancel();
    else if (this.#begun < this.#attempts.length) {
      const { timers, attemptDelay } = this.#options;
      this.#timer = timers.callLater(attemptDelay, () => this.#beginNext());
    }
    attempt.addCallbacks(
      (protocol) => this.#won(attempt, protocol),
      (failure) => this.#lost(attempt, failure),
    );
  }

  #won(attempt: Deferred<IProtocol>, protocol: IProtocol): void {
    this.#pending.delete(attempt);
    this.#end();
    this.result.callback(protocol);
  }

  #lost(attempt: Deferred<IProtocol>, failure: Failure): void {
    this.#pending.delete(attempt);
    if (this.#isOver) return;
    if (this.#begun < this.#attempts.length) this.#beginNext();
    else if (this.#pending.size === 0) {
      this.#end();
      this.result.errback(failure);
    }
  }

  #end(): void {
    this.#isOver = true;
    this.#stopTimer();
    for (const attempt of this.#pending) attempt.cancel();
  }

  #stopTimer(): void {
    if (this.#timer?.active()) this.#timer.cancel();
    this.#timer = null;
  }
}
