/**
 * What all reactors share beside their life and their transports: time, calls from elsewhere,
 * threads, descriptors.
 *
 * @module
 */

import type { DelayedCall } from "../poller/delayed_call.ts";
import type { ModuleFunction } from "../poller/module_function.ts";
import type { Platform } from "../poller/platform.ts";
import { checkCallable } from "./check_callable.ts";
import type { DescriptorSet } from "./descriptor_set.ts";
import type {
  IEventDescriptor,
  IReadDescriptor,
  IWriteDescriptor,
} from "./interfaces/descriptors.ts";
import type { RunOptions } from "./interfaces/reactor_core.ts";
import type { IReactorEventSet } from "./interfaces/reactor_event_set.ts";
import type { IReactorFDSet } from "./interfaces/reactor_fdset.ts";
import type { IReactorThreads } from "./interfaces/reactor_threads.ts";
import type { IReactorTime } from "./interfaces/reactor_time.ts";
import { ReactorLife, type ReactorOptions } from "./reactor_life.ts";
import { ReactorThreads } from "./threads/reactor_threads.ts";
import type { ThreadPool } from "./threads/thread_pool.ts";

/**
 * A reactor without transports, over a main loop, delayed calls and descriptors that its subclasses
 * supply.
 *
 * Twisted: `ReactorBase` (`internet/base.py`, 24.7). Differs from Twisted: see
 * {@linkcode ReactorLife}.
 */
export abstract class ReactorLoop extends ReactorLife
  implements IReactorTime, IReactorThreads, IReactorFDSet, IReactorEventSet {
  readonly #threads: ReactorThreads;

  /**
   * Makes a reactor that is not started.
   *
   * @param platform The world.
   * @param options Where errors go.
   */
  constructor(platform: Platform, options: ReactorOptions = {}) {
    super(platform, options);
    this.#threads = new ReactorThreads(this, this.log);
  }

  // -- For subclasses --

  /** The delayed calls. */
  protected abstract readonly calls: DelayedCallStore;
  /** The readers and writers. */
  protected abstract readonly descriptors: DescriptorSet;

  // -- IReactorTime --

  /** Returns the time in seconds since an arbitrary moment. */
  seconds(): number {
    return this.platform.clock.now();
  }

  /**
   * Calls a function later; see {@linkcode IReactorTime.callLater}.
   *
   * @typeParam A The arguments of the function.
   * @param delay How long to wait, in seconds, at least 0.
   * @param callable What to call.
   * @param args What to call it with.
   * @returns The waiting call.
   * @throws {RangeError} If `delay` is negative or `NaN`.
   * @throws {TypeError} If `callable` is not a function.
   */
  callLater<A extends unknown[]>(
    delay: number,
    callable: (...args: A) => unknown,
    ...args: A
  ): DelayedCall {
    checkCallable(callable, "call later");
    if (!(delay >= 0)) {
      throw new RangeError(`Cannot call later: delay is ${delay}, not a number of at least 0`);
    }
    return this.calls.add(this.seconds() + delay, callable, args);
  }

  /** Returns the calls that wait, as a list of the caller's own. */
  getDelayedCalls(): DelayedCall[] {
    return this.calls.list();
  }

  // -- IReactorFromThreads --

  /**
   * Calls a function in the next pass; see {@linkcode IReactorFromThreads.callFromThread}.
   *
   * @typeParam A The arguments of the function.
   * @param callable What to call.
   * @param args What to call it with.
   * @throws {TypeError} If `callable` is not a function.
   */
  callFromThread<A extends unknown[]>(callable: (...args: A) => unknown, ...args: A): void {
    checkCallable(callable, "call from thread");
    this.queueCall(() => this.callLogged("Exception in call from thread", () => callable(...args)));
  }

  // -- IReactorThreads --

  /**
   * Calls a function in a thread of the pool; see {@linkcode IReactorInThreads.callInThread}.
   *
   * @typeParam A The arguments of the function.
   * @param fn The function.
   * @param args What to call it with; copied.
   */
  callInThread<A extends unknown[]>(fn: ModuleFunction<A, unknown>, ...args: A): void {
    this.#threads.callInThread(fn, ...args);
  }

  /** Returns the pool of the reactor, and makes it if there is none. */
  getThreadPool(): ThreadPool {
    return this.#threads.getThreadPool();
  }

  /**
   * Says how many threads the pool may have.
   *
   * @param size How many.
   * @throws {RangeError} If it is not a whole number above 0.
   */
  suggestThreadPoolSize(size: number): void {
    this.#threads.suggestThreadPoolSize(size);
  }

  /**
   * Fires the startup event and runs the main loop; see {@linkcode IReactorCore.run}.
   *
   * @param options Whether to handle signals.
   * @returns A promise that resolves when the reactor has stopped or crashed, and the threads that
   * were stopped with it have ended.
   */
  override async run(options?: RunOptions): Promise<void> {
    await super.run(options);
    const { stopping } = this.#threads;
    if (stopping !== null) await stopping;
  }

  // -- IReactorFDSet --

  /**
   * Calls `reader.doRead()` whenever its descriptor can be read.
   *
   * @param reader The descriptor.
   * @throws {AlreadyRegisteredError} If another object reads this descriptor.
   * @throws {SocketError} `EBADF` if `fileno()` is not the number of an open handle.
   */
  addReader(reader: IReadDescriptor): void {
    this.descriptors.addReader(reader);
  }

  /**
   * Calls `writer.doWrite()` whenever its descriptor can be written.
   *
   * @param writer The descriptor.
   * @throws {AlreadyRegisteredError} If another object writes this descriptor.
   * @throws {SocketError} `EBADF` if `fileno()` is not the number of an open handle.
   */
  addWriter(writer: IWriteDescriptor): void {
    this.descriptors.addWriter(writer);
  }

  /**
   * Ceases to read; one that was not added is ignored.
   *
   * @param reader The descriptor.
   */
  removeReader(reader: IReadDescriptor): void {
    this.descriptors.removeReader(reader);
  }

  /**
   * Ceases to write; one that was not added is ignored.
   *
   * @param writer The descriptor.
   */
  removeWriter(writer: IWriteDescriptor): void {
    this.descriptors.removeWriter(writer);
  }

  // -- IReactorEventSet --

  /**
   * Watches a descriptor for errors; see `IReactorEventSet.addEventDescriptor`.
   *
   * @param descriptor The descriptor.
   * @throws {AlreadyRegisteredError} If another object was added for its handle.
   * @throws {SocketError} `EBADF` if `fileno()` is not the number of an open handle.
   */
  addEventDescriptor(descriptor: IEventDescriptor): void {
    this.descriptors.addEventDescriptor(descriptor);
  }

  /**
   * Ceases to watch a descriptor for errors; one that was not added is ignored.
   *
   * @param descriptor The descriptor.
   */
  removeEventDescriptor(descriptor: IEventDescriptor): void {
    this.descriptors.removeEventDescriptor(descriptor);
  }

  /** Removes all readers and writers without telling them, and returns each object once. */
  removeAll(): (IReadDescriptor | IWriteDescriptor)[] {
    return this.descriptors.removeAll();
  }

  /** Returns the readers, as a list of the caller's own. */
  getReaders(): IReadDescriptor[] {
    return this.descriptors.readers;
  }

  /** Returns the writers, as a list of the caller's own. */
  getWriters(): IWriteDescriptor[] {
    return this.descriptors.writers;
  }
}

/** Where a reactor keeps its delayed calls. */
export interface DelayedCallStore {
  /**
   * Adds a call.
   *
   * @param time When it is due, in seconds.
   * @param fn What to call.
   * @param args What to call it with.
   * @returns The call.
   */
  add<A extends unknown[]>(time: number, fn: (...args: A) => unknown, args: A): DelayedCall;
  /** Returns the active calls, as a list of the caller's own. */
  list(): DelayedCall[];
}
