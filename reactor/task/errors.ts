/**
 * The errors of what is repeated and shared out in time.
 *
 * @module
 */

/**
 * A cooperator refused a task, or let go of it.
 *
 * Twisted: `SchedulerError` (`internet/task.py`, 24.7).
 */
export class SchedulerError extends Error {
  /** The class's name. */
  override readonly name: string = "SchedulerError";
  /** Tells this error from others in a `switch`. */
  readonly code: "SCHEDULER" | "SCHEDULER_STOPPED" | TaskFinishedCode | "NOT_PAUSED" = "SCHEDULER";
}

/**
 * The cooperator is stopped: what waits for a task of it learns this.
 *
 * Twisted: `SchedulerStopped` (`internet/task.py`, 24.7).
 */
export class SchedulerStopped extends SchedulerError {
  /** The class's name. */
  override readonly name = "SchedulerStopped";
  /** Tells this error from others in a `switch`. */
  override readonly code = "SCHEDULER_STOPPED";

  /** Makes an error. */
  constructor() {
    super("Cannot run a task: the cooperator is stopped");
  }
}

/** The codes of {@linkcode TaskFinished} and its subclasses. */
export type TaskFinishedCode = "TASK_FINISHED" | "TASK_DONE" | "TASK_STOPPED" | "TASK_FAILED";

/**
 * A task is over, and was to be paused or stopped.
 *
 * Twisted: `TaskFinished` (`internet/task.py`, 24.7).
 */
export class TaskFinished extends SchedulerError {
  /** The class's name. */
  override readonly name: string = "TaskFinished";
  /** Tells this error from others in a `switch`. */
  override readonly code: TaskFinishedCode = "TASK_FINISHED";
}

/**
 * The iterator of the task has come to its end.
 *
 * Twisted: `TaskDone` (`internet/task.py`, 24.7).
 */
export class TaskDone extends TaskFinished {
  /** The class's name. */
  override readonly name = "TaskDone";
  /** Tells this error from others in a `switch`. */
  override readonly code = "TASK_DONE";

  /** Makes an error. */
  constructor() {
    super("Cannot change a task: its iterator is at its end");
  }
}

/**
 * The task was stopped.
 *
 * Twisted: `TaskStopped` (`internet/task.py`, 24.7).
 */
export class TaskStopped extends TaskFinished {
  /** The class's name. */
  override readonly name = "TaskStopped";
  /** Tells this error from others in a `switch`. */
  override readonly code = "TASK_STOPPED";

  /** Makes an error. */
  constructor() {
    super("Cannot run a task: it is stopped");
  }
}

/**
 * The iterator of the task has thrown, or something that it waited for has failed.
 *
 * Twisted: `TaskFailed` (`internet/task.py`, 24.7).
 */
export class TaskFailed extends TaskFinished {
  /** The class's name. */
  override readonly name = "TaskFailed";
  /** Tells this error from others in a `switch`. */
  override readonly code = "TASK_FAILED";

  /**
   * Makes an error.
   *
   * @param options `cause`: what was thrown.
   */
  constructor(options?: ErrorOptions) {
    super("Cannot change a task: its iterator has failed", options);
  }
}

/**
 * `resume()` was called more often than `pause()`. The caller's mistake.
 *
 * Twisted: `NotPaused` (`internet/task.py`, 24.7).
 */
export class NotPaused extends SchedulerError {
  /** The class's name. */
  override readonly name = "NotPaused";
  /** Tells this error from others in a `switch`. */
  override readonly code = "NOT_PAUSED";

  /** Makes an error. */
  constructor() {
    super("Cannot resume a task: it is not paused");
  }
}

/**
 * `start()` was called for a looping call that runs, or whose last call is not over. The caller's
 * mistake.
 *
 * Differs from Twisted: it asserts there.
 */
export class LoopingCallRunningError extends Error {
  /** The class's name. */
  override readonly name = "LoopingCallRunningError";
  /** Tells this error from others in a `switch`. */
  readonly code = "LOOPING_CALL_RUNNING";
}

/**
 * `stop()` or `reset()` was called for a looping call that does not run. The caller's mistake.
 *
 * Differs from Twisted: it asserts there.
 */
export class LoopingCallStoppedError extends Error {
  /** The class's name. */
  override readonly name = "LoopingCallStoppedError";
  /** Tells this error from others in a `switch`. */
  readonly code = "LOOPING_CALL_STOPPED";
}

/**
 * Thrown by the main function of a program to end it with an exit code of its own.
 *
 * Twisted: Python's `SystemExit`, as `react` (`internet/task.py`, 24.7) takes it.
 */
export class SystemExit extends Error {
  /** The class's name. */
  override readonly name = "SystemExit";
  /** Tells this error from others in a `switch`. */
  readonly code = "SYSTEM_EXIT";
  /** What the process is to return: 0 for success. */
  readonly exitCode: number;

  /**
   * Makes an error.
   *
   * @param exitCode What the process is to return.
   */
  constructor(exitCode: number) {
    super(`Cannot go on: the program ends with exit code ${exitCode}`);
    this.exitCode = exitCode;
  }
}

/** Every error that this family throws; `switch (error.code)` narrows it. */
export type TaskError =
  | SchedulerStopped
  | TaskDone
  | TaskStopped
  | TaskFailed
  | NotPaused
  | LoopingCallRunningError
  | LoopingCallStoppedError
  | SystemExit;
