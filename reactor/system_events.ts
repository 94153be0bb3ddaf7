/**
 * The events of a reactor, by name.
 *
 * @module
 */

import type {
  SystemEventPhase,
  SystemEventTrigger,
  SystemEventType,
} from "./interfaces/reactor_core.ts";
import type { LogObserver } from "./log.ts";
import { ThreePhaseEvent } from "./three_phase_event.ts";

/**
 * The events of a reactor, each with its triggers. Events are independent: while one waits, another
 * can be fired.
 *
 * Twisted: `ReactorBase._eventTriggers` (`internet/base.py`, 24.7).
 *
 * @example Triggers run before, during and after the event, each once
 * ```ts
 * import { SystemEvents } from "@twinloop/twinloop/reactor";
 * import { assertEquals } from "@std/assert";
 *
 * const events = new SystemEvents(() => {});
 * const log: string[] = [];
 * events.add("after", "shutdown", () => log.push("after"));
 * events.add("before", "shutdown", () => log.push("before"));
 * events.fire("shutdown");
 * events.fire("shutdown");
 * assertEquals(log, ["before", "after"]);
 * ```
 */
export class SystemEvents {
  readonly #log: LogObserver;
  readonly #events = new Map<SystemEventType, ThreePhaseEvent>();

  /**
   * Makes a set of events without triggers.
   *
   * @param log Takes the errors of triggers.
   */
  constructor(log: LogObserver) {
    this.#log = log;
  }

  /**
   * Adds a trigger at the end of its phase.
   *
   * @param phase When it runs.
   * @param eventType The event.
   * @param call What to run.
   * @returns The trigger.
   * @throws {RangeError} If `phase` is none of the three.
   */
  add(
    phase: SystemEventPhase,
    eventType: SystemEventType,
    call: () => unknown,
  ): SystemEventTrigger {
    let event = this.#events.get(eventType);
    if (event === undefined) {
      event = new ThreePhaseEvent(eventType, this.#log);
      this.#events.set(eventType, event);
    }
    return event.add(phase, call);
  }

  /**
   * Removes a trigger.
   *
   * @param trigger What {@linkcode SystemEvents.add} returned.
   * @throws {RangeError} If it has run, or was removed, or is not of here.
   */
  remove(trigger: SystemEventTrigger): void {
    const event = this.#events.get(trigger?.eventType);
    if (event === undefined) {
      throw new RangeError("Cannot remove a system event trigger: its event has none");
    }
    event.remove(trigger);
  }

  /**
   * Fires an event; one without triggers does nothing.
   *
   * @param eventType The event.
   */
  fire(eventType: SystemEventType): void {
    this.#events.get(eventType)?.fire();
  }
}
