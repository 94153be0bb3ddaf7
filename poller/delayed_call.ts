/**
 * The delayed call: what `callLater` returns, on reactors and on the simulated clock.
 *
 * @module
 */

import { AlreadyCalled, AlreadyCancelled } from "./delayed_call_errors.ts";
import { assert } from "./invariant.ts";
import { captureStack } from "./stack.ts";

/** What a delayed call needs of whoever keeps the time for it. */
export interface DelayedCallOwner {
  /** Returns the time in seconds, on the clock that the call's deadline refers to. */
  seconds(): number;
  /**
   * Called after the call's time has changed: it must run at {@linkcode DelayedCall.getTime} now.
   *
   * @param call The call.
   */
  moved(call: DelayedCall): void;
  /**
   * Called after the call was cancelled: it must not run any more.
   *
   * @param call The call.
   */
  cancelled(call: DelayedCall): void;
}

/**
 * A function that will be called with its arguments at some time, once.
 *
 * Twisted: `DelayedCall` (`internet/base.py`, 24.7), which implements `IDelayedCall`. Differs from
 * Twisted: `NaN` is refused everywhere; what {@linkcode DelayedCall.debug} has kept stands in the
 * messages of its errors, too.
 *
 * @example A call is postponed, and then cancelled
 * ```ts
 * import { DelayedCallQueue } from "@twinloop/twinloop/poller";
 * import { assertEquals } from "@std/assert";
 *
 * const calls = new DelayedCallQueue({ seconds: () => 10 });
 * const call = calls.add(15, () => {}, []);
 * call.delay(1);
 * assertEquals(call.getTime(), 16);
 * call.reset(2);
 * assertEquals(call.getTime(), 12);
 * call.cancel();
 * assertEquals(call.active(), false);
 * ```
 */
export class DelayedCall {
  /**
   * Whether calls that are made from now on keep the stack of who made them, for
   * {@linkcode DelayedCall.toString} and for the messages of their errors. It costs far more than the
   * call, so it is for the hunt after one that nobody knows.
   *
   * @default {false}
   */
  static debug = false;
  /** A number that tells the calls of one owner apart; shown by {@linkcode DelayedCall.toString}. */
  readonly id: number;
  /** Who keeps the time. */
  readonly #owner: DelayedCallOwner;
  /** When the call is due. */
  #time: number;
  /** What to call; `null` once it was called or cancelled. */
  #fn: ((...args: unknown[]) => unknown) | null;
  /** What to call it with; `null` once it was called or cancelled. */
  #args: readonly unknown[] | null;
  /** Set to "called" before the function is invoked. */
  #state: "active" | "called" | "cancelled" = "active";

  /**
   * Made by `callLater`.
   *
   * @param owner Who keeps the time.
   * @param id Its number.
   * @param time When it is due, in seconds on the owner's clock.
   * @param fn What to call.
   * @param args What to call it with.
   * @throws {RangeError} If `time` is `NaN`.
   */
  constructor(
    owner: DelayedCallOwner,
    id: number,
    time: number,
    fn: (...args: never[]) => unknown,
    args: readonly unknown[],
  ) {
    if (Number.isNaN(time)) throw new RangeError("Cannot make a delayed call: its time is NaN");
    this.#owner = owner;
    this.id = id;
    this.#time = time;
    this.#fn = fn as (...args: unknown[]) => unknown;
    this.#args = args;
    if (DelayedCall.debug) creators.set(this, captureStack(DelayedCall));
  }

  /** True after the function was called, and while it runs. Twisted: `called`. */
  get called(): boolean {
    return this.#state === "called";
  }

  /** True after {@linkcode DelayedCall.cancel}. Twisted: `cancelled`. */
  get cancelled(): boolean {
    return this.#state === "cancelled";
  }

  /** Returns when the call is due, in seconds on the clock of its reactor. */
  getTime(): number {
    return this.#time;
  }

  /** Returns true until the function was called or the call cancelled. */
  active(): boolean {
    return this.#state === "active";
  }

  /**
   * Cancels the call and lets go of the function and its arguments.
   *
   * @throws {AlreadyCalled} If the function was called, or is running.
   * @throws {AlreadyCancelled} If the call was cancelled before.
   */
  cancel(): void {
    this.#check("cancel");
    this.#state = "cancelled";
    this.#fn = null;
    this.#args = null;
    this.#owner.cancelled(this);
  }

  /**
   * Moves the call by some seconds from the time at which it is due.
   *
   * @param secondsLater How much later; negative for earlier.
   * @throws {RangeError} If `secondsLater` is `NaN`.
   * @throws {AlreadyCalled} If the function was called, or is running.
   * @throws {AlreadyCancelled} If the call was cancelled.
   */
  delay(secondsLater: number): void {
    this.#check("delay");
    this.#move(this.#time + secondsLater);
  }

  /**
   * Moves the call to some seconds from now.
   *
   * @param secondsFromNow How far from now; what is not positive is due at once.
   * @throws {RangeError} If `secondsFromNow` is `NaN`.
   * @throws {AlreadyCalled} If the function was called, or is running.
   * @throws {AlreadyCancelled} If the call was cancelled.
   */
  reset(secondsFromNow: number): void {
    this.#check("reset");
    this.#move(this.#owner.seconds() + secondsFromNow);
  }

  /**
   * Calls the function. For owners, when the time has come; an error that it throws goes through.
   *
   * @throws {InvariantError} If the call is not active.
   */
  invoke(): void {
    const fn = this.#fn;
    const args = this.#args;
    assert(fn !== null && args !== null, "Cannot invoke a delayed call: it is spent");
    this.#state = "called";
    this.#fn = null;
    this.#args = null;
    fn(...args);
  }

  /**
   * Returns the time, so that calls can be compared: `a < b` if `a` is due earlier. Two calls are
   * equal (`===`) only if they are one.
   */
  valueOf(): number {
    return this.#time;
  }

  /**
   * Describes the call: `<DelayedCall 1 [2.5s] called=false cancelled=false save("a")>`, with the
   * stack of who made it if {@linkcode DelayedCall.debug} has kept it.
   */
  toString(): string {
    const remaining = this.#time - this.#owner.seconds();
    const flags = `called=${this.called} cancelled=${this.cancelled}`;
    const what = this.#fn === null ? "" : ` ${nameOf(this.#fn)}(${describeAll(this.#args ?? [])})`;
    return `<DelayedCall ${this.id} [${remaining}s] ${flags}${what}${this.#origin()}>`;
  }

  #move(time: number): void {
    if (Number.isNaN(time)) throw new RangeError("Cannot move a delayed call: its time is NaN");
    this.#time = time;
    this.#owner.moved(this);
  }

  #check(operation: string): void {
    if (this.#state === "active") return;
    const message = `Cannot ${operation} a delayed call: it was ${this.#state} already`;
    if (this.#state === "called") throw new AlreadyCalled(message + this.#origin());
    throw new AlreadyCancelled(message + this.#origin());
  }

  /** Who made the call, as lines to put behind a text; empty if that was not kept. */
  #origin(): string {
    const creator = creators.get(this);
    return creator === undefined ? "" : `\n\ntraceback at creation:\n\n${creator}\n`;
  }
}

/** Who made the calls that were made while `DelayedCall.debug` was on; apart, so that others pay nothing. */
const creators = new WeakMap<DelayedCall, string>();

function nameOf(fn: (...args: never[]) => unknown): string {
  return typeof fn.name === "string" && fn.name !== "" ? fn.name : "(anonymous)";
}

function describeAll(values: readonly unknown[]): string {
  return values.map(describe).join(", ");
}

/** Describes an argument without calling any code of its own. */
function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return nameOf(value as () => unknown);
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "[…]" : "{…}";
  return String(value);
}
