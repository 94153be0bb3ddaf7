/**
 * What went wrong in a simulated run.
 *
 * @module
 */

import type { ErrorReport } from "../../poller/mod.ts";
import {
  DeadlockError,
  SimulationError,
  type SimulationFailure,
  type SimulationPlace,
} from "../errors.ts";
import type { SimHost } from "../host/host.ts";

/** An error that was reported to a host. */
export interface TakenReport {
  /** Where the error came from, as a phrase. */
  readonly message: string;
  /** What was thrown. */
  readonly error: unknown;
}

/** A report that no test took yet, with the failure that it will be. */
interface UntakenReport extends TakenReport {
  /** `null` if it belongs to no host. */
  readonly host: SimHost | null;
  readonly failure: SimulationError;
}

/** Collects the failure that ends a run, and the reports that will fail it at its end. */
export class Failures {
  readonly #place: () => SimulationPlace;
  /** What ends the run; the first counts. */
  #end: { readonly error: unknown } | null = null;
  #reports: UntakenReport[] = [];

  /** Made by the simulation, which tells where it is. */
  constructor(place: () => SimulationPlace) {
    this.#place = place;
  }

  /** Whether the run has to end. */
  get hasFailed(): boolean {
    return this.#end !== null;
  }

  /** Ends the run with a failure at the place where it is. */
  fail(failure: SimulationFailure, what: string, cause?: unknown, place?: SimulationPlace): void {
    this.end(describe(failure, what, cause, place ?? this.#place()));
  }

  /** As {@linkcode Failures.fail}, for what is nobody's: the host whose turn was last has no part in it. */
  failWorld(failure: SimulationFailure, what: string, cause?: unknown): void {
    this.fail(failure, what, cause, { ...this.#place(), host: null });
  }

  /** Ends the run with an error. */
  end(error: unknown): void {
    this.#end ??= { error };
  }

  /** Takes note of a report. */
  note(host: SimHost, message: string, error: unknown): void {
    const place = { ...this.#place(), host: host.name };
    const failure = describe("report", message, error, place);
    this.#reports.push({ host, message, error, failure });
  }

  /** Takes note of the errors that nobody had handled when the run ended. */
  noteUnhandled(reports: readonly ErrorReport[]): void {
    for (const { message, error } of reports) {
      const failure = describe("unhandled", message, error, { ...this.#place(), host: null });
      this.#reports.push({ host: null, message, error, failure });
    }
  }

  /** Returns the reports to a host and forgets them. */
  take(host: SimHost): TakenReport[] {
    const taken = this.#reports.filter((report) => report.host === host);
    this.#reports = this.#reports.filter((report) => report.host !== host);
    return taken.map(({ message, error }) => ({ message, error }));
  }

  /** Forgets everything and throws what the run fails with. A report explains a deadlock. */
  throw(): void {
    const end = this.#end;
    const report = this.#reports[0];
    this.#end = null;
    this.#reports = [];
    if (report !== undefined && (end === null || end.error instanceof DeadlockError)) {
      throw report.failure;
    }
    if (end !== null) throw end.error;
  }
}

function describe(
  failure: SimulationFailure,
  what: string,
  cause: unknown,
  place: SimulationPlace,
): SimulationError {
  const why = cause instanceof Error ? `: ${cause.name}: ${cause.message}` : "";
  return new SimulationError(failure, what + why, place, { cause });
}
