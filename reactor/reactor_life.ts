/**
 * The state machine of a reactor, from start to stop.
 *
 * @module
 */

import { noteReactorMade } from "../poller/loops_in_use.ts";
import type { Platform } from "../poller/platform.ts";
import type { SignalName } from "../poller/signals.ts";
import { checkCallable } from "./check_callable.ts";
import { ReactorAlreadyRunning, ReactorNotRestartable, ReactorNotRunning } from "./errors.ts";
import type {
  IReactorCore,
  RunOptions,
  SystemEventPhase,
  SystemEventTrigger,
  SystemEventType,
} from "./interfaces/reactor_core.ts";
import { guardedObserver, type LogObserver, reportingObserver } from "./log.ts";
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
 * The state machine of a reactor, over a main loop that its subclasses supply.
 *
 * Twisted: the `IReactorCore` half of `ReactorBase` (`internet/base.py`, 24.7). Differs from
 * Twisted: `run()` and `iterate()` return promises, `stop()` after a crash raises, a second signal
 * while the reactor stops is ignored, and crashing over and over adds no triggers.
 */
export abstract class ReactorLife implements IReactorCore {
  /** The world that the loop at the bottom of the tower runs in. */
  readonly platform: Platform;
  /** Takes what nobody else takes; it never throws. */
  protected readonly log: LogObserver;
  readonly #events: SystemEvents;
  readonly #signals: SignalHandlers;
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
    noteReactorMade();
    const { report } = platform;
    this.log = guardedObserver(options.logObserver ?? reportingObserver(report), report);
    this.#events = new SystemEvents(this.log);
    this.#signals = new SignalHandlers(platform.signals, (signal) => this.#onSignal(signal));
    this.#armTriggers();
  }

  // -- For subclasses --

  /**
   * Runs passes until {@linkcode ReactorLife.endMainLoop}. If a main loop that is not ended runs
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
  /** Sees that {@linkcode ReactorLife.shutDownIfStopping} is called in the next pass, soon. */
  protected abstract shutDownSoon(): void;
  /** Removes all descriptors and tells each that its connection is lost. */
  abstract disconnectAll(): void;
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
   * with {@linkcode ReactorLife.iterate}.
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
   * @returns What to give to {@linkcode ReactorLife.removeSystemEventTrigger}.
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
   * @param trigger What {@linkcode ReactorLife.addSystemEventTrigger} returned.
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
    this.queueCall(() => {
      if (!this.#started || this.#stopped) return;
      this.#exitSignal = signal;
      this.stop();
    });
  }
}
