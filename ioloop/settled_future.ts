/**
 * What `IOLoop.addFuture()` hands to its callback.
 *
 * @module
 */

/**
 * The outcome of a promise or Deferred that has one.
 *
 * Tornado: the finished `Future` that the callback of `add_future` gets (`concurrent.py`, 4.5.3).
 *
 * @example Either the result or the error
 * ```ts
 * import { SettledFuture } from "@twinloop/twinloop/ioloop";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals(SettledFuture.fulfilled(3).result(), 3);
 * const failed = SettledFuture.rejected(new RangeError("too far"));
 * assertThrows(() => failed.result(), RangeError);
 * ```
 *
 * @typeParam T The type of the result.
 */
export class SettledFuture<T> {
  /** Whether there is a result or an error. */
  readonly status: "fulfilled" | "rejected";
  /** The result or the error. */
  readonly #outcome: unknown;

  /**
   * Made by {@linkcode SettledFuture.fulfilled} and {@linkcode SettledFuture.rejected}.
   *
   * @param status Whether there is a result or an error.
   * @param outcome The result or the error.
   */
  constructor(status: "fulfilled" | "rejected", outcome: unknown) {
    this.status = status;
    this.#outcome = outcome;
  }

  /**
   * Makes a view of a result.
   *
   * @typeParam T The type of the result.
   * @param value The result.
   * @returns The view.
   */
  static fulfilled<T>(value: T): SettledFuture<T> {
    return new SettledFuture<T>("fulfilled", value);
  }

  /**
   * Makes a view of an error.
   *
   * @typeParam T The type that the result would have had.
   * @param reason What was thrown.
   * @returns The view.
   */
  static rejected<T = never>(reason: unknown): SettledFuture<T> {
    return new SettledFuture<T>("rejected", reason);
  }

  /**
   * Returns the result.
   *
   * @returns The result.
   * @throws {unknown} What the promise was rejected with, as it is.
   */
  result(): T {
    if (this.status === "rejected") throw this.#outcome;
    return this.#outcome as T;
  }

  /**
   * Returns the error.
   *
   * @returns What the promise was rejected with; `null` if there is a result.
   */
  exception(): unknown {
    return this.status === "rejected" ? this.#outcome : null;
  }
}
