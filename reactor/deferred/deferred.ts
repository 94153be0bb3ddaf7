/**
 * A result that is not there yet.
 *
 * @module
 */

import type { AsPromiseOptions, Chained, Timers } from "./chained.ts";
import { DeferredChain } from "./deferred_chain.ts";
import { CancelledError, NotACoroutineError, TimeoutError } from "./errors.ts";
import { Failure } from "./failure.ts";
import { Link } from "./link.ts";
import { isThenable, toCancelledError, toPromise } from "./thenable.ts";

/**
 * A result that is not there yet.
 *
 * Callbacks are called synchronously, in the order in which they were added, each with what the one
 * before returned. They never nest: one that is added while another runs is called after it.
 *
 * Twisted: `Deferred` (`internet/defer.py`, 24.7).
 *
 * Differs from Twisted: it can be awaited, and awaiting it, or observing it in any other way, leaves
 * the result in place; a promise that a callback returns is waited for like a Deferred; a callback
 * that returns its own Deferred makes it fail instead of making it wait for ever; keyword
 * arguments for callbacks do not exist.
 *
 * @example Each callback gets what the one before returned
 * ```ts
 * import { Deferred } from "@twinloop/twinloop/reactor";
 * import { assertEquals } from "@std/assert";
 *
 * const log: unknown[] = [];
 * const deferred = new Deferred<string>();
 * deferred
 *   .addCallback((text) => JSON.parse(text) as number[])
 *   .addErrback((failure) => [failure.check(SyntaxError) === null ? 1 : 0])
 *   .addCallback((numbers) => log.push(numbers));
 * deferred.callback("no JSON");
 * assertEquals(log, [[0]]);
 * ```
 *
 * @example It can be awaited
 * ```ts
 * import { succeed } from "@twinloop/twinloop/reactor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(await succeed(42), 42);
 * ```
 *
 * @typeParam T The result that the next callback to be added would get.
 */
export class Deferred<T = unknown> extends DeferredChain<T> implements PromiseLike<T> {
  /**
   * Makes a Deferred without a result.
   *
   * @param canceller Called by `cancel()`, once at most, with the Deferred, to stop the operation; it may
   * deliver a result of its own. Without one the operation is not stopped, and the one result that it
   * will deliver is dropped.
   */
  constructor(canceller?: ((deferred: Deferred<T>) => void) | null) {
    super(canceller);
  }

  /**
   * Makes a Deferred of a promise.
   *
   * If a function is given, it gets an `AbortSignal` and returns the promise; cancelling the
   * Deferred aborts the signal. A promise rejected with an `AbortError` counts as cancelled.
   *
   * Twisted: `Deferred.fromFuture` and `Deferred.fromCoroutine` (`internet/defer.py`, 24.7).
   *
   * @example Cancelling the Deferred aborts what the promise stands for
   * ```ts
   * import { Deferred } from "@twinloop/twinloop/reactor";
   * import { assert } from "@std/assert";
   *
   * let signal: AbortSignal | undefined;
   * const deferred = Deferred.fromPromise((given) => {
   *   signal = given;
   *   return new Promise<void>(() => {});
   * });
   * deferred.addErrback(() => {});
   * deferred.cancel();
   * assert(signal?.aborted);
   * ```
   *
   * @param source The promise, or what makes it. What a function throws becomes the failure.
   * @returns A Deferred with the result of the promise, delivered in a microtask.
   * @throws {NotACoroutineError} If `source` is neither a function nor a promise.
   */
  static fromPromise<U>(
    source: PromiseLike<U> | ((signal: AbortSignal) => PromiseLike<U>),
  ): Deferred<U> {
    if (typeof source !== "function") return adapt(source, null);
    const controller = new AbortController();
    try {
      return adapt(source(controller.signal), controller);
    } catch (error) {
      if (error instanceof NotACoroutineError) throw error;
      const failed = new Deferred<U>();
      failed.errback(error);
      return failed;
    }
  }

  /**
   * Adds a function for a result and one for a failure; exactly one of them is called. If the result
   * is there already, that happens before this returns, unless the chain is paused or running.
   *
   * @param callback Called with the result and `callbackArgs`; `null` passes a result on.
   * @param errback Called with the failure and `errbackArgs`; `null` passes a failure on.
   * @param callbackArgs Further arguments for `callback`.
   * @param errbackArgs Further arguments for `errback`.
   * @returns This Deferred, under the type of its next result.
   */
  addCallbacks<R = T, S = never, A extends unknown[] = [], B extends unknown[] = []>(
    callback: ((result: T, ...args: A) => R) | null | undefined,
    errback?: ((failure: Failure, ...args: B) => S) | null,
    callbackArgs?: A | null,
    errbackArgs?: B | null,
  ): Deferred<Chained<R> | Chained<S>> {
    return this.#add(new Link("call", callback, errback, callbackArgs ?? [], errbackArgs ?? []));
  }

  /**
   * Adds a function for a result; a failure passes it by.
   *
   * @param callback Called with the result and `args`. What it returns is the next result; what it
   * throws is the next failure; a Deferred or a promise is waited for.
   * @param args Further arguments.
   * @returns This Deferred, under the type of its next result.
   */
  addCallback<R, A extends unknown[] = []>(
    callback: (result: T, ...args: A) => R,
    ...args: A
  ): Deferred<Chained<R>> {
    return this.#add(new Link("call", callback, null, args, null));
  }

  /**
   * Adds a function for a failure; a result passes it by.
   *
   * @param errback Called with the failure and `args`. If it returns anything but a failure, the
   * chain goes on with that as its result.
   * @param args Further arguments.
   * @returns This Deferred, under the type of its next result.
   */
  addErrback<R, A extends unknown[] = []>(
    errback: (failure: Failure, ...args: A) => R,
    ...args: A
  ): Deferred<T | Chained<R>> {
    return this.#add(new Link("call", null, errback, null, args));
  }

  /**
   * Adds one function for both.
   *
   * @param callback Called with the result or the failure, and `args`.
   * @param args Further arguments.
   * @returns This Deferred, under the type of its next result.
   */
  addBoth<R, A extends unknown[] = []>(
    callback: (result: T | Failure, ...args: A) => R,
    ...args: A
  ): Deferred<Chained<R>> {
    return this.#add(new Link("call", callback, callback, args, args));
  }

  /**
   * Adds a function that sees the result or the failure at this place of the chain and leaves it
   * there. A failure that was seen does not count as unhandled. This is what awaiting does, only
   * synchronously.
   *
   * Differs from Twisted: it has nothing like it; an `addBoth` that returns its argument comes
   * closest.
   *
   * @param observer Called with the result or the failure; what it returns is ignored, what it
   * throws becomes the failure of this Deferred.
   * @returns This Deferred.
   */
  observe(observer: (result: T | Failure) => void): Deferred<T> {
    return this.#add(new Link("observe", observer, observer));
  }

  /**
   * Fires another Deferred with the result of this one, which goes on with `undefined`.
   *
   * Differs from Twisted: a long row of these needs no stack either.
   *
   * @param other The Deferred to fire. If it has a result when its turn comes, this one goes on
   * with an {@linkcode AlreadyCalledError}.
   * @returns This Deferred.
   */
  chainDeferred(other: Deferred<T>): Deferred<void> {
    return this.#add(new Link("fire", null, null, null, null, other as DeferredChain<unknown>));
  }

  /**
   * Cancels this Deferred when it takes too long.
   *
   * It covers the callbacks that were added before, and turns the {@linkcode CancelledError} that
   * comes out of them into a {@linkcode TimeoutError}. When a result comes in time, the timer is
   * taken back.
   *
   * @param timeout How long it may take, in seconds.
   * @param clock What calls later, such as a reactor.
   * @param onTimeoutCancel Called after a time-out with what the chain came to and `timeout`,
   * instead of the translation; it decides the result.
   * @returns This Deferred.
   */
  addTimeout<R = never>(
    timeout: number,
    clock: Timers,
    onTimeoutCancel?: (result: T | Failure, timeout: number) => R,
  ): Deferred<T | Chained<R>> {
    let timedOut = false;
    const call = clock.callLater(timeout, () => {
      timedOut = true;
      this.cancel();
    });
    return this.addBoth((result): unknown => {
      if (!timedOut) return result;
      return onTimeoutCancel === undefined
        ? toTimeoutError(result, timeout)
        : onTimeoutCancel(result, timeout);
    }).addBoth((result) => {
      if (call.active()) call.cancel();
      return result;
    }) as Deferred<unknown> as Deferred<T | Chained<R>>;
  }

  /**
   * Returns a promise for the result at this place of the chain. It leaves the result in place, and
   * a failure counts as handled: it is the promise's now. The promise is rejected with the value of
   * the failure.
   *
   * Twisted: `Deferred.asFuture` (`internet/defer.py`, 24.7).
   *
   * Differs from Twisted: the result is not taken away from this Deferred.
   *
   * @param options `signal`, whose abort rejects the promise with its reason and cancels this Deferred.
   * @returns The promise.
   */
  asPromise(options?: AsPromiseOptions): Promise<T> {
    const signal = options?.signal;
    return new Promise<T>((resolve, reject) => {
      let isSettled = false;
      const abort = (): void => {
        reject(signal?.reason);
        this.cancel();
      };
      this.observe((result) => {
        isSettled = true;
        signal?.removeEventListener("abort", abort);
        if (result instanceof Failure) reject(result.value);
        else resolve(result);
      });
      if (signal === undefined || isSettled) return;
      if (signal.aborted) abort();
      else signal.addEventListener("abort", abort, { once: true });
    });
  }

  /**
   * Lets a Deferred be awaited: {@linkcode Deferred.asPromise} and then `then` of that.
   *
   * @param onfulfilled Called in a microtask with the result.
   * @param onrejected Called in a microtask with the value of the failure.
   * @returns A promise for what these return.
   */
  then<R = T, S = never>(
    onfulfilled?: ((value: T) => R | PromiseLike<R>) | null,
    onrejected?: ((reason: unknown) => S | PromiseLike<S>) | null,
  ): Promise<R | S> {
    return this.asPromise().then(onfulfilled, onrejected);
  }

  /**
   * Lets a generator of `inlineCallbacks()` write `const result = yield* deferred`, which, unlike
   * `yield`, has the type of the result.
   */
  *[Symbol.iterator](): Generator<Deferred<T>, T, T> {
    return yield this;
  }

  #add<R>(link: Link<DeferredChain<unknown>>): Deferred<R> {
    this.addLink(link);
    return this as Deferred<unknown> as Deferred<R>;
  }
}

/** The Deferred of a promise; cancelling it aborts what the promise stands for, if it can be. */
function adapt<U>(promise: PromiseLike<U>, controller: AbortController | null): Deferred<U> {
  if (!isThenable(promise)) {
    throw new NotACoroutineError(`Cannot adapt a promise: ${typeof promise} is none`);
  }
  const deferred = new Deferred<U>(() => controller?.abort(new CancelledError()));
  toPromise(promise).then(
    (value) => deferred.called || deferred.callback(value as U),
    (reason) => deferred.called || deferred.errback(toCancelledError(reason)),
  );
  return deferred;
}

/** What became of a chain after its time was over. */
function toTimeoutError(result: unknown, timeout: number): unknown {
  if (!(result instanceof Failure) || result.check(CancelledError) === null) return result;
  return new Failure(new TimeoutError(timeout, { cause: result.value }));
}
