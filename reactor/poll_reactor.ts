/**
 * The reactor over a platform.
 *
 * @module
 */

import { CallbackQueue } from "../poller/callback_queue.ts";
import { emptyContext } from "../poller/context.ts";
import { DelayedCallQueue } from "../poller/delayed_call_queue.ts";
import type { Handle } from "../poller/handle.ts";
import type { Interest } from "../poller/interest.ts";
import type { Platform } from "../poller/platform.ts";
import { DescriptorSet } from "./descriptor_set.ts";
import { ReactorAlreadyRunning } from "./errors.ts";
import { pollerWatcher } from "./poller_watcher.ts";
import { ReactorBase } from "./reactor_base.ts";
import type { ReactorOptions } from "./reactor_life.ts";

/**
 * The longest wait of one poll, in seconds: what fits in 2^31 milliseconds, as in Twisted
 * (`internet/base.py`, 24.7). A later call just takes several polls.
 */
const TIMEOUT_MAX = 2_147_483;

/** One run of the main loop, from `run()` to its end. */
interface MainLoop {
  /** Set by `crash()` or the shutdown event; the loop is over at the next look. */
  ended: boolean;
  readonly over: PromiseWithResolvers<void>;
}

/**
 * Twisted's reactor on a {@linkcode Platform}: the machine, or a host of a simulation.
 *
 * A pass runs what `callFromThread` queued before it; then the delayed calls that are due, with one
 * look at the clock; then, once after `stop()`, the shutdown event; and then it polls and lets the
 * descriptors that are ready read and write. What any of them adds waits for the next pass.
 *
 * Twisted: `PollReactor` and its siblings (`internet/pollreactor.py`, 24.7).
 *
 * Differs from Twisted: `run()` and `iterate()` return promises, equal times run in the order in
 * which they were set, the constructor takes the world to run in, and there is no thread pool.
 *
 * @example A reactor that stops itself
 * ```ts
 * import { PollReactor } from "@twinloop/twinloop/reactor";
 * import { DenoPlatform } from "@twinloop/twinloop/poller";
 * import { assertEquals } from "@std/assert";
 *
 * const reactor = new PollReactor(new DenoPlatform());
 * const log: string[] = [];
 * reactor.callWhenRunning(() => log.push("running"));
 * reactor.addSystemEventTrigger("after", "shutdown", () => log.push("stopped"));
 * reactor.callLater(0.001, () => reactor.stop());
 * await reactor.run();
 * assertEquals(log, ["running", "stopped"]);
 * ```
 */
export class PollReactor extends ReactorBase {
  /** The delayed calls. */
  protected override readonly calls: DelayedCallQueue;
  /** The readers and writers. */
  protected override readonly descriptors: DescriptorSet;
  /** What `callFromThread` queued for the next pass. */
  readonly #queue = new CallbackQueue<() => void>();
  /** The run under way first; behind it those that wait for an ended one to be over. */
  readonly #loops: MainLoop[] = [];
  /** The pass that `iterate()` makes; `null` when it makes none. */
  #iterating: PromiseWithResolvers<void> | null = null;
  /** When the poll under way ends by itself; `null` outside of a poll, or when it is about to end. */
  #pollEnd: number | null = null;

  readonly #onReady = (handle: Handle, events: Interest): void => {
    this.#pollEnd = null;
    this.descriptors.beginBatch();
    this.descriptors.dispatch(handle.id, events);
  };
  readonly #onDone = (): void => this.#pass();

  /**
   * Makes a reactor that is not started.
   *
   * @param platform The world to run in. No other loop may poll it.
   * @param options Where errors go.
   */
  constructor(platform: Platform, options: ReactorOptions = {}) {
    super(platform, options);
    this.calls = new DelayedCallQueue({
      seconds: () => this.seconds(),
      changed: () => this.#wakeFor(this.calls.nextDeadline),
      run: (call) => this.callLogged("Exception in delayed call", () => call.invoke()),
    });
    this.descriptors = new DescriptorSet(
      pollerWatcher(platform.poller),
      platform.network,
      this.log,
    );
  }

  /**
   * Makes one pass by hand: what is due, then one poll.
   *
   * @param delay How long to wait for something to happen, in seconds.
   * @returns A promise that resolves when the pass has ended. It rejects with
   * `ReactorAlreadyRunning` while the main loop runs or another pass is made by hand, and with
   * `RangeError` if `delay` is `NaN`.
   * @default {0}
   */
  override iterate(delay = 0): Promise<void> {
    if (Number.isNaN(delay)) {
      return Promise.reject(new RangeError("Cannot iterate: delay is NaN"));
    }
    if (this.entering || this.#loops.length > 0 || this.#iterating !== null) {
      return Promise.reject(new ReactorAlreadyRunning("Cannot iterate: the reactor is running"));
    }
    const over = Promise.withResolvers<void>();
    this.#iterating = over;
    this.#prime(() => {
      this.#runUntilCurrent();
      this.#poll(delay, () => {
        this.#pollEnd = null;
        this.descriptors.endBatch();
        this.#iterating = null;
        over.resolve();
        if (this.#loops.length > 0) this.#pass();
        else this.platform.poller.pause();
      });
    });
    return over.promise;
  }

  /** Runs passes until {@linkcode PollReactor.endMainLoop}. */
  protected override mainLoop(): Promise<void> {
    const last = this.#loops.at(-1);
    if (last !== undefined && !last.ended) return last.over.promise;
    const loop: MainLoop = { ended: false, over: Promise.withResolvers() };
    this.#loops.push(loop);
    if (this.#loops.length === 1 && this.#iterating === null) this.#prime(this.#onDone);
    return loop.over.promise;
  }

  /** Ends the main loop after the callback or handler under way. */
  protected override endMainLoop(): void {
    const last = this.#loops.at(-1);
    if (last !== undefined) last.ended = true;
    this.#wakeFor(-Infinity);
  }

  /**
   * Queues a function for the head of the next pass.
   *
   * @param call The function.
   */
  protected override queueCall(call: () => void): void {
    this.#queue.push(call);
    this.#wakeFor(-Infinity);
  }

  /** Ends the wait under way; each pass looks whether to shut down. */
  protected override shutDownSoon(): void {
    this.#wakeFor(-Infinity);
  }

  /** Brings about the first pass without running any of it now. */
  #prime(step: () => void): void {
    try {
      emptyContext(() => this.platform.poller.poll(0, ignoreReady, step));
    } catch (error) {
      this.#fail(error);
    }
  }

  #pass(): void {
    this.#pollEnd = null;
    this.descriptors.endBatch();
    if (this.#isOver()) return;
    this.#runUntilCurrent();
    if (this.#isOver()) return;
    this.#poll(Infinity, this.#onDone);
  }

  /** Settles the loops that have ended; if none is left, the poller rests. */
  #isOver(): boolean {
    while (this.#loops[0]?.ended) this.#loops.shift()?.over.resolve();
    if (this.#loops.length > 0) return false;
    this.platform.poller.pause();
    return true;
  }

  #runUntilCurrent(): void {
    // Taken before any call is made: what a call adds waits for the next pass.
    const isNothingDue = this.calls.nextDeadline === Infinity;
    const due = this.calls.takeDue(isNothingDue ? 0 : this.seconds());
    this.#queue.drain(invoke);
    for (const timer of due) timer.run();
    this.shutDownIfStopping();
  }

  #poll(longest: number, onDone: () => void): void {
    // What was queued meanwhile must not wait for the next timer.
    const next = this.#queue.length > 0 ? -Infinity : this.calls.nextDeadline;
    // Without an end to wait for, the clock need not be read.
    const isEndless = next === Infinity && longest === Infinity;
    const now = isEndless ? 0 : this.seconds();
    const timeout = Math.max(0, Math.min(next - now, longest));
    this.#pollEnd = now + timeout;
    const wait = timeout === Infinity ? timeout : Math.min(timeout, TIMEOUT_MAX);
    try {
      this.platform.poller.poll(wait, this.#onReady, onDone);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Ends everything when the poller cannot be used, as after its `close()`. */
  #fail(error: unknown): void {
    this.#pollEnd = null;
    this.#iterating?.reject(error);
    this.#iterating = null;
    for (const loop of this.#loops.splice(0)) loop.over.reject(error);
    this.crash();
  }

  /** Ends the poll under way if it would end after a moment at which there is something to do. */
  #wakeFor(moment: number): void {
    if (this.#pollEnd === null || this.#pollEnd <= moment) return;
    this.#pollEnd = null;
    this.platform.poller.wake();
  }
}

function invoke(call: () => void): void {
  call();
}

/** What is ready while the first pass is brought about is ready in that pass, too. */
function ignoreReady(): void {}
