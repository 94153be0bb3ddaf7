/**
 * What a reactor without a loop has beside its transports.
 *
 * @module
 */

import type { DelayedCall } from "../../poller/delayed_call.ts";
import type { Timer } from "../../poller/timer_queue.ts";
import type { ModuleFunction } from "../../poller/module_function.ts";
import { checkCallable } from "../check_callable.ts";
import { Failure } from "../deferred/failure.ts";
import { ConnectionLost } from "../errors.ts";
import type {
  IEventDescriptor,
  IReadDescriptor,
  IWriteDescriptor,
} from "../interfaces/descriptors.ts";
import type { RunOptions } from "../interfaces/reactor_core.ts";
import type { IReactorEventSet } from "../interfaces/reactor_event_set.ts";
import type { IReactorFDSet } from "../interfaces/reactor_fdset.ts";
import type { IReactorThreads } from "../interfaces/reactor_threads.ts";
import type { IReactorTime } from "../interfaces/reactor_time.ts";
import { ReactorLife, type ReactorOptions } from "../reactor_life.ts";
import { ReactorThreads } from "../threads/reactor_threads.ts";
import type { ThreadPool } from "../threads/thread_pool.ts";
import { MemoryPlatform } from "./memory_platform.ts";

/**
 * The life, the delayed calls, the descriptors and the threads of a `MemoryReactor`: a reactor's own,
 * over a {@linkcode MemoryPlatform}.
 *
 * Nothing happens in here before `iterate()` is called, or `advance()` of a `MemoryReactorClock`. What
 * a call throws goes to the log observer and does not hold up the others; without an observer it is
 * thrown once the others are made.
 */
export class MemoryLoop extends ReactorLife
  implements IReactorTime, IReactorFDSet, IReactorEventSet, IReactorThreads {
  /** The world of the reactor. */
  declare readonly platform: MemoryPlatform;
  /** Whether the reactor was started. */
  hasRun = false;
  /** Whether `stop()` was called. */
  hasStopped = false;
  /** Whether `crash()` was called. */
  hasCrashed = false;
  readonly #threads: ReactorThreads;
  readonly #readers = new Set<IReadDescriptor>();
  readonly #writers = new Set<IWriteDescriptor>();
  readonly #watchers = new Set<IEventDescriptor>();
  /** Ends the `run()` under way. */
  #endRun: () => void = () => {};

  /**
   * Makes a reactor that is not started.
   *
   * @param options Where errors go.
   */
  constructor(options: ReactorOptions = {}) {
    super(new MemoryPlatform(), options);
    this.#threads = new ReactorThreads(this, this.log);
  }

  // -- IReactorCore --

  /** Fires the startup event; see `ReactorLife.startRunning`. With it a reactor runs for as long as a test likes. */
  override startRunning(options?: RunOptions): void {
    super.startRunning(options);
    this.hasRun = true;
  }

  /**
   * Fires the startup event, stops, and fires the shutdown event: nothing happens here that could be
   * waited for.
   *
   * @param options Whether to handle signals.
   * @returns A promise that resolves when the triggers of the shutdown event are done.
   */
  override async run(options?: RunOptions): Promise<void> {
    await super.run(options);
    const { stopping } = this.#threads;
    if (stopping !== null) await stopping;
    this.throwReports();
  }

  /** Asks the reactor to stop: the shutdown event is fired with the next calls that are due. */
  override stop(): void {
    super.stop();
    this.hasStopped = true;
  }

  /** Ceases to run, without any event. */
  override crash(): void {
    this.hasCrashed = true;
    super.crash();
  }

  /** Makes the delayed calls that are due now; those that they add wait for the next time. */
  override iterate(): Promise<void> {
    return new Promise((resolve) => {
      for (const call of this.platform.calls.takeDue(this.seconds())) this.make(call);
      this.throwReports();
      resolve();
    });
  }

  /** Tells every reader and writer that its connection is lost. */
  override disconnectAll(): void {
    for (const descriptor of this.removeAll()) {
      this.callLogged(
        "Exception in connectionLost",
        () => descriptor.connectionLost(new Failure(new ConnectionLost())),
      );
    }
  }

  /** Stops, and is over when the shutdown event is. */
  protected override mainLoop(): Promise<void> {
    const over = new Promise<void>((resolve) => this.#endRun = resolve);
    if (!this.stopped) this.stop();
    this.shutDownIfStopping();
    return over;
  }

  /** Ends what {@linkcode MemoryLoop.mainLoop} has begun. */
  protected override endMainLoop(): void {
    this.#endRun();
  }

  /** Has a call be made with those that are due. */
  protected override queueCall(call: () => void): void {
    this.platform.calls.add(this.seconds(), call, []);
  }

  /** Has the shutdown event be fired with the calls that are due. */
  protected override shutDownSoon(): void {
    this.queueCall(() => this.shutDownIfStopping());
  }

  /**
   * Makes a delayed call, and logs what it throws.
   *
   * @param call The call.
   */
  protected make(call: Timer): void {
    this.callLogged("Exception in delayed call", () => call.run());
  }

  /** Throws what was thrown and no log observer took; several errors as one `AggregateError`. */
  protected throwReports(): void {
    const [first, ...others] = this.platform.takeReports();
    if (first === undefined) return;
    if (others.length === 0) throw first.error;
    throw new AggregateError([first, ...others].map(({ error }) => error), first.message);
  }

  // -- IReactorTime --

  /** Returns the time of the platform, in seconds: 0 until somebody moves it. */
  seconds(): number {
    return this.platform.time;
  }

  /** Keeps a call; see `IReactorTime.callLater`. */
  callLater<A extends unknown[]>(
    delay: number,
    callable: (...args: A) => unknown,
    ...args: A
  ): DelayedCall {
    checkCallable(callable, "call later");
    if (!(delay >= 0)) throw new RangeError(`Cannot call later: delay is ${delay}`);
    return this.platform.calls.add(this.seconds() + delay, callable, args);
  }

  /** Returns the calls that wait. */
  getDelayedCalls(): DelayedCall[] {
    return this.platform.calls.list();
  }

  // -- IReactorThreads --

  /** Keeps a call that is due at once. */
  callFromThread<A extends unknown[]>(callable: (...args: A) => unknown, ...args: A): void {
    checkCallable(callable, "call from thread");
    this.queueCall(() => this.callLogged("Exception in call from thread", () => callable(...args)));
  }

  /** Calls a function outside of every pass, once the reactor runs; see {@linkcode MemoryPlatform}. */
  callInThread<A extends unknown[]>(fn: ModuleFunction<A, unknown>, ...args: A): void {
    this.#threads.callInThread(fn, ...args);
  }

  /** Returns the pool of the reactor, and makes it if there is none. */
  getThreadPool(): ThreadPool {
    return this.#threads.getThreadPool();
  }

  /** Says how many threads the pool may have. */
  suggestThreadPoolSize(size: number): void {
    this.#threads.suggestThreadPoolSize(size);
  }

  // -- IReactorFDSet and IReactorEventSet --

  /** Remembers a reader. */
  addReader(reader: IReadDescriptor): void {
    this.#readers.add(reader);
  }

  /** Remembers a writer. */
  addWriter(writer: IWriteDescriptor): void {
    this.#writers.add(writer);
  }

  /** Remembers what waits for errors. */
  addEventDescriptor(descriptor: IEventDescriptor): void {
    this.#watchers.add(descriptor);
  }

  /** Forgets a reader. */
  removeReader(reader: IReadDescriptor): void {
    this.#readers.delete(reader);
  }

  /** Forgets a writer. */
  removeWriter(writer: IWriteDescriptor): void {
    this.#writers.delete(writer);
  }

  /** Forgets what waits for errors. */
  removeEventDescriptor(descriptor: IEventDescriptor): void {
    this.#watchers.delete(descriptor);
  }

  /** Forgets all, and returns each reader and writer once. */
  removeAll(): (IReadDescriptor | IWriteDescriptor)[] {
    const all = new Set([...this.#readers, ...this.#writers]);
    this.#readers.clear();
    this.#writers.clear();
    this.#watchers.clear();
    return [...all];
  }

  /** Returns the readers. */
  getReaders(): IReadDescriptor[] {
    return [...this.#readers];
  }

  /** Returns the writers. */
  getWriters(): IWriteDescriptor[] {
    return [...this.#writers];
  }
}
