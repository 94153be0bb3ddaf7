/**
 * What all reactors share: the state machine from start to stop, and the checks of arguments.
 *
 * The class is long because it is the API: the methods are short, and what they share lives in
 * files of its own.
 *
 * @module
 */

import type { DelayedCall } from "../poller/delayed_call.ts";
import type { Platform } from "../poller/platform.ts";
import type { SignalName } from "../poller/signals.ts";
import type { DescriptorSet } from "./descriptor_set.ts";
import { ReactorAlreadyRunning, ReactorNotRestartable, ReactorNotRunning } from "./errors.ts";
import type {
  IEventDescriptor,
  IReadDescriptor,
  IWriteDescriptor,
} from "./interfaces/descriptors.ts";
import type { IClientFactory, IProtocolFactory } from "./interfaces/protocol_factory.ts";
import type { IReactor } from "./interfaces/reactor.ts";
import type {
  RunOptions,
  SystemEventPhase,
  SystemEventTrigger,
  SystemEventType,
} from "./interfaces/reactor_core.ts";
import type { ConnectTCPOptions, IReactorTCP, ListenTCPOptions } from "./interfaces/reactor_tcp.ts";
import { type LogObserver, reportingObserver } from "./log.ts";
import type { TCPConnector } from "./net/connector.ts";
import { ReactorTCP } from "./net/reactor_tcp.ts";
import type { TCPPort } from "./net/tcp_port.ts";
import { SignalHandlers } from "./signal_handlers.ts";
import { SystemEvents } from "./system_events.ts";

/** How a reactor is made. */
export interface ReactorOptions {
  /**
   * Takes the errors that nobody took, and warnings.
   *
   * @default {errors go to `platform.report`}
   */
  readonly logObserver?: LogObserver;
}

/**
 * Why a main loop ends: `crash()` was called, the shutdown that `stop()` asked for has come, or
 * somebody fired the shutdown event by hand.
 */
export type EndReason = "crash" | "stop" | "shutdown event";

/**
 * The state machine of a reactor, over a main loop, delayed calls and descriptors that its
 * subclasses supply.
 *
 * Twisted: `ReactorBase` (`internet/base.py`, 24.7). Differs from Twisted: `run()` and `iterate()`
 * return promises, `stop()` after a crash raises, a second signal while the reactor stops is
 * ignored, and crashing over and over adds no triggers.
 */
export abstract class ReactorBase implements IReactor, IReactorTCP {
  /** The world that the loop at the bottom of the tower runs in. */
  readonly platform: Platform;
  /** Takes what nobody else takes; it never throws. */
  protected readonly log: LogObserver;
  readonly #events: SystemEvents;
  readonly #signals: SignalHandlers;
  readonly #tcp: ReactorTCP;
  /** From `startRunning()` to `crash()`, which is also what the shutdown event does. */
  #started = false;
  /** From the *during* phase of startup to that of shutdown. */
  #running = false;
  /** From `stop()` on: the reactor cannot be started any more. */
  #stopped = false;
  /** From `stop()` until the shutdown event is fired. */
  #stopping = false;
  /** While `run()` fires the startup event. */
  #entering = false;
  /** Whether the run under way handles signals. */
  #handlesSignals = false;
  /** Whether the built-in trigger of startup waits. */
  #startupArmed = false;
  /** Whether the built-in triggers of shutdown wait. */
  #shutdownArmed = false;
  #exitSignal: SignalName | null = null;

  /**
   * Makes a reactor that is not started.
   *
   * @param platform The world.
   * @param options Where errors go.
   */
  constructor(platform: Platform, options: ReactorOptions = {}) {
    this.platform = platform;
    const observer = options.logObserver ?? reportingObserver(platform.report);
    this.log = (event) => {
      try {
        observer(event);
      } catch (error) {
        if (event.level === "error") platform.report(event);
        platform.report({ message: "Exception in log observer", error });
      }
    };
    this.#events = new SystemEvents(this.log);
    this.#tcp = new ReactorTCP(this, this.log);
    this.#signals = new SignalHandlers(platform.signals, (signal) => this.#onSignal(signal));
    this.#armTriggers();
  }

  // -- For subclasses --

  /** The delayed calls. */
  protected abstract readonly calls: DelayedCallStore;
  /** The readers and writers. */
  protected abstract readonly descriptors: DescriptorSet;
  /**
   * Runs passes until {@linkcode ReactorBase.endMainLoop}. If a main loop that is not ended runs
   * already, the promise is that of its end; one that is ended and not over yet is waited for.
   *
   * @returns A promise that resolves when the loop is over.
   */
  protected abstract mainLoop(): Promise<void>;
  /**
   * Ends the main loop, if one runs, after the callback or handler under way.
   *
   * @param reason Why.
   */
  protected abstract endMainLoop(reason: EndReason): void;
  /**
   * Runs a function at the head of the next pass and sees that it comes soon.
   *
   * @param call The function; it does not throw.
   */
  protected abstract queueCall(call: () => void): void;
  /** Sees that {@linkcode ReactorBase.shutDownIfStopping} is called in the next pass, soon. */
  protected abstract shutDownSoon(): void;
  /** Makes one pass by hand; see {@linkcode IReactorCore.iterate}. */
  abstract iterate(delay?: number): Promise<void>;

  /** Whether the reactor is started: from `run()` on, until it has crashed or shut down. */
  protected get started(): boolean {
    return this.#started;
  }

  /** Whether `stop()` was called: the reactor cannot be started any more. */
  protected get stopped(): boolean {
    return this.#stopped;
  }

  /** Whether `run()` fires the startup event just now and the main loop is to follow. */
  protected get entering(): boolean {
    return this.#entering;
  }

  /** Fires the shutdown event if `stop()` was called and it was not fired yet. */
  protected shutDownIfStopping(): void {
    if (!this.#stopping) return;
    this.#stopping = false;
    this.fireSystemEvent("shutdown");
  }

  /**
   * Calls a function and logs what it throws.
   *
   * @param message Where an error comes from.
   * @param call The function.
   */
  protected callLogged(message: string, call: () => unknown): void {
    try {
      call();
    } catch (error) {
      this.log({ level: "error", message, error, system: null });
    }
  }

  // -- IReactorCore --

  /** True from the *during* phase of startup to that of shutdown, or to `crash()`. */
  get running(): boolean {
    return this.#running;
  }

  /** The signal that stopped the reactor; `null` if none did. Twisted: `_exitSignal`. */
  get exitSignal(): SignalName | null {
    return this.#exitSignal;
  }

  /**
   * Fires the startup event and runs the main loop; see {@linkcode IReactorCore.run}.
   *
   * @param options Whether to handle signals.
   * @returns A promise that resolves when the reactor has stopped or crashed. It rejects with
   * `ReactorAlreadyRunning` if it is started and with `ReactorNotRestartable` after `stop()`.
   */
  run(options: RunOptions = {}): Promise<void> {
    const isNested = this.#entering;
    try {
      this.#entering = true;
      this.startRunning(options);
    } catch (error) {
      return Promise.reject(error);
    } finally {
      this.#entering = isNested;
    }
    // A trigger of the startup event may have crashed the reactor.
    return this.#started ? this.mainLoop() : Promise.resolve();
  }

  /**
   * Does the first half of `run()`: fires the startup event. For foreign main loops, which go on
   * with {@linkcode ReactorBase.iterate}.
   *
   * @param options Whether to handle signals.
   * @throws {ReactorAlreadyRunning} If the reactor is started.
   * @throws {ReactorNotRestartable} If it was stopped.
   */
  startRunning(options: RunOptions = {}): void {
    if (this.#started) {
      throw new ReactorAlreadyRunning("Cannot run the reactor: it is running already");
    }
    if (this.#stopped) {
      throw new ReactorNotRestartable("Cannot run the reactor: it was stopped for good");
    }
    this.#started = true;
    this.#handlesSignals = options.installSignalHandlers ?? true;
    this.#armTriggers();
    this.fireSystemEvent("startup");
  }

  /**
   * Asks the reactor to shut down in its next pass; see {@linkcode IReactorCore.stop}.
   *
   * @throws {ReactorNotRunning} If it is not started or is stopping already.
   */
  stop(): void {
    if (!this.#started || this.#stopped) {
      throw new ReactorNotRunning(
        `Cannot stop the reactor: it is ${this.#stopped ? "stopped already" : "not running"}`,
      );
    }
    this.#stopped = true;
    this.#stopping = true;
    this.shutDownSoon();
  }

  /** Ends the main loop without any event; see {@linkcode IReactorCore.crash}. */
  crash(): void {
    this.#end("crash");
  }

  /**
   * Fires an event; see {@linkcode IReactorCore.fireSystemEvent}.
   *
   * @param eventType The event.
   */
  fireSystemEvent(eventType: SystemEventType): void {
    this.#events.fire(eventType);
  }

  /**
   * Adds a function to run when an event is fired; see {@linkcode IReactorCore}.
   *
   * @typeParam A The arguments of the function.
   * @param phase When to run it.
   * @param eventType The event.
   * @param callable What to run.
   * @param args What to call it with.
   * @returns What to give to {@linkcode ReactorBase.removeSystemEventTrigger}.
   * @throws {RangeError} If `phase` is none of the three.
   * @throws {TypeError} If `callable` is not a function.
   */
  addSystemEventTrigger<A extends unknown[]>(
    phase: SystemEventPhase,
    eventType: SystemEventType,
    callable: (...args: A) => unknown,
    ...args: A
  ): SystemEventTrigger {
    checkCallable(callable, "add a system event trigger");
    return this.#events.add(phase, eventType, () => callable(...args));
  }

  /**
   * Removes a trigger; see {@linkcode IReactorCore.removeSystemEventTrigger}.
   *
   * @param trigger What {@linkcode ReactorBase.addSystemEventTrigger} returned.
   * @throws {RangeError} If it has run, or was removed, or belongs to another reactor.
   */
  removeSystemEventTrigger(trigger: SystemEventTrigger): void {
    this.#events.remove(trigger);
  }

  /**
   * Calls a function as soon as the reactor runs; see {@linkcode IReactorCore.callWhenRunning}.
   *
   * @typeParam A The arguments of the function.
   * @param callable What to call.
   * @param args What to call it with.
   * @returns `null` if it was called; otherwise the trigger that will call it.
   * @throws {TypeError} If `callable` is not a function.
   */
  callWhenRunning<A extends unknown[]>(
    callable: (...args: A) => unknown,
    ...args: A
  ): SystemEventTrigger | null {
    checkCallable(callable, "call when running");
    if (!this.#running) return this.addSystemEventTrigger("after", "startup", callable, ...args);
    callable(...args);
    return null;
  }

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

  /** Removes all readers and writers and tells each that its connection is lost. */
  disconnectAll(): void {
    this.descriptors.disconnectAll();
  }

  // -- IReactorTCP --

  /**
   * Listens on a port; see {@linkcode IReactorTCP.listenTCP}.
   *
   * @param port The port; 0 picks a free one.
   * @param factory Makes a protocol for each connection.
   * @param options The backlog and the interface.
   * @returns The port, bound and listening.
   * @throws {CannotListenError} If the address cannot be listened on.
   * @throws {RangeError} If the port is not a whole number from 0 to 65535.
   */
  listenTCP(port: number, factory: IProtocolFactory, options?: ListenTCPOptions): TCPPort {
    return this.#tcp.listenTCP(port, factory, options);
  }

  /**
   * Begins to connect; see {@linkcode IReactorTCP.connectTCP}.
   *
   * @param host A name, or an IPv4 or IPv6 literal.
   * @param port The port.
   * @param factory Makes the protocol and hears of failure and loss.
   * @param options The time-out and the local address.
   * @returns The client's hold on the connection.
   * @throws {RangeError} If the port or the time-out is not a number that makes sense.
   */
  connectTCP(
    host: string,
    port: number,
    factory: IClientFactory,
    options?: ConnectTCPOptions,
  ): TCPConnector {
    return this.#tcp.connectTCP(host, port, factory, options);
  }

  // -- The state machine --

  /** Sees that the built-in triggers wait, each once: they come before those of the application. */
  #armTriggers(): void {
    if (!this.#startupArmed) {
      this.#startupArmed = true;
      this.#events.add("during", "startup", () => this.#reallyStartRunning());
    }
    if (!this.#shutdownArmed) {
      this.#shutdownArmed = true;
      this.#events.add("during", "shutdown", () => {
        this.#shutdownArmed = false;
        this.#end(this.#stopped ? "stop" : "shutdown event");
      });
      this.#events.add("during", "shutdown", () => this.disconnectAll());
    }
  }

  #reallyStartRunning(): void {
    this.#startupArmed = false;
    // A trigger that the event waited for may have crashed the reactor.
    if (!this.#started) return;
    this.#running = true;
    if (this.#handlesSignals) this.#signals.install();
  }

  #end(reason: EndReason): void {
    this.#started = false;
    this.#running = false;
    this.#signals.uninstall();
    this.endMainLoop(reason);
  }

  #onSignal(signal: SignalName): void {
    this.callFromThread(() => {
      if (!this.#started || this.#stopped) return;
      this.#exitSignal = signal;
      this.stop();
    });
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

function checkCallable(callable: unknown, action: string): void {
  if (typeof callable === "function") return;
  throw new TypeError(`Cannot ${action}: callable is ${typeof callable}, not a function`);
}
