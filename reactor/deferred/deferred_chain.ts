/**
 * How a chain of callbacks runs.
 *
 * A chain is a list of links. Once it has a result, one loop takes link after link: each function gets
 * the result so far, and what it returns, or throws as a {@linkcode Failure}, is the result from then
 * on. Nothing is queued for later: whoever calls `callback()` returns only when the chain has run as
 * far as it can.
 *
 * A function may return a Deferred. If that one has a result, the result is taken over at once and
 * the other is left with `undefined`. If not, the chain stops, and a `resume` link at the end of the
 * other's list will bring the result. When that link comes up, the loop does not call itself: it lays
 * the chain it works on aside, runs the one that was resumed, and comes back. This is why a hundred
 * thousand Deferreds that wait for each other need no more stack than two.
 *
 * @module
 */

import { pendingWatcher } from "../../poller/pending_results.ts";
import { type TrackedError, trackError } from "../../poller/unhandled_errors.ts";
import { debugging, describeOrigin, keepCreator, keepInvoker } from "./debug_info.ts";
import { AlreadyCalledError, CancelledError } from "./errors.ts";
import { Failure } from "./failure.ts";
import { Link, SPENT } from "./link.ts";
import { isThenable, toCancelledError, toPromise } from "./thenable.ts";

/**
 * The half of a `Deferred` that those use who deliver the result: it is delivered, held up or
 * cancelled here, and the chain runs.
 *
 * Twisted: the part of `Deferred` (`internet/defer.py`, 24.7) below `addTimeout`.
 *
 * @typeParam T The result.
 */
export class DeferredChain<T = unknown> {
  /** What has not run, from {@linkcode DeferredChain.#next} on; what has is replaced by `SPENT`. */
  readonly #links: Link<DeferredChain<unknown>>[] = [];
  /** The index of the link that runs next. */
  #next = 0;
  /** The result so far; `undefined` before there is one, and after it was taken over. */
  #result: unknown = undefined;
  /** Whether `callback()` or `errback()` was called. */
  #called = false;
  /** True while a function of the chain runs; further links then wait for the loop to go on. */
  #running = false;
  /** How many `pause()` calls are not undone. */
  #pauses = 0;
  /** The Deferred that a callback returned and whose result the chain needs to go on. */
  #waitingOn: DeferredChain<unknown> | null = null;
  /** The Deferred whose `chainDeferred()` will fire this one. */
  #chainedTo: DeferredChain<unknown> | null = null;
  /** Stops the operation; dropped when it was called or the result is there. */
  #canceller: ((deferred: never) => void) | null;
  /** True after a cancellation that the operation does not know of: its late result is dropped. */
  #dropsOneResult = false;
  /** The failure that an observer has seen last: it is not unhandled, though it is still there. */
  #seenFailure: Failure | null = null;
  /** The failure that is the result and that nobody has handled; reported or not. */
  #unhandledFailure: Failure | null = null;
  /** The record of that failure. */
  #unhandled: TrackedError | null = null;
  /** A number for people; 0 until it is asked for. */
  #id = 0;

  /**
   * Makes a chain without a result.
   *
   * @param canceller See the constructor of `Deferred`.
   */
  constructor(canceller?: ((deferred: never) => void) | null) {
    this.#canceller = canceller ?? null;
    pendingWatcher?.made(this);
    if (debugging) keepCreator(this, new.target);
  }

  /** True once `callback()` or `errback()` was called, or the Deferred was cancelled. */
  get called(): boolean {
    return this.#called;
  }

  /** Whether the result has not come and there is somebody to call when it does. */
  get isAwaited(): boolean {
    return !this.#called && this.#links.length > 0;
  }

  /** How many things hold the chain up: calls of `pause()`, and a Deferred that it waits for. */
  get paused(): number {
    return this.#pauses + (this.#waitingOn === null ? 0 : 1);
  }

  /**
   * The result so far. `undefined` if there is none, also while the chain waits for another Deferred,
   * and after another Deferred has taken it over.
   */
  get result(): T | Failure | undefined {
    return this.#result as T | Failure | undefined;
  }

  /**
   * The Deferred whose result this one waits for: one that a callback returned, or one that was
   * given this one by `chainDeferred()`. `null` if there is none.
   */
  get waitingOn(): DeferredChain<unknown> | null {
    return this.#waitingOn ?? this.#chainedTo;
  }

  /**
   * Delivers the result and runs the chain.
   *
   * @param result The result; a {@linkcode Failure} starts on the error side.
   * @throws {AlreadyCalledError} If there is a result already.
   * @throws {TypeError} If `result` is a Deferred; chain it instead.
   */
  callback(result: T | Failure): void {
    if (result instanceof DeferredChain) {
      throw new TypeError("Cannot deliver a result: it is a Deferred");
    }
    if (this.#accept(result)) DeferredChain.#run(this);
  }

  /**
   * Delivers a failure and runs the chain.
   *
   * @param error The {@linkcode Failure}, or what was thrown.
   * @throws {AlreadyCalledError} If there is a result already.
   */
  errback(error: unknown): void {
    if (this.#accept(Failure.from(error))) DeferredChain.#run(this);
  }

  /** Holds the chain up until {@linkcode DeferredChain.unpause}; calls of both are counted. */
  pause(): void {
    this.#pauses++;
  }

  /**
   * Takes one {@linkcode DeferredChain.pause} back; the last one runs the chain. Does nothing if there
   * is none.
   */
  unpause(): void {
    if (this.#pauses === 0) return;
    this.#pauses--;
    if (this.#called) DeferredChain.#run(this);
  }

  /**
   * Says that the result is not wanted any more.
   *
   * Without a result, the canceller is called, and if it delivers none, the chain fails with
   * {@linkcode CancelledError}. If there was no canceller, the next result that the operation
   * delivers is dropped. If the chain waits for another Deferred, that one is cancelled. Otherwise
   * nothing happens.
   *
   * @throws {unknown} What the canceller throws.
   */
  cancel(): void {
    let target: DeferredChain<unknown> = this as DeferredChain<unknown>;
    while (target.#waitingOn !== null) target = target.#waitingOn;
    if (target === this) this.#cancelHere();
    else target.cancel();
  }

  /** Returns one line: a number, and the result or what it waits for. */
  toString(): string {
    const name = `${this.constructor.name} #${this.#id ||= ++lastId}`;
    const { waitingOn } = this;
    if (waitingOn !== null) {
      waitingOn.#id ||= ++lastId;
      return `<${name} waiting on ${waitingOn.constructor.name} #${waitingOn.#id}>`;
    }
    if (!this.#called) return `<${name}>`;
    const result = this.#result;
    const text = result instanceof Failure ? result : new Failure(result).getErrorMessage();
    return `<${name} current result: ${text}>`;
  }

  /**
   * Adds a link, and runs the chain if the result is there. Every public method of `Deferred` that adds
   * something goes through here.
   *
   * @param link The link.
   */
  protected addLink(link: Link<DeferredChain<unknown>>): void {
    if (link.kind === "fire" && link.target !== null) {
      link.target.#chainedTo = this as DeferredChain<unknown>;
    }
    this.#links.push(link);
    if (this.#called) DeferredChain.#run(this);
  }

  /** Takes a result. Returns false if it is to be dropped. */
  #accept(result: unknown): boolean {
    if (this.#called) {
      if (!this.#dropsOneResult) {
        const message = "Cannot deliver a result: the Deferred has one";
        throw new AlreadyCalledError(message + describeOrigin(this));
      }
      this.#dropsOneResult = false;
      return false;
    }
    if (debugging) keepInvoker(this, this.#accept);
    this.#called = true;
    pendingWatcher?.settled(this);
    this.#canceller = null;
    this.#chainedTo = null;
    this.#result = result;
    return true;
  }

  #cancelHere(): void {
    if (this.#called) return;
    const canceller = this.#canceller;
    if (canceller === alreadyCancelling) return;
    if (canceller === null) this.#dropsOneResult = true;
    else this.#callCanceller(canceller);
    if (!this.#called) this.errback(new CancelledError());
  }

  #callCanceller(canceller: (deferred: never) => void): void {
    this.#canceller = alreadyCancelling;
    try {
      canceller(this as never);
    } finally {
      this.#canceller = null;
    }
  }

  /** Hands the result over: it is somebody else's now. */
  #takeResult(): unknown {
    const result = this.#result;
    this.#result = undefined;
    this.#settleFailure();
    return result;
  }

  #settleFailure(): void {
    this.#unhandled?.settle();
    this.#unhandled = null;
    this.#unhandledFailure = null;
  }

  /** Remembers a failure that nobody has seen at the end of the chain as unhandled. */
  #trackFailure(): void {
    const result = this.#result;
    const isUnhandled = result instanceof Failure && result !== this.#seenFailure;
    if (isUnhandled && this.#unhandledFailure === result) return;
    this.#settleFailure();
    if (isUnhandled) {
      this.#unhandledFailure = result;
      const message = "Unhandled error in Deferred" + describeOrigin(this);
      this.#unhandled = trackError(this, message, result.value);
    }
  }

  /** Runs a chain, and those that it resumes, in a loop. */
  static #run<U>(first: DeferredChain<U>): void {
    let current = first as DeferredChain<unknown>;
    let aside: DeferredChain<unknown>[] | null = null;
    for (;;) {
      const resumed = current.#runLinks();
      if (resumed !== null) {
        (aside ??= []).push(current);
        current = resumed;
        continue;
      }
      const previous = aside?.pop();
      if (previous === undefined) return;
      current = previous;
    }
  }

  /** Runs as many links as it can. Returns a Deferred that has to run before the next one, if any. */
  #runLinks(): DeferredChain<unknown> | null {
    if (this.#running || this.#pauses > 0 || this.#waitingOn !== null) return null;
    const links = this.#links;
    while (this.#next < links.length) {
      const link = links[this.#next] as Link<DeferredChain<unknown>>;
      links[this.#next++] = SPENT;
      switch (link.kind) {
        case "call":
          if (!this.#call(link)) return null;
          break;
        case "observe":
          this.#observe(link);
          break;
        case "resume": {
          const target = link.target as DeferredChain<unknown>;
          target.#result = this.#takeResult();
          target.#waitingOn = null;
          return target;
        }
        case "fire":
          if (this.#fire(link.target as DeferredChain<unknown>)) return link.target;
          break;
      }
      if (this.#pauses > 0) break;
    }
    if (this.#next >= links.length) {
      links.length = 0;
      this.#next = 0;
    }
    if (this.#result instanceof Failure || this.#unhandled !== null) this.#trackFailure();
    return null;
  }

  /** Calls the function of a link. Returns false if the chain has to wait for what it returned. */
  #call(link: Link<DeferredChain<unknown>>): boolean {
    const result = this.#result;
    const isFailure = result instanceof Failure;
    const callable = isFailure ? link.onFailure : link.onSuccess;
    if (callable === null) return true;
    const args = isFailure ? link.failureArgs : link.successArgs;
    this.#running = true;
    try {
      this.#result = args === null ? callable(result) : callable(result, ...args);
    } catch (error) {
      this.#result = Failure.from(error);
    } finally {
      this.#running = false;
    }
    return !isThenable(this.#result) || this.#takeOver(this.#result);
  }

  /** Shows the result to the function of a link. */
  #observe(link: Link<DeferredChain<unknown>>): void {
    const result = this.#result;
    if (result instanceof Failure) this.#seenFailure = result;
    this.#running = true;
    try {
      link.onSuccess?.(result);
    } catch (error) {
      this.#result = Failure.from(error);
    } finally {
      this.#running = false;
    }
  }

  /** Delivers the result to another Deferred. Returns true if that one has to run now. */
  #fire(target: DeferredChain<unknown>): boolean {
    try {
      return target.#accept(this.#takeResult());
    } catch (error) {
      this.#result = new Failure(error);
      return false;
    }
  }

  /** Whether a value waits for this chain, itself or by others: to wait for it would never end. */
  #isAwaitedBy(value: unknown): boolean {
    let other = value instanceof DeferredChain ? value.#waitingOn : null;
    if (other === null || !this.#resumesAny()) return false;
    while (other !== null && other !== this) other = other.#waitingOn;
    return other !== null;
  }

  /** Whether another chain waits for this one. Without one, no row of them can lead back here. */
  #resumesAny(): boolean {
    const links = this.#links;
    for (let index = this.#next; index < links.length; index++) {
      if (links[index]?.kind === "resume") return true;
    }
    return false;
  }

  /**
   * Deals with a result that is itself a Deferred or a promise: takes its result over at once, or
   * returns false if there is none yet.
   */
  #takeOver(result: PromiseLike<unknown>): boolean {
    if (Object.is(result, this) || this.#isAwaitedBy(result)) {
      const what = Object.is(result, this) ? "is its own Deferred" : "waits for its own Deferred";
      this.#result = new Failure(
        new TypeError(`Cannot chain a Deferred: what a callback returned ${what}`),
      );
      return true;
    }
    const inner = result instanceof DeferredChain
      ? result as DeferredChain<unknown>
      : adapt(result);
    if (inner.#called && !inner.#running && inner.paused === 0) {
      this.#result = inner.#takeResult();
      return true;
    }
    this.#takeResult();
    this.#waitingOn = inner;
    inner.#links.push(new Link("resume", null, null, null, null, this as DeferredChain<unknown>));
    return false;
  }
}

/** Stands for the canceller while it runs: whoever cancels again in there need do nothing. */
function alreadyCancelling(): void {}

/** The number that was given to a Deferred last. */
let lastId = 0;

/** The chain of a promise that a callback returned. */
function adapt(promise: PromiseLike<unknown>): DeferredChain<unknown> {
  const chain = new DeferredChain<unknown>();
  toPromise(promise).then(
    (value) => chain.callback(value),
    (reason) => chain.errback(toCancelledError(reason)),
  );
  return chain;
}
