/**
 * What happens to an error that nobody took.
 *
 * @module
 */

/** An error that left a callback, a handler or a Deferred and that no caller is there to take. */
export interface ErrorReport {
  /** Where the error came from, as a phrase: `Exception in callback save`. */
  readonly message: string;
  /** What was thrown, untouched. */
  readonly error: unknown;
}

/**
 * Takes the errors that nobody took. It must not throw.
 *
 * `DenoPlatform` writes one line and the stack on standard error; a simulation fails its run.
 */
export type ErrorReporter = (report: ErrorReport) => void;
