/**
 * Where a reactor's messages go.
 *
 * @module
 */

import type { ErrorReporter } from "../poller/error_report.ts";

/** Something that a reactor has to tell and that no caller is there to hear. */
export type LogEvent =
  | {
    /** Something was thrown and nobody took it; the reactor goes on. */
    readonly level: "error";
    /** Where it came from, as a phrase. */
    readonly message: string;
    /** What was thrown, untouched. */
    readonly error: unknown;
    /** The log prefix of the descriptor whose code ran; `null` outside of one. */
    readonly system: string | null;
  }
  | {
    /** A harmless misuse. */
    readonly level: "warning";
    /** What was misused, as a phrase. */
    readonly message: string;
    /** The log prefix of the descriptor whose code ran; `null` outside of one. */
    readonly system: string | null;
  }
  | {
    /** Something that happened, as it should. */
    readonly level: "info";
    /** What, as a phrase. */
    readonly message: string;
    /** The log prefix of what it happened to; `null` if that has none. */
    readonly system: string | null;
  };

/**
 * Takes what a reactor logs. Should it throw, the platform's reporter gets both errors.
 *
 * Twisted: a log observer (`logger/_interfaces.py`, 24.7) and the `system` that `callWithLogger`
 * sets. Differs from Twisted: a descriptor's `logPrefix()` is asked only when something is logged.
 */
export type LogObserver = (event: LogEvent) => void;

/**
 * Makes the observer that a reactor has by default: errors go to the platform's reporter, the
 * rest nowhere.
 *
 * @param report The platform's reporter.
 * @returns The observer.
 */
export function reportingObserver(report: ErrorReporter): LogObserver {
  return (event: LogEvent): void => {
    if (event.level !== "error") return;
    const where = event.system === null || event.system === "" ? "" : ` [${event.system}]`;
    report({ message: event.message + where, error: event.error });
  };
}

/**
 * Guards an observer: what it throws goes to the platform's reporter, and so does the error that it
 * was to take.
 *
 * @param observer The observer.
 * @param report The platform's reporter.
 * @returns An observer that does not throw.
 */
export function guardedObserver(observer: LogObserver, report: ErrorReporter): LogObserver {
  return (event: LogEvent): void => {
    try {
      observer(event);
    } catch (error) {
      if (event.level === "error") report(event);
      report({ message: "Exception in log observer", error });
    }
  };
}
