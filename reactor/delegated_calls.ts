/**
 * Delayed calls that another loop keeps the time for.
 *
 * @module
 */

import { DelayedCall, type DelayedCallOwner } from "../poller/delayed_call.ts";
import { assert } from "../poller/invariant.ts";
import { RenewingMap } from "../poller/renewing_map.ts";
import type { DelayedCallStore } from "./reactor_loop.ts";

/**
 * Who keeps the time.
 *
 * @typeParam T What names a call there.
 */
export interface Timeouts<T> {
  /** Returns the time in seconds. */
  seconds(): number;
  /**
   * Calls a function at a moment.
   *
   * @param when The moment, in seconds.
   * @param callback The function.
   * @returns What to give to {@linkcode Timeouts.remove}.
   */
  add(when: number, callback: () => void): T;
  /**
   * Forgets a call.
   *
   * @param timeout What {@linkcode Timeouts.add} returned.
   */
  remove(timeout: T): void;
  /**
   * Makes a call whose time has come, and takes what it throws.
   *
   * @param call The call.
   */
  run(call: DelayedCall): void;
}

/**
 * Keeps each delayed call as a timeout of its own in another loop, so that the timers of both come
 * in one order.
 *
 * @typeParam T What names a timeout there.
 */
export class DelegatedCalls<T> implements DelayedCallOwner, DelayedCallStore {
  readonly #timeouts: Timeouts<T>;
  /** The active calls, each with its timeout. */
  readonly #active = new RenewingMap<DelayedCall, T>();
  /** The number of the last call. */
  #id = 0;

  /**
   * Makes an empty store.
   *
   * @param timeouts Who keeps the time.
   */
  constructor(timeouts: Timeouts<T>) {
    this.#timeouts = timeouts;
  }

  /** Returns the time in seconds. */
  seconds(): number {
    return this.#timeouts.seconds();
  }

  /**
   * Adds a call.
   *
   * @param time When it is due, in seconds.
   * @param fn What to call.
   * @param args What to call it with.
   * @returns The call.
   */
  add<A extends unknown[]>(time: number, fn: (...args: A) => unknown, args: A): DelayedCall {
    const call = new DelayedCall(this, ++this.#id, time, fn as (...args: never[]) => unknown, args);
    this.#schedule(call);
    return call;
  }

  /** Returns the active calls, as a list of the caller's own. */
  list(): DelayedCall[] {
    return [...this.#active.keys()];
  }

  /**
   * Puts the call at its new time, behind those that have it already. Called by the call itself.
   *
   * @param call The call.
   */
  moved(call: DelayedCall): void {
    this.#timeouts.remove(this.#timeoutOf(call));
    this.#schedule(call);
  }

  /**
   * Takes the call out. Called by the call itself.
   *
   * @param call The call.
   */
  cancelled(call: DelayedCall): void {
    this.#timeouts.remove(this.#timeoutOf(call));
    this.#active.delete(call);
  }

  #schedule(call: DelayedCall): void {
    const timeout = this.#timeouts.add(call.getTime(), () => {
      this.#active.delete(call);
      this.#timeouts.run(call);
    });
    this.#active.set(call, timeout);
  }

  #timeoutOf(call: DelayedCall): T {
    const timeout = this.#active.get(call);
    assert(timeout !== undefined, "Cannot find a delayed call: it is not active");
    return timeout;
  }
}
