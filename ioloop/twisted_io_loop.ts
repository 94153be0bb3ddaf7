/**
 * The IOLoop on top of a reactor.
 *
 * @module
 */

import type { Interest } from "../poller/interest.ts";
import { READ, WRITE } from "../poller/interest.ts";
import { RenewingMap } from "../poller/renewing_map.ts";
import type { IDelayedCall } from "../reactor/interfaces/delayed_call.ts";
import type { IReactor } from "../reactor/interfaces/reactor.ts";
import type { SystemEventTrigger } from "../reactor/interfaces/reactor_core.ts";
import { captureOrigin } from "./blocking_log.ts";
import { CallbackRunner } from "./callback_runner.ts";
import { captureContextFor, forgetLoop } from "./current_io_loop.ts";
import { IOLoopClosedError, IOLoopRunningError } from "./errors.ts";
import { contextOf, type Descriptor, type Handler } from "./handler.ts";
import { HandlerDescriptor, type HandlerDescriptorOwner } from "./handler_descriptor.ts";
import { type HandlerEntry, HandlerTable } from "./handler_table.ts";
import { removeHandlers } from "./remove_handlers.ts";
import { IOLoop } from "./io_loop.ts";
import type { CloseOptions, IOLoopOptions } from "./io_loop_options.ts";
import type { Callback, ScheduledCallback } from "./scheduled_callback.ts";
import type { Timeout } from "./timeout.ts";

/** How a {@linkcode TwistedIOLoop} is made. */
export interface TwistedIOLoopOptions extends IOLoopOptions {
  /**
   * Whether signals stop the reactor, and so the loop, while `start()` runs it.
   *
   * @default {true}
   */
  readonly installSignalHandlers?: boolean;
}

/**
 * Tornado's event loop on Twisted's reactor, so that code for both runs in one program, one pass
 * for both.
 *
 * The application is started by `start()`, which runs the reactor and whose `stop()` crashes it, so
 * that both can be started again; or by `reactor.run()`, with the loop as a guest. Several loops may
 * stand on one reactor; one of them runs it.
 *
 * Tornado: `TwistedIOLoop` (`platform/twisted.py`, 4.4.3).
 *
 * Differs from Tornado: `close()` takes only what the loop itself has added off the reactor; the
 * time is the reactor's; `stop()` before `start()` is remembered, and elsewhere lets the same things
 * run as on a `PollIOLoop`; negative spans are due at once; a descriptor is known by its number and
 * its object; READ and WRITE come in one call; a handler for errors only, or for nothing, is
 * registered; errors of handlers do not disconnect; callbacks from signals run in the empty
 * context; a child's exit works, since Deno needs no SIGCHLD for it.
 *
 * @example Both families in one program
 * ```ts
 * import { TwistedIOLoop } from "@twinloop/twinloop/ioloop";
 * import { PollReactor } from "@twinloop/twinloop/reactor";
 * import { DenoPlatform } from "@twinloop/twinloop/poller";
 * import { assertEquals } from "@std/assert";
 *
 * const reactor = new PollReactor(new DenoPlatform());
 * using ioLoop = new TwistedIOLoop(reactor);
 * const log: string[] = [];
 * reactor.callLater(0.001, () => log.push("Twisted"));
 * ioLoop.callLater(0.002, () => {
 *   log.push("Tornado");
 *   ioLoop.stop();
 * });
 * await ioLoop.start();
 * assertEquals(log, ["Twisted", "Tornado"]);
 * ```
 */
export class TwistedIOLoop extends IOLoop {
  /** The reactor below. */
  readonly reactor: IReactor;
  readonly #installSignalHandlers: boolean;
  readonly #runner: CallbackRunner;
  readonly #handlers: HandlerTable;
  /** What the reactor knows of each handler. */
  readonly #descriptors = new RenewingMap<HandlerEntry, HandlerDescriptor>();
  /** The timeouts that wait. */
  readonly #timeouts = new RenewingMap<TwistedTimeout, true>();

  /** True while a callback or timeout of this loop runs: what follows in its batch still runs. */
  #isInBatch = false;
  /** True from `start()` until its promise is settled. */
  #isRunning = false;
  /** True from a `stop()` before a run until the `start()` that it prevents. */
  #isStopped = false;
  /** True from a `stop()` during a run until that run is over. */
  #isStopping = false;
  /** Forgets, when another run begins, a stop that came too late for its own; `null` if there is none. */
  #forgetStop: SystemEventTrigger | null = null;
  /** True from `close()` on. */
  #isClosed = false;

  /** What descriptors call. */
  readonly #owner: HandlerDescriptorOwner = {
    handle: (entry, events) => this.#runner.handle(entry, events),
    lost: (entry) => {
      this.#handlers.remove(entry.fd);
      this.#descriptors.delete(entry);
    },
  };

  /**
   * Makes a loop on a reactor. It does nothing until one of them is started.
   *
   * @param reactor The reactor.
   * @param options Whether the loop becomes current, and whether signals stop it.
   * @throws {AlreadyCurrentError} If it was to become current and another one is.
   */
  constructor(reactor: IReactor, options: TwistedIOLoopOptions = {}) {
    super(reactor.platform, options);
    this.reactor = reactor;
    this.#installSignalHandlers = options.installSignalHandlers ?? true;
    this.#handlers = new HandlerTable(reactor.platform.network);
    this.#runner = new CallbackRunner(this);
  }

  /** Returns the reactor's time, in seconds since an arbitrary moment. Tornado: `time()`. */
  override time(): number {
    return this.reactor.seconds();
  }

  /**
   * Runs the reactor; the promise is fulfilled when `stop()`, or anything else, has ended it.
   * Tornado: `start()`.
   *
   * @returns A promise for the end of the run; see {@linkcode IOLoop.start}. It also rejects if the
   * reactor was stopped for good (`ReactorNotRestartable`).
   */
  override async start(): Promise<void> {
    if (this.#isClosed) throw new IOLoopClosedError("Cannot start the loop: it is closed");
    if (this.isRunning()) throw new IOLoopRunningError("Cannot start the loop: it is running");
    if (this.#isStopped) {
      this.#isStopped = false;
      return;
    }
    this.#isRunning = true;
    try {
      await this.reactor.run({ installSignalHandlers: this.#installSignalHandlers });
    } finally {
      this.#isRunning = false;
      this.#isStopping = false;
    }
  }

  /**
   * Crashes the reactor, without its shutdown event; see {@linkcode IOLoop.stop} for when. Tornado:
   * `stop()`.
   */
  override stop(): void {
    if (!this.isRunning()) {
      this.#isStopped = true;
    } else if (!this.#isStopping) {
      this.#isStopping = true;
      if (this.#isInBatch) this.#crash();
      else this.#crashLater();
    }
  }

  /** Tells whether the reactor runs, whoever has started it. */
  override isRunning(): boolean {
    return this.#isRunning || this.reactor.running;
  }

  /**
   * Closes the loop; see {@linkcode IOLoop.close}. The reactor, and what others have added to it,
   * goes on; as a guest of a reactor that runs, the loop may be closed at any time. Tornado:
   * `close(all_fds=False)`.
   *
   * @param options Whether to close the descriptors that have handlers.
   * @throws {IOLoopRunningError} If the loop runs the reactor.
   */
  override close(options: CloseOptions = {}): void {
    if (this.#isClosed) return;
    if (this.#isRunning) throw new IOLoopRunningError("Cannot close the loop: it is running");
    this.#isClosed = true;
    const report = removeHandlers(this, this.#handlers, options);
    for (const timeout of this.#timeouts.keys()) this.removeTimeout(timeout);
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
    if (!(timeout instanceof TwistedTimeout) || timeout.ioLoop !== this) {
      throw new TypeError("Cannot remove a timeout: it belongs to another loop");
    }
    if (this.#timeouts.delete(timeout) && timeout.call?.active()) timeout.call.cancel();
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
   * @throws {AlreadyRegisteredError} If a descriptor of the reactor reads or writes it.
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
      addedIn: -1,
    });
    const descriptor = new HandlerDescriptor(entry, this.#owner);
    this.#descriptors.set(entry, descriptor);
    try {
      this.reactor.addEventDescriptor(descriptor);
      this.#watch(descriptor);
    } catch (error) {
      this.removeHandler(fd);
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
    this.#watch(this.#descriptors.get(entry) as HandlerDescriptor);
  }

  /**
   * Forgets the handler of a descriptor; one without is ignored. Tornado: `remove_handler(fd)`.
   *
   * @param fd The number or the object.
   */
  override removeHandler(fd: Descriptor): void {
    const entry = this.#handlers.remove(fd);
    const descriptor = entry && this.#descriptors.get(entry);
    if (entry === undefined || descriptor === undefined) return;
    this.#descriptors.delete(entry);
    this.reactor.removeReader(descriptor);
    this.reactor.removeWriter(descriptor);
    this.reactor.removeEventDescriptor(descriptor);
  }

  /**
   * Adds a callback to the next pass of the reactor.
   *
   * @param entry What to run.
   */
  protected override enqueue(entry: ScheduledCallback): void {
    if (this.#isClosed) return;
    this.reactor.callFromThread(() => {
      if (!this.#isClosed) this.#run(entry);
    });
  }

  /**
   * Adds a timeout to the reactor.
   *
   * @param deadline When it is due.
   * @param entry What to run.
   * @returns Its handle.
   * @throws {IOLoopClosedError} After `close()`.
   */
  protected override enqueueAt(deadline: number, entry: ScheduledCallback): Timeout {
    this.#checkOpen("add a timeout");
    const timeout = new TwistedTimeout(this, deadline);
    const delay = Math.max(0, deadline - this.time());
    timeout.call = this.reactor.callLater(delay, () => {
      this.#timeouts.delete(timeout);
      this.#run(entry);
    });
    moveExactly(timeout.call, deadline);
    this.#timeouts.set(timeout, true);
    return timeout;
  }

  #run(entry: ScheduledCallback): void {
    this.#isInBatch = true;
    this.#runner.run(entry);
    this.#isInBatch = false;
  }

  #watch(descriptor: HandlerDescriptor): void {
    const { reactor } = this;
    const { interest } = descriptor.entry;
    if ((interest & READ) === 0) reactor.removeReader(descriptor);
    else reactor.addReader(descriptor);
    if ((interest & WRITE) === 0) reactor.removeWriter(descriptor);
    else reactor.addWriter(descriptor);
  }

  /** Crashes after the next batch of callbacks. What is queued outlives a run that others end. */
  #crashLater(): void {
    this.#forgetStop = this.reactor.addSystemEventTrigger("before", "startup", () => {
      this.#forgetStop = null;
      this.#isStopping = false;
    });
    this.reactor.callFromThread(() => this.#crash());
  }

  /** Ends the run that `stop()` was meant for, if nothing else has ended it. */
  #crash(): void {
    if (!this.#isStopping) return;
    if (this.#forgetStop !== null) this.reactor.removeSystemEventTrigger(this.#forgetStop);
    this.#forgetStop = null;
    // A loop that is a guest has no run of its own to be over.
    if (!this.#isRunning) this.#isStopping = false;
    this.reactor.crash();
  }

  #checkOpen(operation: string): void {
    if (this.#isClosed) throw new IOLoopClosedError(`Cannot ${operation}: the loop is closed`);
  }
}

/** The timeout of a {@linkcode TwistedIOLoop}. */
class TwistedTimeout implements Timeout {
  readonly ioLoop: TwistedIOLoop;
  readonly deadline: number;
  /** The reactor's part; `null` only while it is being made. */
  call: IDelayedCall | null = null;

  constructor(ioLoop: TwistedIOLoop, deadline: number) {
    this.ioLoop = ioLoop;
    this.deadline = deadline;
  }
}

/**
 * Moves a delayed call to a moment. A reactor takes delays only, and adds them to a time that has
 * moved on; equal deadlines would not stay equal. The second step takes out what the first one's
 * rounding left.
 */
function moveExactly(call: IDelayedCall, deadline: number): void {
  for (let step = 0; step < 2 && call.getTime() !== deadline; step++) {
    call.delay(deadline - call.getTime());
  }
}
