/**
 * The delayed calls of one clock.
 *
 * @module
 */

import { DelayedCall, type DelayedCallOwner } from "./delayed_call.ts";
import { assert } from "./invariant.ts";
import { RenewingMap } from "./renewing_map.ts";
import { type Timer, TimerQueue } from "./timer_queue.ts";

/** What a {@linkcode DelayedCallQueue} needs. */
export interface DelayedCallQueueOptions {
  /** Returns the time in seconds. */
  readonly seconds: () => number;
  /**
   * Called when a call was added or moved, so that whoever waits can wait for less.
   *
   * @default {nothing}
   */
  readonly changed?: () => void;
  /**
   * Runs a call whose time has come: the place to catch what it throws.
   *
   * @default {call.invoke()}
   */
  readonly run?: (call: DelayedCall) => void;
}

/**
 * Keeps delayed calls in a {@linkcode TimerQueue}, and a list of those that are active.
 *
 * A pass of a loop takes what is due and runs it:
 *
 * @example Calls run in the order of their times; a cancelled one does not
 * ```ts
 * import { DelayedCallQueue } from "@twinloop/twinloop/poller";
 * import { assertEquals } from "@std/assert";
 *
 * const log: string[] = [];
 * const calls = new DelayedCallQueue({ seconds: () => 0 });
 * calls.add(2, (name: string) => log.push(name), ["late"]);
 * calls.add(1, (name: string) => log.push(name), ["early"]);
 * calls.add(1, (name: string) => log.push(name), ["never"]).cancel();
 * for (const timer of calls.takeDue(2)) timer.run();
 * assertEquals(log, ["early", "late"]);
 * ```
 */
export class DelayedCallQueue implements DelayedCallOwner {
  readonly #options: DelayedCallQueueOptions;
  readonly #timers = new TimerQueue();
  /** The active calls, also those that were taken as due and have not run yet, each with its timer. */
  readonly #active = new RenewingMap<DelayedCall, Timer>();
  /** The number of the last call. */
  #id = 0;

  /**
   * Makes an empty queue.
   *
   * @param options The clock and the hooks.
   */
  constructor(options: DelayedCallQueueOptions) {
    this.#options = options;
  }

  /** How many calls are active. */
  get size(): number {
    return this.#active.size;
  }

  /** The time of the first call that was not taken yet; `Infinity` if there is none. */
  get nextDeadline(): number {
    return this.#timers.nextDeadline;
  }

  /** Returns the time in seconds. */
  seconds(): number {
    return this.#options.seconds();
  }

  /**
   * Adds a call.
   *
   * @param time When it is due, in seconds; may be in the past, or as far away as 2^128.
   * @param fn What to call.
   * @param args What to call it with.
   * @returns The call.
   * @throws {RangeError} If `time` is `NaN`.
   */
  add<A extends unknown[]>(time: number, fn: (...args: A) => unknown, args: A): DelayedCall {
    const call = new DelayedCall(this, ++this.#id, time, fn as (...args: never[]) => unknown, args);
    this.#active.set(call, this.#timers.add(time, () => this.#run(call)));
    this.#options.changed?.();
    return call;
  }

  /** Returns the active calls, those due first first; a list of its own. */
  list(): DelayedCall[] {
    const calls = [...this.#active];
    calls.sort(([, a], [, b]) => a.deadline - b.deadline || a.sequence - b.sequence);
    return calls.map(([call]) => call);
  }

  /**
   * Takes out what is due. Run each with {@linkcode Timer.run}, which does nothing for a call that
   * was cancelled meanwhile; a call that was moved meanwhile waits again.
   *
   * @param now The time, in seconds.
   * @returns The timers in the order in which to run them.
   */
  takeDue(now: number): readonly Timer[] {
    return this.#timers.takeDue(now);
  }

  /**
   * Takes out the first call, if it is due.
   *
   * @param now The time, in seconds.
   * @returns Its timer; `null` if none is due.
   */
  takeFirst(now: number): Timer | null {
    return this.#timers.takeFirst(now);
  }

  /**
   * Puts the call at its new time, behind those that have it already. Called by the call itself.
   *
   * @param call The call.
   */
  moved(call: DelayedCall): void {
    const timer = this.#active.get(call);
    assert(timer !== undefined, "Cannot move a delayed call: it is not in the queue");
    this.#active.set(call, this.#timers.move(timer, call.getTime()));
    this.#options.changed?.();
  }

  /**
   * Takes the call out. Called by the call itself.
   *
   * @param call The call.
   */
  cancelled(call: DelayedCall): void {
    const timer = this.#active.get(call);
    assert(timer !== undefined, "Cannot cancel a delayed call: it is not in the queue");
    this.#timers.cancel(timer);
    this.#active.delete(call);
  }

  #run(call: DelayedCall): void {
    this.#active.delete(call);
    if (this.#options.run === undefined) call.invoke();
    else this.#options.run(call);
  }
}
