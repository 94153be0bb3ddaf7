/**
 * The errors of child processes, with Twisted's names (`internet/error.py`, 24.7).
 *
 * @module
 */

/** A child has ended by itself, with code 0: the reason of `processExited` and `processEnded`. */
export class ProcessDone extends Error {
  /** The class's name. */
  override readonly name = "ProcessDone";
  /** Tells this error from others in a `switch`. */
  readonly code = "PROCESS_DONE";
  /** The exit code. */
  readonly exitCode = 0;
  /** The signal that ended the child: none did. */
  readonly signal = null;

  /** Makes an error. */
  constructor() {
    super("A process has ended without error");
  }
}

/** A child has ended with a code other than 0, or by a signal. */
export class ProcessTerminated extends Error {
  /** The class's name. */
  override readonly name = "ProcessTerminated";
  /** Tells this error from others in a `switch`. */
  readonly code = "PROCESS_TERMINATED";
  /** The exit code; `null` if a signal ended the child. */
  readonly exitCode: number | null;
  /** The name of the signal that ended the child, `SIGTERM` for example; `null` if none did. */
  readonly signal: string | null;

  /**
   * Makes an error.
   *
   * @param exitCode The exit code.
   * @param signal The name of the signal.
   */
  constructor(exitCode: number | null, signal: string | null) {
    const how = signal === null ? `with exit code ${exitCode}` : `by signal ${signal}`;
    super(`A process has ended with a probable error condition: ${how}`);
    this.exitCode = exitCode;
    this.signal = signal;
  }
}

/** A signal was to be sent to a child that has ended. */
export class ProcessExitedAlready extends Error {
  /** The class's name. */
  override readonly name = "ProcessExitedAlready";
  /** Tells this error from others in a `switch`. */
  readonly code = "PROCESS_EXITED_ALREADY";
}
