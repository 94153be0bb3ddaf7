/**
 * The steps of a chain of callbacks.
 *
 * @module
 */

/** A function of a chain, which is typed at the public methods of `Deferred`. */
// deno-lint-ignore no-explicit-any
export type ChainCallable = (...args: any[]) => unknown;

/**
 * One step of a chain. All kinds share one shape, which keeps the loop that runs them fast.
 *
 * @typeParam D `Deferred`, which imports this file.
 */
export class Link<D> {
  /**
   * `call` calls a function; `observe` calls one and leaves the result in place; `resume` brings
   * the result to a Deferred that waits for it; `fire` delivers it to one that has none.
   */
  readonly kind: "call" | "observe" | "resume" | "fire";
  /** Called with a result; `null` passes it on. */
  readonly onSuccess: ChainCallable | null;
  /** Called with a failure; `null` passes it on. */
  readonly onFailure: ChainCallable | null;
  /** Further arguments for `onSuccess`; `null` if there are none. */
  readonly successArgs: readonly unknown[] | null;
  /** Further arguments for `onFailure`; `null` if there are none. */
  readonly failureArgs: readonly unknown[] | null;
  /** Who gets the result, for `resume` and `fire`. */
  readonly target: D | null;

  /**
   * Makes a link that calls.
   *
   * @param kind What it does.
   * @param onSuccess Called with a result.
   * @param onFailure Called with a failure.
   * @param successArgs Further arguments for `onSuccess`.
   * @param failureArgs Further arguments for `onFailure`.
   * @param target Who gets the result.
   */
  constructor(
    kind: Link<D>["kind"],
    onSuccess: ChainCallable | null = null,
    onFailure: ChainCallable | null = null,
    successArgs: readonly unknown[] | null = null,
    failureArgs: readonly unknown[] | null = null,
    target: D | null = null,
  ) {
    this.kind = kind;
    this.onSuccess = onSuccess;
    this.onFailure = onFailure;
    this.successArgs = successArgs === null || successArgs.length === 0 ? null : successArgs;
    this.failureArgs = failureArgs === null || failureArgs.length === 0 ? null : failureArgs;
    this.target = target;
  }
}

/** Stands for links that have run, so that what they held can be collected. */
export const SPENT: Link<never> = new Link<never>("call");
