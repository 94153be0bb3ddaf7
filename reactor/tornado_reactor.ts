/**
 * The reactor on top of an IOLoop.
 *
 * @module
 */

import type { IOLoop } from "../ioloop/io_loop.ts";
import type { Timeout } from "../ioloop/timeout.ts";
import { emptyContext } from "../poller/context.ts";
import type { Handle } from "../poller/handle.ts";
import type { Interest } from "../poller/interest.ts";
import { DelegatedCalls } from "./delegated_calls.ts";
import { DescriptorSet, type Watcher } from "./descriptor_set.ts";
import { ReactorAlreadyRunning } from "./errors.ts";
import type { RunOptions } from "./interfaces/reactor_core.ts";
import { ReactorBase } from "./reactor_base.ts";
import type { EndReason, ReactorOptions } from "./reactor_life.ts";

/** One run of the main loop, from `run()` to its end. */
interface MainLoop {
  /** Set by `crash()` or the shutdown event: the IOLoop is asked to stop, or not started at all. */
  ended: boolean;
  /** Settled when the IOLoop has ended. */
  over: Promise<void>;
}

/**
 * Twisted's reactor on Tornado's loop, so that code for both runs in one program, one pass for both.
 *
 * The application is started either by {@linkcode TornadoReactor.run} or by `ioLoop.start()`: both
 * run the same state machine. In the second case the startup event is fired by the first pass,
 * signals are left alone, and `stop()` fires the shutdown event and stops the IOLoop.
 *
 * A reactor of short life on a loop that goes on is ended by `fireSystemEvent("shutdown")`, which
 * disconnects everything and leaves the loop running unless `run()` had started it.
 *
 * Delayed calls are timeouts of the IOLoop, calls from threads its callbacks, descriptors its
 * handlers; all are registered in the empty context. Errors go to the reactor's log observer.
 *
 * Tornado: `TornadoReactor` (`platform/twisted.py`, 4.4.3).
 *
 * Differs from Tornado: dead delayed calls cannot be revived, negative delays raise, an error that
 * `doRead` or `doWrite` throws disconnects, what has arrived before an error is read first, a
 * half-closeable descriptor hears of clean ends only, `stop()` works under `ioLoop.start()`,
 * `iterate()` exists, `callFromThread` leaves the results of Deferreds alone, and crashing adds no
 * triggers.
 *
 * @example Both families in one program
 * ```ts
 * import { TornadoReactor } from "@twinloop/twinloop/reactor";
 * import { PollIOLoop } from "@twinloop/twinloop/ioloop";
 * import { DenoPlatform } from "@twinloop/twinloop/poller";
 * import { assertEquals } from "@std/assert";
 *
 * using ioLoop = new PollIOLoop(new DenoPlatform());
 * const reactor = new TornadoReactor(ioLoop);
 * const log: string[] = [];
 * ioLoop.addCallback(() => log.push("Tornado"));
 * reactor.callLater(0, () => {
 *   log.push("Twisted");
 *   reactor.stop();
 * });
 * await ioLoop.start();
 * assertEquals(log, ["Tornado", "Twisted"]);
 * ```
 */
export class TornadoReactor extends ReactorBase {
  /** The loop below. */
  readonly ioLoop: IOLoop;
  /** The delayed calls. */
  protected override readonly calls: DelegatedCalls<Timeout>;
  /** The readers and writers. */
  protected override readonly descriptors: DescriptorSet;
  /** The last run that `run()` began; `null` once it is over. */
  #loop: MainLoop | null = null;
  /**
   * Whether the IOLoop, started by somebody else, drives the reactor: "waiting" until its first
   * pass, "no" once it has ended or `run()` came first.
   */
  #driven: "waiting" | "yes" | "no" = "waiting";
  /** The pass that `iterate()` makes; `null` when it makes none. */
  #iteration: { ending: boolean } | null = null;
  /** Whether the IOLoop's first pass was one of `iterate()`, which does not start the reactor. */
  #startDeferred = false;

  /**
   * Makes a reactor that starts with the loop or by `run()`, whatever comes first.
   *
   * @param ioLoop The loop to stand on.
   * @param options Where errors go.
   */
  constructor(ioLoop: IOLoop, options: ReactorOptions = {}) {
    super(ioLoop.platform, options);
    this.ioLoop = ioLoop;
    this.calls = new DelegatedCalls({
      seconds: () => ioLoop.time(),
      add: (when, callback) => emptyContext(() => ioLoop.callAt(when, callback)),
      remove: (timeout) => ioLoop.removeTimeout(timeout),
      run: (call) => {
        this.callLogged("Exception in delayed call", () => call.invoke());
        this.#endIteration();
      },
    });
    this.descriptors = new DescriptorSet(this.#watcher(), this.platform.network, this.log);
    ioLoop.spawnCallback(() => this.#startByLoop());
  }

  /** Returns the time of the IOLoop, in seconds since an arbitrary moment. */
  override seconds(): number {
    return this.ioLoop.time();
  }

  /**
   * Makes a pass of the IOLoop by hand: what is due, one poll, and the handlers of what is ready.
   *
   * Differs from Tornado, where it raises. Differs from `PollReactor`: what is due at the head of the
   * next pass runs, too, since that is where the IOLoop is stopped.
   *
   * @param delay How long to wait for something to happen, in seconds.
   * @returns A promise that resolves when the IOLoop rests again. It rejects with
   * `ReactorAlreadyRunning` while the reactor's main loop runs or another pass is made by hand, with
   * `IOLoopRunningError` while the IOLoop runs otherwise, and with `RangeError` if `delay` is `NaN`.
   * @default {0}
   */
  override async iterate(delay = 0): Promise<void> {
    if (Number.isNaN(delay)) throw new RangeError("Cannot iterate: delay is NaN");
    if (this.entering || this.#loop !== null || this.#iteration !== null) {
      throw new ReactorAlreadyRunning("Cannot iterate: the reactor is running");
    }
    const { ioLoop } = this;
    this.#iteration = { ending: false };
    const timeout = delay > 0
      ? emptyContext(() => ioLoop.callLater(delay, () => this.#endIteration()))
      : null;
    if (timeout === null) ioLoop.spawnCallback(() => this.#endIteration());
    try {
      await ioLoop.start();
    } finally {
      this.#iteration = null;
      if (timeout !== null) ioLoop.removeTimeout(timeout);
      if (this.#startDeferred) {
        this.#startDeferred = false;
        ioLoop.spawnCallback(() => this.#startByLoop());
      }
    }
  }

  /**
   * Fires the startup event and starts the IOLoop; see {@linkcode IReactorCore.run}.
   *
   * @param options Whether to handle signals.
   * @returns A promise that resolves when the IOLoop has ended. It rejects with
   * `ReactorAlreadyRunning` if the reactor is started or somebody else has started the IOLoop, and
   * with `ReactorNotRestartable` after `stop()`.
   */
  override run(options: RunOptions = {}): Promise<void> {
    if (!this.stopped && this.#loop === null && this.ioLoop.isRunning()) {
      return Promise.reject(
        new ReactorAlreadyRunning("Cannot run the reactor: its IOLoop is running already"),
      );
    }
    return super.run(options);
  }

  /** Starts the IOLoop and waits for its end. */
  protected override mainLoop(): Promise<void> {
    this.#driven = "no";
    const previous = this.#loop;
    if (previous !== null && !previous.ended) return previous.over;
    const loop: MainLoop = { ended: false, over: Promise.resolve() };
    this.#loop = loop;
    loop.over = this.#serve(loop, previous);
    return loop.over;
  }

  /**
   * Ends the run, and the IOLoop with it, unless the reactor is a guest on it whose shutdown event
   * was fired by hand.
   *
   * @param reason Why.
   */
  protected override endMainLoop(reason: EndReason): void {
    const loop = this.#loop;
    const wasDriven = this.#driven === "yes";
    this.#driven = "no";
    let isOurs = wasDriven && reason !== "shutdown event";
    if (loop !== null && !loop.ended) isOurs = loop.ended = true;
    // A loop that does not run would remember the stop for its next start.
    if (isOurs && this.ioLoop.isRunning()) this.ioLoop.stop();
    this.#endIteration();
  }

  /**
   * Queues a function as a callback of the IOLoop.
   *
   * @param call The function.
   */
  protected override queueCall(call: () => void): void {
    this.ioLoop.spawnCallback(() => {
      call();
      this.#endIteration();
    });
  }

  /** Fires the shutdown event from a callback of the IOLoop. */
  protected override shutDownSoon(): void {
    this.ioLoop.spawnCallback(() => this.shutDownIfStopping());
  }

  /** Runs the IOLoop, once the run before, which has crashed, is over. */
  async #serve(loop: MainLoop, previous: MainLoop | null): Promise<void> {
    try {
      if (previous !== null) await previous.over.catch(ignore);
      if (loop.ended) return;
      await this.ioLoop.start();
    } finally {
      // Somebody else has stopped the IOLoop, or it could not be started.
      if (!loop.ended) this.crash();
      if (this.#loop === loop) this.#loop = null;
    }
  }

  /** Starts the reactor when the IOLoop was started and `run()` was not called. */
  #startByLoop(): void {
    if (this.#driven !== "waiting") return;
    if (this.#iteration !== null) {
      this.#startDeferred = true;
      return;
    }
    this.#driven = "yes";
    if (!this.started) this.startRunning({ installSignalHandlers: false });
  }

  /** Ends what `iterate()` makes, if it makes anything, at the head of the next pass. */
  #endIteration(): void {
    const iteration = this.#iteration;
    if (iteration === null || iteration.ending) return;
    iteration.ending = true;
    this.ioLoop.spawnCallback(() => {
      if (this.#iteration === iteration) this.ioLoop.stop();
    });
  }

  #watcher(): Watcher {
    const { ioLoop } = this;
    const handler = (number: number, events: Interest): void => {
      this.descriptors.dispatch(number, events);
      this.#endIteration();
    };
    return {
      watch: (handle: Handle, interest: Interest) =>
        emptyContext(() => ioLoop.addHandler(handle.id, handler, interest)),
      change: (handle: Handle, interest: Interest) => ioLoop.updateHandler(handle.id, interest),
      unwatch: (handle: Handle) => ioLoop.removeHandler(handle.id),
    };
  }
}

function ignore(): void {}
