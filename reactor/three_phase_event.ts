/**
 * An event with triggers before, during and after it.
 *
 * @module
 */

import type {
  SystemEventPhase,
  SystemEventTrigger,
  SystemEventType,
} from "./interfaces/reactor_core.ts";
import type { LogObserver } from "./log.ts";

/** The phases, in the order in which they run. */
const PHASES: readonly SystemEventPhase[] = ["before", "during", "after"];

/** What a *before* trigger may return to make the event wait without a turn of the microtasks. */
interface DeferredLike {
  addBoth(callback: (result: unknown) => unknown): unknown;
}

/** A trigger as the event keeps it. */
class Trigger implements SystemEventTrigger {
  readonly phase: SystemEventPhase;
  readonly eventType: SystemEventType;
  /** What to run; `null` once it has run or was removed. */
  call: (() => unknown) | null;

  constructor(phase: SystemEventPhase, eventType: SystemEventType, call: () => unknown) {
    this.phase = phase;
    this.eventType = eventType;
    this.call = call;
  }
}

/**
 * The triggers of one event and the order in which they run.
 *
 * Firing runs the *before* triggers one by one; waits for what they returned, whether it succeeds
 * or fails; then runs the *during* and the *after* triggers, without a break. A trigger is used up
 * by running. If nothing has to be waited for all of it happens inside
 * {@linkcode ThreePhaseEvent.fire}; if the last thing waited for is a Deferred, the rest happens
 * inside its firing.
 *
 * Twisted: `_ThreePhaseEvent` (`internet/base.py`, 24.7). Differs from Twisted: promises count as
 * Deferreds do, and triggers are told apart by identity, not by their function and arguments.
 */
export class ThreePhaseEvent {
  readonly #eventType: SystemEventType;
  readonly #log: LogObserver;
  /** The triggers that wait, by phase. */
  readonly #waiting: Record<SystemEventPhase, Trigger[]> = { before: [], during: [], after: [] };
  /** The *before* triggers that ran in a firing that has not gone on yet. */
  readonly #finishedBefore = new Set<SystemEventTrigger>();

  /**
   * Makes an event without triggers.
   *
   * @param eventType The event's name.
   * @param log Takes the errors of triggers.
   */
  constructor(eventType: SystemEventType, log: LogObserver) {
    this.#eventType = eventType;
    this.#log = log;
  }

  /**
   * Adds a trigger at the end of its phase.
   *
   * @param phase When it runs.
   * @param call What to run.
   * @returns The trigger.
   * @throws {RangeError} If `phase` is none of the three.
   */
  add(phase: SystemEventPhase, call: () => unknown): SystemEventTrigger {
    if (!PHASES.includes(phase)) {
      throw new RangeError(
        `Cannot add a system event trigger: phase "${phase}" is none of before, during, after`,
      );
    }
    const trigger = new Trigger(phase, this.#eventType, call);
    this.#waiting[phase].push(trigger);
    return trigger;
  }

  /**
   * Removes a trigger; one that ran in the *before* phase under way is only worth a warning.
   *
   * @param trigger What {@linkcode ThreePhaseEvent.add} returned.
   * @throws {RangeError} If it is not in here.
   */
  remove(trigger: SystemEventTrigger): void {
    if (this.#finishedBefore.delete(trigger)) {
      this.#log({
        level: "warning",
        message: `Removing a before ${this.#eventType} trigger that has run already`,
        system: null,
      });
      return;
    }
    const list = PHASES.includes(trigger.phase) ? this.#waiting[trigger.phase] : [];
    const index = list.indexOf(trigger as Trigger);
    if (index < 0) {
      throw new RangeError(
        "Cannot remove a system event trigger: it has run, was removed, or belongs elsewhere",
      );
    }
    list.splice(index, 1);
  }

  /** Fires the event. */
  fire(): void {
    const results: PromiseLike<unknown>[] = [];
    const ran: SystemEventTrigger[] = [];
    let trigger: Trigger | undefined;
    while ((trigger = this.#waiting.before.shift()) !== undefined) {
      this.#finishedBefore.add(trigger);
      ran.push(trigger);
      const result = this.#run(trigger);
      if (isThenable(result)) results.push(result);
    }
    let unsettled = results.length + 1;
    const settle = (): void => {
      if (--unsettled > 0) return;
      for (const finished of ran) this.#finishedBefore.delete(finished);
      this.#continue();
    };
    for (const result of results) this.#observe(result, settle);
    settle();
  }

  #continue(): void {
    for (const phase of ["during", "after"] as const) {
      let trigger: Trigger | undefined;
      while ((trigger = this.#waiting[phase].shift()) !== undefined) this.#run(trigger);
    }
  }

  /** Calls `settle` once a result is there, and leaves the result to others. */
  #observe(result: PromiseLike<unknown>, settle: () => void): void {
    if (isDeferred(result)) {
      result.addBoth((value) => {
        settle();
        return value;
      });
      return;
    }
    // A thenable of somebody else's may throw or answer twice; a promise stays as it is.
    Promise.resolve(result).then(settle, (error: unknown) => {
      this.#logError("before", error);
      settle();
    });
  }

  #run(trigger: Trigger): unknown {
    const call = trigger.call;
    trigger.call = null;
    try {
      return call?.();
    } catch (error) {
      this.#logError(trigger.phase, error);
      return undefined;
    }
  }

  #logError(phase: SystemEventPhase, error: unknown): void {
    const message = `Exception in ${phase} ${this.#eventType} trigger`;
    this.#log({ level: "error", message, error, system: null });
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null &&
    typeof (value as { then?: unknown }).then === "function";
}

function isDeferred(value: PromiseLike<unknown>): value is PromiseLike<unknown> & DeferredLike {
  return typeof (value as { addBoth?: unknown }).addBoth === "function";
}
