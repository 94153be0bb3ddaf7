/**
 * A clock for tests that moves at once, as Twisted's `task.Clock` does.
 *
 * @module
 */

import { type DelayedCall, DelayedCallQueue } from "../../poller/mod.ts";

/** Time that stands still until {@linkcode StepClock.advance} moves it. */
export class StepClock {
  #now = 0;
  readonly #calls: DelayedCallQueue = new DelayedCallQueue({ seconds: () => this.#now });

  seconds(): number {
    return this.#now;
  }

  callLater<A extends unknown[]>(
    delay: number,
    callable: (...args: A) => unknown,
    ...args: A
  ): DelayedCall {
    return this.#calls.add(this.#now + delay, callable, args);
  }

  getDelayedCalls(): DelayedCall[] {
    return this.#calls.list();
  }

  /** Moves the time first, and then runs what is due, also what becomes due meanwhile. */
  advance(seconds: number): void {
    this.#now += seconds;
    while (this.#calls.nextDeadline <= this.#now) {
      this.#calls.takeFirst(this.#now)?.run();
    }
  }

  /** Advances by each of some amounts in turn. */
  pump(amounts: Iterable<number>): void {
    for (const amount of amounts) this.advance(amount);
  }
}
