/**
 * How a loop calls what it was given.
 *
 * @module
 */

import { SocketError } from "../poller/errors.ts";
import type { Interest } from "../poller/interest.ts";
import { reportIfBlocked } from "./blocking_log.ts";
import { handCallbackError } from "./callback_error.ts";
import type { HandlerEntry } from "./handler_table.ts";
import type { IOLoop } from "./io_loop.ts";
import type { ScheduledCallback } from "./scheduled_callback.ts";
import { isThenable } from "./thenable.ts";

/**
 * Calls callbacks and handlers, each in its context, and takes care of what they throw and of the
 * promises that they return. It never throws.
 *
 * A context takes a function without arguments. One function, made once, serves all calls, so that
 * calling a handler allocates nothing here; what to call waits in fields meanwhile.
 *
 * Tornado: `_run_callback` (`ioloop.py`, 4.5.3).
 */
export class CallbackRunner {
  /** Whose `handleCallbackException` takes the errors. */
  readonly #ioLoop: IOLoop;
  /** What `#call` is about to call; `null` while nothing is. */
  #entry: ScheduledCallback | HandlerEntry | null = null;
  /** The events for a handler. */
  #events: Interest = 0;
  /** Given to contexts. */
  readonly #call: () => unknown;

  /**
   * Makes a runner.
   *
   * @param ioLoop Whose `handleCallbackException` takes the errors.
   */
  constructor(ioLoop: IOLoop) {
    this.#ioLoop = ioLoop;
    // Not written in the assignment: V8 would put it, and the loop with it, into the old space.
    const call = () => {
      const entry = this.#entry as ScheduledCallback | HandlerEntry;
      const events = this.#events;
      this.#entry = null;
      return "args" in entry ? entry.callback(...entry.args) : entry.callback(entry.fd, events);
    };
    this.#call = call;
  }

  /**
   * Calls a callback.
   *
   * @param entry The callback.
   */
  run(entry: ScheduledCallback): void {
    try {
      this.#watch(entry, this.#enter(entry, 0));
    } catch (error) {
      this.#report(entry, error);
    }
  }

  /**
   * Calls a handler. A broken pipe that it did not expect is none of its faults and ignored.
   *
   * @param entry The handler.
   * @param events What its descriptor is ready for.
   */
  handle(entry: HandlerEntry, events: Interest): void {
    try {
      this.#watch(entry, this.#enter(entry, events));
    } catch (error) {
      if (error instanceof SocketError && error.code === "EPIPE") return;
      this.#report(entry, error);
    }
  }

  #enter(entry: ScheduledCallback | HandlerEntry, events: Interest): unknown {
    this.#entry = entry;
    this.#events = events;
    const limit = this.#ioLoop.blockingLogThreshold;
    return limit === Infinity ? entry.context(this.#call) : this.#enterTimed(entry, limit);
  }

  #enterTimed(entry: ScheduledCallback | HandlerEntry, limit: number): unknown {
    const { platform } = this.#ioLoop;
    const began = platform.clock.now();
    try {
      return entry.context(this.#call);
    } finally {
      reportIfBlocked(platform, entry, platform.clock.now() - began, limit);
    }
  }

  /** Observes a promise or Deferred that was returned; its result stays its owner's. */
  #watch(entry: ScheduledCallback | HandlerEntry, result: unknown): void {
    if (!isThenable(result)) return;
    result.then(undefined, (error: unknown) => this.#report(entry, error));
  }

  /** Hands an error to the hook, in the callback's context. */
  #report({ callback, context }: ScheduledCallback | HandlerEntry, error: unknown): void {
    context(() => handCallbackError(this.#ioLoop, callback, error));
  }
}
