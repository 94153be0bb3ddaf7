/**
 * A log observer for tests.
 *
 * @module
 */

import type { LogEvent, LogObserver } from "../log.ts";

/**
 * Keeps log events.
 *
 * Twisted: `EventLoggingObserver` (`internet/testing.py`, 24.7). Differs from Twisted: there is no
 * publisher to register with; `observe` is given to a reactor as its `logObserver`.
 */
export class EventLoggingObserver implements Iterable<LogEvent> {
  /** The events, oldest first. */
  readonly events: LogEvent[] = [];
  /** Keeps an event. */
  readonly observe: LogObserver = (event) => void this.events.push(event);

  /** Goes through the events, oldest first. */
  [Symbol.iterator](): IterableIterator<LogEvent> {
    return this.events[Symbol.iterator]();
  }
}
