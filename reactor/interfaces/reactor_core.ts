/**
 * The life of a reactor: start, stop, and what happens around them.
 *
 * @module
 */

/** When a system event trigger runs, relative to the event itself. */
export type SystemEventPhase = "before" | "during" | "after";

/**
 * What happens to a reactor. `persist` is never fired by a reactor itself; other names may be used
 * by applications with {@linkcode IReactorCore.fireSystemEvent}.
 */
export type SystemEventType = "startup" | "shutdown" | "persist" | (string & Record<never, never>);

/**
 * Names a trigger for {@linkcode IReactorCore.removeSystemEventTrigger}. Made by
 * {@linkcode IReactorCore.addSystemEventTrigger}; compare it by identity.
 */
export interface SystemEventTrigger {
  /** When the trigger runs. */
  readonly phase: SystemEventPhase;
  /** The event that it waits for. */
  readonly eventType: SystemEventType;
}

/** How to run a reactor. */
export interface RunOptions {
  /**
   * Whether SIGINT, SIGTERM and SIGBREAK stop the reactor while it runs. A signal that the
   * platform does not have is left out.
   *
   * @default {true}
   */
  readonly installSignalHandlers?: boolean;
}

/**
 * The life of a reactor.
 *
 * Twisted: `IReactorCore` (`internet/interfaces.py`, 24.7).
 */
export interface IReactorCore {
  /**
   * True from the *during* phase of the startup event to the *during* phase of the shutdown event,
   * or to {@linkcode IReactorCore.crash}.
   */
  readonly running: boolean;
  /**
   * Fires the startup event and runs the main loop; the promise settles when the reactor has
   * stopped or crashed. Functions that were given to {@linkcode IReactorCore.callWhenRunning} are
   * called before this returns, unless a *before* trigger makes the event wait; calls, timers and
   * descriptors are first served after it has returned.
   *
   * @param options Whether to handle signals.
   * @returns A promise that resolves when the main loop has ended. It rejects with
   * `ReactorAlreadyRunning` if the reactor is started, and with `ReactorNotRestartable` after
   * {@linkcode IReactorCore.stop}.
   */
  run(options?: RunOptions): Promise<void>;
  /**
   * Asks the reactor to stop: fires the shutdown event in its next pass, after the calls that are
   * due, and then ends the main loop. It never fires the event itself.
   *
   * @throws {ReactorNotRunning} If the reactor is not started or is stopping already.
   */
  stop(): void;
  /**
   * Ends the main loop at once, after the callback or handler that called this, without any event.
   * What is registered and what waits stays, and {@linkcode IReactorCore.run} may be called again.
   */
  crash(): void;
  /**
   * Makes one pass by hand: what is due, then one poll. Not while the reactor runs.
   *
   * @param delay How long to wait for something to happen, in seconds.
   * @returns A promise that resolves when the pass has ended.
   * @default {0}
   */
  iterate(delay?: number): Promise<void>;
  /**
   * Fires an event: runs its *before* triggers; waits for the promises and Deferreds they returned,
   * whether they succeed or fail; then runs its *during* and its *after* triggers. Triggers are
   * used up by this. An error of a trigger is logged and the rest run. An event without triggers
   * does nothing.
   *
   * @param eventType The event.
   */
  fireSystemEvent(eventType: SystemEventType): void;
  /**
   * Adds a function to run, once, when an event is fired. It may be added while the event is
   * being fired if its phase is not over yet.
   *
   * @typeParam A The arguments of the function.
   * @param phase When to run it.
   * @param eventType The event.
   * @param callable What to run. In the *before* phase it may return a promise or Deferred, and the
   * other phases wait for it; what it returns in other phases is ignored.
   * @param args What to call it with.
   * @returns What to give to {@linkcode IReactorCore.removeSystemEventTrigger}.
   * @throws {RangeError} If `phase` is none of the three.
   * @throws {TypeError} If `callable` is not a function.
   */
  addSystemEventTrigger<A extends unknown[]>(
    phase: SystemEventPhase,
    eventType: SystemEventType,
    callable: (...args: A) => unknown,
    ...args: A
  ): SystemEventTrigger;
  /**
   * Removes a trigger. Removing a *before* trigger that has run in the firing under way is only
   * worth a warning in the log.
   *
   * @param trigger What {@linkcode IReactorCore.addSystemEventTrigger} returned.
   * @throws {RangeError} If it has run, or was removed, or belongs to another reactor.
   */
  removeSystemEventTrigger(trigger: SystemEventTrigger): void;
  /**
   * Calls a function as soon as the reactor runs: at once, inside this call, if it is
   * {@linkcode IReactorCore.running} (what it throws goes to the caller), and otherwise after all
   * *during* triggers of the startup event.
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
  ): SystemEventTrigger | null;
}
