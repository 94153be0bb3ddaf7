/**
 * The errors of programs that run in several processes.
 *
 * @module
 */

/**
 * A program was to be started in several processes when it was too late: a loop or a reactor has
 * been made, or it was done before. The caller's mistake.
 *
 * Tornado: the `RuntimeError("Cannot run in multiple processes: IOLoop instance has already been
 * initialized…")` and the assertion of `fork_processes` (`process.py`, 4.5.3).
 */
export class ForkStateError extends Error {
  /** The class's name. */
  override readonly name = "ForkStateError";
  /** Tells this error from others in a `switch`. */
  readonly code = "FORK_STATE";
}

/** A worker ended other than by itself with the exit code 0. */
export class WorkerExitError extends Error {
  /** The class's name. */
  override readonly name = "WorkerExitError";
  /** Tells this error from others in a `switch`. */
  readonly code = "WORKER_EXIT";
  /** The number of the worker. */
  readonly taskId: number;
  /** The number of the process. */
  readonly pid: number;
  /** The exit code; 128 plus the number of the signal if one ended the worker. */
  readonly exitCode: number;
  /** The signal that ended the worker; `null` if there was none. */
  readonly signal: string | null;

  /**
   * Makes the error.
   *
   * @param taskId The number of the worker.
   * @param pid The number of the process.
   * @param exitCode The exit code.
   * @param signal The signal that ended it, if one did.
   */
  constructor(taskId: number, pid: number, exitCode: number, signal: string | null) {
    const how = signal === null ? `exit code is ${exitCode}` : `${signal} has ended it`;
    super(`Cannot rely on worker ${taskId} (process ${pid}): ${how}`);
    this.taskId = taskId;
    this.pid = pid;
    this.exitCode = exitCode;
    this.signal = signal;
  }
}

/**
 * Workers ended badly more often than they may; its `cause` is how the last one did. The others go
 * on.
 *
 * Tornado: the `RuntimeError("Too many child restarts, giving up")` of `fork_processes`
 * (`process.py`, 4.5.3).
 */
export class TooManyRestartsError extends Error {
  /** The class's name. */
  override readonly name = "TooManyRestartsError";
  /** Tells this error from others in a `switch`. */
  readonly code = "TOO_MANY_RESTARTS";
  /** The numbers of the processes of the workers that still run. */
  readonly runningPids: readonly number[];

  /**
   * Makes the error.
   *
   * @param maxRestarts How often workers may be restarted.
   * @param cause How the last one ended.
   * @param runningPids The workers that still run.
   */
  constructor(maxRestarts: number, cause: WorkerExitError, runningPids: readonly number[]) {
    super(`Cannot restart worker ${cause.taskId}: ${maxRestarts} restarts are allowed`, { cause });
    this.runningPids = runningPids;
  }
}
