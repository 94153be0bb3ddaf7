/**
 * The contract of Tornado's event loop.
 *
 * The class is long because it is the API: the methods are short, and what they share lives in
 * files of its own.
 *
 * @module
 */

import type { Context } from "../poller/context.ts";
import { ERROR, NONE, READ, WRITE } from "../poller/interest.ts";
import type { Interest } from "../poller/interest.ts";
import type { Platform } from "../poller/platform.ts";
import { captureOrigin, nameOf, toThreshold } from "./blocking_log.ts";
import * as current from "./current_io_loop.ts";
import { ExecutingLoop } from "./executing_loop.ts";
import type { Descriptor, Handler } from "./handler.ts";
import { closeDescriptor, splitDescriptor } from "./handler.ts";
import type { CloseOptions, IOLoopOptions } from "./io_loop_options.ts";
import { runSync } from "./run_sync.ts";
import { ScheduledCallback } from "./scheduled_callback.ts";
import type { Callback } from "./scheduled_callback.ts";
import { SettledFuture } from "./settled_future.ts";
import { totalSeconds } from "./time_delta.ts";
import type { TimeDelta } from "./time_delta.ts";
import type { Timeout } from "./timeout.ts";

/**
 * Tornado's event loop: callbacks, timeouts and handlers for descriptors, run one at a time.
 *
 * A pass of a loop takes the callbacks that wait and then the timeouts that are due; runs those
 * callbacks, then those timeouts, each in the order in which they were added (timeouts by deadline
 * first); polls; and calls the handlers of what is ready. What any of them adds waits for the next
 * pass, so no callback can starve descriptors.
 *
 * Callbacks, timeouts and handlers run in the context (`AsyncLocalStorage`) in which they were
 * added, except those of {@linkcode IOLoop.spawnCallback} and
 * {@linkcode IOLoop.addCallbackFromSignal}. An error that one of them throws, or a promise that it
 * returns rejects with, goes to {@linkcode IOLoop.handleCallbackException}, and the loop goes on.
 *
 * `PollIOLoop` is the implementation over a platform, `TwistedIOLoop` the one over a reactor.
 *
 * Tornado: `IOLoop` (`ioloop.py`, 4.5.3).
 *
 * Differs from Tornado: waiting methods return promises; `close()` takes an options object; there is
 * no blocking-signal threshold (`SIGALRM`), only {@linkcode IOLoop.setBlockingLogThreshold}.
 */
export abstract class IOLoop extends ExecutingLoop {
  /** No readiness: the handler is called only for errors. Tornado: `IOLoop.NONE`. */
  static readonly NONE: Interest = NONE;
  /** Something can be taken without waiting. Tornado: `IOLoop.READ`. */
  static readonly READ: Interest = READ;
  /** Something can be sent without waiting. Tornado: `IOLoop.WRITE`. */
  static readonly WRITE: Interest = WRITE;
  /** The descriptor has failed; reported asked for or not. Tornado: `IOLoop.ERROR`. */
  static readonly ERROR: Interest = ERROR;

  /** The world that the loop lives in; a bridge hands on the one of the loop below. */
  readonly platform: Platform;
  /** Where callbacks run that were added without a context; it knows only the current loop. */
  readonly #emptyContext: Context;
  /** How long a callback may take unreported, in seconds. */
  #blockingLogThreshold = Infinity;

  /**
   * Begins a loop.
   *
   * @param platform The world that the loop lives in.
   * @param options Whether it becomes current.
   * @throws {AlreadyCurrentError} If it was to become current and another one is.
   */
  constructor(platform: Platform, options: IOLoopOptions = {}) {
    super();
    this.platform = platform;
    this.#emptyContext = current.emptyContextFor(this);
    current.adoptCurrentLoop(this, options.makeCurrent);
  }

  // -- The current loop and the default one --

  /**
   * Makes this loop the default one, which {@linkcode IOLoop.instance} returns.
   *
   * Tornado: `install()`.
   *
   * @throws {AlreadyInstalledError} If there is one already.
   */
  install(): void {
    current.installLoop(this);
  }

  /**
   * Makes this loop the current one: inside a callback of a loop until that callback and what it
   * awaits is over, elsewhere until another one is.
   *
   * Tornado: `make_current()`.
   */
  makeCurrent(): void {
    current.setCurrentLoop(this);
  }

  // -- Life --

  /**
   * Runs the loop; the promise is fulfilled when {@linkcode IOLoop.stop} has ended it.
   *
   * Nothing runs inside this call. If `stop()` was called before, it is remembered: the promise is
   * fulfilled at once and the loop may be started again.
   *
   * Tornado: `start()`.
   *
   * @returns A promise for the end of the run. It rejects with `IOLoopRunningError` if the loop
   * runs already, and with `IOLoopClosedError` after `close()`.
   */
  abstract start(): Promise<void>;

  /**
   * Ends the run. It may be called from anywhere and returns at once.
   *
   * Called by a callback or a timeout: the rest of this pass's callbacks and due timeouts run
   * first. Called by a handler, or from outside: the handlers of this pass and one more batch of
   * callbacks and due timeouts run first. Called before `start()`: the next `start()` ends at
   * once. Called twice: like once.
   *
   * Tornado: `stop()`.
   */
  abstract stop(): void;

  /** Tells whether the loop runs: from `start()` until its promise is about to be settled. */
  abstract isRunning(): boolean;

  /**
   * Closes the loop: handlers are removed and callbacks and timeouts forgotten. Afterwards
   * callbacks are dropped silently, and everything else that would add something throws. A second
   * call is ignored.
   *
   * Tornado: `close(all_fds=False)`.
   *
   * Differs from Tornado: a loop closes nothing that it did not make. The poller of the platform
   * stays open, so that another loop can be made on it; a closed loop is no longer current nor the
   * default one.
   *
   * @param options Whether to close the descriptors that have handlers.
   * @throws {IOLoopRunningError} If the loop runs.
   */
  abstract close(options?: CloseOptions): void;

  /** Closes the loop, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /**
   * Runs the loop until a function has its result; the promise settles as that result does.
   *
   * Tornado: `run_sync(func, timeout=None)`.
   *
   * @example The main function of a program
   * ```ts
   * import { IOLoop } from "@twinloop/twinloop/ioloop";
   * import { assertEquals } from "@std/assert";
   *
   * using ioLoop = IOLoop.instance();
   * const answer = await ioLoop.runSync(async () => {
   *   await Promise.resolve();
   *   return 42;
   * });
   * assertEquals(answer, 42);
   * ```
   *
   * @typeParam T The type of the result.
   * @param fn Called by the first pass; returns a promise, a Deferred, or nothing.
   * @param timeoutSeconds How long to wait, in seconds; without it, for ever. A Deferred that is
   * late is cancelled; a promise goes on, and is looked at no more.
   * @returns A promise for the result, or for `undefined` if `fn` returned nothing. It rejects
   * with what `fn` threw or rejected with, with `BadYieldError` if `fn` returned something else,
   * with `TimeoutError` when the time is over, with `IOLoopStoppedError` if the loop was stopped
   * before, and as {@linkcode IOLoop.start} does.
   */
  runSync<T>(
    fn: () => PromiseLike<T> | null | undefined | void,
    timeoutSeconds?: number,
  ): Promise<T | undefined> {
    return runSync(this, fn, timeoutSeconds);
  }

  // -- Callbacks --

  /**
   * Calls a function in the next pass, in the caller's context. It may be called from anywhere,
   * also outside of a pass, and wakes the loop; after `close()` it does nothing.
   *
   * Tornado: `add_callback(callback, *args)`.
   *
   * @typeParam A The types of the arguments.
   * @param callback The function.
   * @param args What to call it with.
   */
  addCallback<A extends unknown[]>(callback: Callback<A>, ...args: A): void {
    this.#enqueueNow(callback, args, current.captureContextFor(this));
  }

  /**
   * Calls a function in the next pass, without the caller's context, for signal listeners. Tornado:
   * `add_callback_from_signal(callback, *args)`.
   *
   * @typeParam A The types of the arguments.
   * @param callback The function.
   * @param args What to call it with.
   */
  addCallbackFromSignal<A extends unknown[]>(callback: Callback<A>, ...args: A): void {
    this.#enqueueNow(callback, args, this.#emptyContext);
  }

  /**
   * Calls a function in the next pass, without the caller's context, for work that has nothing to
   * do with the caller. Tornado: `spawn_callback(callback, *args)`.
   *
   * @typeParam A The types of the arguments.
   * @param callback The function.
   * @param args What to call it with.
   */
  spawnCallback<A extends unknown[]>(callback: Callback<A>, ...args: A): void {
    this.#enqueueNow(callback, args, this.#emptyContext);
  }

  /**
   * Calls a function, in the caller's context, in a pass after a promise or Deferred is settled;
   * never inside this call. The promise counts as looked after: its rejection is not reported.
   *
   * Tornado: `add_future(future, callback)`.
   *
   * @typeParam T The type of the result.
   * @param future A promise, a Deferred, or another thenable.
   * @param callback Called with the outcome.
   */
  addFuture<T>(
    future: PromiseLike<T>,
    callback: (future: SettledFuture<T>) => unknown,
  ): void {
    const context = current.captureContextFor(this);
    const origin = captureOrigin(this, callback);
    const settle = (outcome: SettledFuture<T>) => {
      this.enqueue(new ScheduledCallback(callback, [outcome], context, origin));
    };
    future.then(
      (value) => settle(SettledFuture.fulfilled(value)),
      (reason: unknown) => settle(SettledFuture.rejected<T>(reason)),
    );
  }

  /**
   * Takes an error that a callback, timeout or handler threw, or that a promise it returned
   * rejected with. Override it to handle errors in another way.
   *
   * Tornado: `handle_callback_exception(callback)`. Differs from Tornado: the error is an argument,
   * since there is no current exception to ask for.
   *
   * @param callback The function, as it was added.
   * @param error What it threw.
   */
  handleCallbackException(callback: Callback, error: unknown): void {
    this.platform.report({ message: `Exception in callback ${nameOf(callback)}`, error });
  }

  /**
   * Reports callbacks, timeouts and handlers that take longer, and so hold up all others: a
   * {@linkcode LoopBlockedError} goes to `platform.report` as soon as such a one returns. Its `cause`
   * has the stack of the call that added it, if that came after this one.
   *
   * It counts what runs before the first `await`. While it is set, adding a callback costs the
   * capture of a stack. On a simulated host callbacks take no time, so none is reported.
   *
   * Tornado: `set_blocking_log_threshold(seconds)`. Differs from Tornado: there is no signal that
   * would interrupt a callback, so one that never returns is not reported.
   *
   * @param seconds How long one may take, in seconds; `null` reports nothing, as at first.
   * @throws {RangeError} If `seconds` is not above 0.
   */
  setBlockingLogThreshold(seconds: number | null): void {
    this.#blockingLogThreshold = toThreshold(seconds);
  }

  /** How long a callback may take unreported, in seconds; `Infinity` at first. Not in Tornado. */
  get blockingLogThreshold(): number {
    return this.#blockingLogThreshold;
  }

  // -- Time --

  /**
   * Returns the time in seconds on the loop's clock, whose epoch means nothing. Tornado: `time()`.
   * Differs from Tornado: it is never the wall clock.
   */
  time(): number {
    return this.platform.clock.now();
  }

  /**
   * Calls a function at a moment or after a span of time, in the caller's context.
   *
   * Tornado: `add_timeout(deadline, callback, *args)`, where an object stands for a `timedelta`.
   *
   * @typeParam A The types of the arguments.
   * @param deadline A moment on {@linkcode IOLoop.time}, or a span from now; one that has passed
   * or is negative is due at once.
   * @param callback The function.
   * @param args What to call it with.
   * @returns A handle for {@linkcode IOLoop.removeTimeout}.
   * @throws {TypeError} If `deadline` is neither.
   * @throws {RangeError} If `deadline` is `NaN`.
   * @throws {IOLoopClosedError} After `close()`.
   */
  addTimeout<A extends unknown[]>(
    deadline: number | TimeDelta,
    callback: Callback<A>,
    ...args: A
  ): Timeout {
    if (typeof deadline === "number") return this.callAt(deadline, callback, ...args);
    if (typeof deadline === "object" && deadline !== null) {
      return this.callLater(totalSeconds(deadline), callback, ...args);
    }
    throw new TypeError(`Cannot add a timeout: deadline is ${typeof deadline}`);
  }

  /**
   * Calls a function after a delay, in the caller's context.
   *
   * Tornado: `call_later(delay, callback, *args)`.
   *
   * @typeParam A The types of the arguments.
   * @param delay How long to wait, in seconds; at 0 or less it is due at once.
   * @param callback The function.
   * @param args What to call it with.
   * @returns A handle for {@linkcode IOLoop.removeTimeout}.
   * @throws {TypeError} If `delay` is not a number.
   * @throws {RangeError} If `delay` is `NaN`.
   * @throws {IOLoopClosedError} After `close()`.
   */
  callLater<A extends unknown[]>(delay: number, callback: Callback<A>, ...args: A): Timeout {
    if (typeof delay !== "number") {
      throw new TypeError(`Cannot add a timeout: delay is ${typeof delay}`);
    }
    return this.callAt(this.time() + delay, callback, ...args);
  }

  /**
   * Calls a function at a moment, in the caller's context. Of equal moments the one added first
   * comes first.
   *
   * Tornado: `call_at(when, callback, *args)`.
   *
   * @typeParam A The types of the arguments.
   * @param when The moment, in seconds on {@linkcode IOLoop.time}; one that has passed is due at
   * once, `Infinity` never.
   * @param callback The function.
   * @param args What to call it with.
   * @returns A handle for {@linkcode IOLoop.removeTimeout}.
   * @throws {TypeError} If `when` is not a number.
   * @throws {RangeError} If `when` is `NaN`.
   * @throws {IOLoopClosedError} After `close()`.
   */
  callAt<A extends unknown[]>(when: number, callback: Callback<A>, ...args: A): Timeout {
    if (typeof when !== "number") {
      throw new TypeError(`Cannot add a timeout: deadline is ${typeof when}`);
    }
    if (Number.isNaN(when)) throw new RangeError("Cannot add a timeout: deadline is NaN");
    const context = current.captureContextFor(this);
    const entry = new ScheduledCallback(callback, args, context, captureOrigin(this, callback));
    return this.enqueueAt(when, entry);
  }

  /**
   * Forgets a timeout, also one that is due in this pass and has not run yet. One that has run or
   * was removed is ignored.
   *
   * Tornado: `remove_timeout(timeout)`.
   *
   * @param timeout What the method that added it returned.
   * @throws {TypeError} If it belongs to another loop.
   */
  abstract removeTimeout(timeout: Timeout): void;

  // -- Descriptors --

  /**
   * Calls a function, in the caller's context, whenever a descriptor is ready.
   *
   * Readiness is a level: what a handler leaves unread is reported again in the next pass. READ and
   * WRITE come in one call where both are true. ERROR is always included.
   *
   * Tornado: `add_handler(fd, handler, events)`.
   *
   * @typeParam F The type of the descriptor.
   * @param fd The number of an open handle of the platform, or an object whose `fileno()` returns
   * it; `fileno()` is called once, here.
   * @param handler Called with `fd` as it was given, and with what it is ready for.
   * @param events What to wait for.
   * @throws {HandlerExistsError} If the number or the object has a handler.
   * @throws {SocketError} `EBADF` if no open handle of the platform has that number.
   * @throws {IOLoopClosedError} After `close()`.
   */
  abstract addHandler<F extends Descriptor>(
    fd: F,
    handler: Handler<F>,
    events: Interest,
  ): void;

  /**
   * Replaces what a descriptor is watched for.
   *
   * Tornado: `update_handler(fd, events)`.
   *
   * @param fd The number or the object.
   * @param events What to wait for from now on, whole.
   * @throws {HandlerNotFoundError} If it has no handler.
   * @throws {SocketError} `EBADF` if its handle is closed.
   */
  abstract updateHandler(fd: Descriptor, events: Interest): void;

  /**
   * Forgets the handler of a descriptor; it is not called any more, also if it is ready in this
   * pass. One without a handler is ignored.
   *
   * Tornado: `remove_handler(fd)`.
   *
   * @param fd The number or the object.
   */
  abstract removeHandler(fd: Descriptor): void;

  /**
   * Tells a descriptor's number from its object.
   *
   * Tornado: `split_fd(fd)`.
   *
   * @typeParam F The type of the descriptor.
   * @param fd The number or the object.
   * @returns The number, which is -1 for a handle that is closed, and `fd` as it was given.
   * @throws {TypeError} If it is neither a number nor has `fileno()`.
   */
  splitFd<F extends Descriptor>(fd: F): [number: number, object: F] {
    return [splitDescriptor(fd), fd];
  }

  /**
   * Closes a descriptor: an object by its `close()`, a number by the handle that has it. One that
   * is closed is ignored, and so is a socket's error.
   *
   * Tornado: `close_fd(fd)`.
   *
   * @param fd The number or the object.
   */
  closeFd(fd: Descriptor): void {
    closeDescriptor(fd, this.platform.network);
  }

  // -- For implementations --

  /**
   * Adds a callback to the next pass; does nothing after `close()`. Everything that adds a
   * callback ends here.
   *
   * @param entry What to run.
   */
  protected abstract enqueue(entry: ScheduledCallback): void;

  /**
   * Adds a timeout. Everything that adds one ends here.
   *
   * @param deadline When it is due, in seconds on {@linkcode IOLoop.time}; not `NaN`.
   * @param entry What to run.
   * @returns A handle for {@linkcode IOLoop.removeTimeout}.
   * @throws {IOLoopClosedError} After `close()`.
   */
  protected abstract enqueueAt(deadline: number, entry: ScheduledCallback): Timeout;

  #enqueueNow(callback: Callback, args: readonly unknown[], context: Context): void {
    this.enqueue(new ScheduledCallback(callback, args, context, captureOrigin(this, callback)));
  }
}
