/**
 * The IOLoop over a platform.
 *
 * @module
 */

import { CallbackQueue } from "../poller/callback_queue.ts";
import { emptyContext } from "../poller/context.ts";
import type { Handle } from "../poller/handle.ts";
import type { Interest } from "../poller/interest.ts";
import { ERROR } from "../poller/interest.ts";
import type { Platform } from "../poller/platform.ts";
import { type Timer, TimerQueue } from "../poller/timer_queue.ts";
import { captureOrigin } from "./blocking_log.ts";
import { CallbackRunner } from "./callback_runner.ts";
import { captureContextFor, forgetLoop } from "./current_io_loop.ts";
import { IOLoopClosedError, IOLoopRunningError } from "./errors.ts";
import { contextOf, type Descriptor, type Handler } from "./handler.ts";
import { HandlerTable } from "./handler_table.ts";
import { removeHandlers } from "./remove_handlers.ts";
import { IOLoop } from "./io_loop.ts";
import type { CloseOptions, IOLoopOptions } from "./io_loop_options.ts";
import type { Callback, ScheduledCallback } from "./scheduled_callback.ts";
import type { Timeout } from "./timeout.ts";

/**
 * Tornado's event loop over a platform: the bottom of a tower, and on its own what most programs
 * want.
 *
 * Tornado: `PollIOLoop` (`ioloop.py`, 4.5.3).
 *
 * Differs from Tornado: it does not own the poller, see {@linkcode IOLoop.close}; an unknown
 * descriptor given to `updateHandler` is always an error; the order of the handlers of a pass is
 * the poller's.
 *
 * @example Callbacks come before timeouts, and what they add waits for the next pass
 * ```ts
 * import { IOLoop } from "@twinloop/twinloop/ioloop";
 * import { assertEquals } from "@std/assert";
 *
 * using ioLoop = IOLoop.instance(); // a PollIOLoop on the machine
 * const log: string[] = [];
 * ioLoop.callLater(0, () => {
 *   log.push("timeout");
 *   ioLoop.stop();
 * });
 * ioLoop.addCallback(() => {
 *   log.push("callback");
 *   ioLoop.addCallback(() => log.push("next pass"));
 * });
 * await ioLoop.start();
 * assertEquals(log, ["callback", "timeout"]);
 * ```
 */
export class PollIOLoop extends IOLoop {
  readonly #callbacks = new CallbackQueue<ScheduledCallback>();
  readonly #timers = new TimerQueue();
  readonly #handlers: HandlerTable;
  readonly #runner: CallbackRunner;

  /**
   * Whether it waits in a poll, so that new work must wake it; or is in a batch of handlers, whose
   * end comes by itself; or neither.
   */
  #phase: "polling" | "handling" | "other" = "other";
  /** How many polls there were: names the batch that a handler was added in. */
  #polls = 0;
  /** True from `stop()`, which makes the pass under way the last, until the run is over. */
  #isStopped = false;
  /** Settles the promise of `start()`; `null` while the loop is not started. */
  #end: (() => void) | null = null;
  /** True from `close()` on. */
  #isClosed = false;

  /** Given to the poller: calls the handler of a handle. */
  readonly #onReady = (handle: Handle, events: Interest): void => {
    this.#phase = "handling";
    const entry = this.#handlers.get(handle.id);
    if (entry === undefined || entry.addedIn === this.#polls) return;
    this.#runner.handle(entry, events);
  };
  /** Given to the poller: makes the next pass. */
  readonly #onDone = (): void => this.#pass();
  /** Given to the callback queue. */
  readonly #run = (entry: ScheduledCallback): void => this.#runner.run(entry);

  /**
   * Makes a loop. It does nothing until it is started.
   *
   * @param platform The world that it lives in; nothing else may poll its poller meanwhile.
   * @param options Whether it becomes current.
   * @throws {AlreadyCurrentError} If it was to become current and another one is.
   */
  constructor(platform: Platform, options: IOLoopOptions = {}) {
    super(platform, options);
    this.#handlers = new HandlerTable(platform.network);
    this.#runner = new CallbackRunner(this);
  }

  /**
   * Runs the loop; the promise is fulfilled when `stop()` has ended it. Tornado: `start()`.
   *
   * @returns A promise for the end of the run; see {@linkcode IOLoop.start}.
   */
  override start(): Promise<void> {
    if (this.#isClosed) return reject(new IOLoopClosedError("Cannot start the loop: it is closed"));
    if (this.#end !== null) {
      return reject(new IOLoopRunningError("Cannot start the loop: it is running"));
    }
    if (this.#isStopped) {
      this.#isStopped = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      // The passes belong to nobody: the context of whoever starts the loop must not live in them.
      emptyContext(() => this.#poll(0, ignoreReady));
      this.#end = resolve;
    });
  }

  /** Ends the run; see {@linkcode IOLoop.stop} for when. Tornado: `stop()`. */
  override stop(): void {
    this.#isStopped = true;
    this.#wake();
  }

  /** Tells whether the loop runs. */
  override isRunning(): boolean {
    return this.#end !== null;
  }

  /**
   * Closes the loop; see {@linkcode IOLoop.close}. Tornado: `close(all_fds=False)`.
   *
   * @param options Whether to close the descriptors that have handlers.
   * @throws {IOLoopRunningError} If the loop runs.
   */
  override close(options: CloseOptions = {}): void {
    if (this.#isClosed) return;
    if (this.#end !== null) {
      throw new IOLoopRunningError("Cannot close the loop: it is running");
    }
    this.#isClosed = true;
    const report = removeHandlers(this, this.#handlers, options);
    this.#callbacks.clear();
    this.#timers.clear();
    this.closeExecutor();
    forgetLoop(this);
    report();
  }

  /**
   * Forgets a timeout. Tornado: `remove_timeout(timeout)`.
   *
   * @param timeout What the method that added it returned.
   * @throws {TypeError} If it belongs to another loop.
   */
  override removeTimeout(timeout: Timeout): void {
    if (!(timeout instanceof PollTimeout) || timeout.timers !== this.#timers) {
      throw new TypeError("Cannot remove a timeout: it belongs to another loop");
    }
    this.#timers.cancel(timeout.timer);
  }

  /**
   * Calls a function whenever a descriptor is ready; see {@linkcode IOLoop.addHandler}. Tornado:
   * `add_handler(fd, handler, events)`.
   *
   * @typeParam F The type of the descriptor.
   * @param fd The number, or an object with `fileno()`.
   * @param handler Called with `fd` and what it is ready for.
   * @param events What to wait for.
   * @throws {HandlerExistsError} If the number or the object has a handler.
   * @throws {SocketError} `EBADF` if no open handle of the platform has that number.
   * @throws {IOLoopClosedError} After `close()`.
   */
  override addHandler<F extends Descriptor>(
    fd: F,
    handler: Handler<F>,
    events: Interest,
  ): void {
    this.#checkOpen("add a handler");
    const entry = this.#handlers.add({
      fd,
      handler: handler as Handler<never> as Handler,
      interest: events,
      context: contextOf(handler, () => captureContextFor(this)),
      origin: captureOrigin(this, handler as Callback),
      addedIn: this.#phase === "handling" ? this.#polls : -1,
    });
    try {
      this.platform.poller.register(entry.handle, events | ERROR);
    } catch (error) {
      this.#handlers.remove(fd);
      throw error;
    }
  }

  /**
   * Replaces what a descriptor is watched for. Tornado: `update_handler(fd, events)`.
   *
   * @param fd The number or the object.
   * @param events What to wait for from now on, whole.
   * @throws {HandlerNotFoundError} If it has no handler.
   * @throws {SocketError} `EBADF` if its handle is closed.
   */
  override updateHandler(fd: Descriptor, events: Interest): void {
    const entry = this.#handlers.update(fd, events);
    this.platform.poller.modify(entry.handle, events | ERROR);
  }

  /**
   * Forgets the handler of a descriptor; one without is ignored. Tornado: `remove_handler(fd)`.
   *
   * @param fd The number or the object.
   */
  override removeHandler(fd: Descriptor): void {
    const entry = this.#handlers.remove(fd);
    // A handle that was closed has left the poller by itself.
    if (entry !== undefined && !entry.handle.closed) {
      this.platform.poller.unregister(entry.handle);
    }
  }

  /**
   * Adds a callback to the next pass.
   *
   * @param entry What to run.
   */
  protected override enqueue(entry: ScheduledCallback): void {
    if (this.#isClosed) return;
    this.#callbacks.push(entry);
    this.#wake();
  }

  /**
   * Adds a timeout.
   *
   * @param deadline When it is due.
   * @param entry What to run.
   * @returns Its handle.
   * @throws {IOLoopClosedError} After `close()`.
   */
  protected override enqueueAt(deadline: number, entry: ScheduledCallback): Timeout {
    this.#checkOpen("add a timeout");
    const isFirst = deadline < this.#timers.nextDeadline;
    const timer = this.#timers.add(deadline, () => this.#runner.run(entry));
    if (isFirst) this.#wake();
    return new PollTimeout(timer, this.#timers);
  }

  /** Runs what is due and polls again, or ends the run. */
  #pass(): void {
    this.#phase = "other";
    const due = this.#timers.takeDue(this.time());
    this.#callbacks.drain(this.#run);
    for (const timer of due) timer.run();
    if (this.#isStopped) this.#finish();
    else this.#poll(this.#timeout(), this.#onReady);
  }

  #poll(timeout: number, onReady: (handle: Handle, events: Interest) => void): void {
    this.platform.poller.poll(timeout, onReady, this.#onDone);
    this.#polls++;
    this.#phase = "polling";
  }

  /** How long the next poll may wait; a callback that took its time shortens it. */
  #timeout(): number {
    if (this.#callbacks.length > 0) return 0;
    const deadline = this.#timers.nextDeadline;
    return deadline === Infinity ? Infinity : Math.max(0, deadline - this.time());
  }

  #finish(): void {
    const end = this.#end;
    this.#end = null;
    this.#isStopped = false;
    this.platform.poller.pause();
    end?.();
  }

  /** Ends the wait, if the loop waits: otherwise it looks by itself before it does. */
  #wake(): void {
    if (this.#phase === "polling") this.platform.poller.wake();
  }

  #checkOpen(operation: string): void {
    if (this.#isClosed) throw new IOLoopClosedError(`Cannot ${operation}: the loop is closed`);
  }
}

/** The timeout of a {@linkcode PollIOLoop}. */
class PollTimeout implements Timeout {
  readonly timer: Timer;
  readonly timers: TimerQueue;
  readonly deadline: number;

  constructor(timer: Timer, timers: TimerQueue) {
    this.timer = timer;
    this.timers = timers;
    this.deadline = timer.deadline;
  }
}

/** For the poll that only leads into the first pass: readiness is a level, so it is not lost. */
function ignoreReady(): void {}

function reject(error: Error): Promise<never> {
  return Promise.reject(error);
}
