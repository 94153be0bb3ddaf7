/**
 * The errors of the IOLoop family.
 *
 * Arguments of the wrong type are `TypeError` or `RangeError`, what a socket did is
 * `SocketError` of `poller/errors.ts`; everything else is here.
 *
 * @module
 */

/**
 * `start()` or `runSync()` was called for a loop that runs already, or `close()` for one that still
 * runs. The caller's mistake.
 *
 * Tornado: the `RuntimeError("IOLoop is already running")` of `PollIOLoop.start` (`ioloop.py`,
 * 4.5.3).
 */
export class IOLoopRunningError extends Error {
  /** The class's name. */
  override readonly name = "IOLoopRunningError";
  /** Tells this error from others in a `switch`. */
  readonly code = "RUNNING";
}

/** A loop was used after its `close()`. The caller's mistake. */
export class IOLoopClosedError extends Error {
  /** The class's name. */
  override readonly name = "IOLoopClosedError";
  /** Tells this error from others in a `switch`. */
  readonly code = "CLOSED";
}

/**
 * The loop was stopped before the function given to `runSync()` had its result.
 *
 * Tornado: the `RuntimeError("Event loop stopped before Future completed.")` of `run_sync`
 * (`ioloop.py`, 6.5).
 */
export class IOLoopStoppedError extends Error {
  /** The class's name. */
  override readonly name = "IOLoopStoppedError";
  /** Tells this error from others in a `switch`. */
  readonly code = "STOPPED";
}

/**
 * A loop was to become current on construction, and another one is. The caller's mistake.
 *
 * Tornado: the `RuntimeError("current IOLoop already exists")` of `IOLoop.initialize`
 * (`ioloop.py`, 4.5.3).
 */
export class AlreadyCurrentError extends Error {
  /** The class's name. */
  override readonly name = "AlreadyCurrentError";
  /** Tells this error from others in a `switch`. */
  readonly code = "ALREADY_CURRENT";
}

/**
 * `install()` was called while there is an instance already. The caller's mistake.
 *
 * Tornado: the assertion in `IOLoop.install` (`ioloop.py`, 4.5.3).
 */
export class AlreadyInstalledError extends Error {
  /** The class's name. */
  override readonly name = "AlreadyInstalledError";
  /** Tells this error from others in a `switch`. */
  readonly code = "ALREADY_INSTALLED";
}

/**
 * The default loop was asked for, and nothing says how to make one: only single files of the
 * package were imported, not `@twinloop/twinloop/ioloop`. Call `IOLoop.configure()`.
 */
export class NotConfiguredError extends Error {
  /** The class's name. */
  override readonly name = "NotConfiguredError";
  /** Tells this error from others in a `switch`. */
  readonly code = "NOT_CONFIGURED";
}

/**
 * `addHandler()` was called for a descriptor that has a handler, by its number or by its object.
 * The caller's mistake.
 *
 * Tornado: the error of the poller (`FileExistsError` of epoll), or `ValueError` of
 * `TwistedIOLoop.add_handler` (`platform/twisted.py`, 4.5.3).
 */
export class HandlerExistsError extends Error {
  /** The class's name. */
  override readonly name = "HandlerExistsError";
  /** Tells this error from others in a `switch`. */
  readonly code = "HANDLER_EXISTS";
}

/**
 * `updateHandler()` was called for a descriptor that has no handler. The caller's mistake.
 *
 * Tornado: the error of the poller (`FileNotFoundError` of epoll), or `KeyError` of
 * `TwistedIOLoop.update_handler` (`platform/twisted.py`, 4.5.3).
 */
export class HandlerNotFoundError extends Error {
  /** The class's name. */
  override readonly name = "HandlerNotFoundError";
  /** Tells this error from others in a `switch`. */
  readonly code = "HANDLER_NOT_FOUND";
}

/**
 * The time given to `runSync()` has passed.
 *
 * Tornado: `TimeoutError` (`ioloop.py`, 4.5.3).
 */
export class TimeoutError extends Error {
  /** The class's name. */
  override readonly name = "TimeoutError";
  /** Tells this error from others in a `switch`. */
  readonly code = "TIMEOUT";
}

/**
 * A function that was to return a promise, a Deferred or nothing returned something else.
 *
 * Tornado: `BadYieldError` (`gen.py`, 4.5.3).
 */
export class BadYieldError extends Error {
  /** The class's name. */
  override readonly name = "BadYieldError";
  /** Tells this error from others in a `switch`. */
  readonly code = "BAD_YIELD";
}

/**
 * A callback took longer than the loop was told to bear in silence. It is reported, never thrown.
 *
 * Its `cause` is an error whose stack tells where the callback was added, if that is known.
 *
 * Tornado: the log line of `IOLoop.log_stack` (`ioloop.py`, 4.5.3).
 */
export class LoopBlockedError extends Error {
  /** The class's name. */
  override readonly name = "LoopBlockedError";
  /** Tells this error from others in a `switch`. */
  readonly code = "LOOP_BLOCKED";
  /** How long the callback took, in seconds. */
  readonly seconds: number;

  /**
   * Makes an error.
   *
   * @param message What happened.
   * @param seconds How long the callback took.
   * @param options Where it was added, as the cause.
   */
  constructor(message: string, seconds: number, options: ErrorOptions = {}) {
    super(message, options);
    this.seconds = seconds;
  }
}

/**
 * A child process that was waited for has failed.
 *
 * Python: `subprocess.CalledProcessError`.
 */
export class CalledProcessError extends Error {
  /** The class's name. */
  override readonly name = "CalledProcessError";
  /** Tells this error from others in a `switch`. */
  readonly code = "CALLED_PROCESS_FAILED";
  /** The exit code, negative if a signal has ended the child. */
  readonly returncode: number;
  /** The program and its arguments. */
  readonly command: readonly string[];

  /**
   * Makes an error.
   *
   * @param returncode The exit code, negative if a signal has ended the child.
   * @param command The program and its arguments.
   */
  constructor(returncode: number, command: readonly string[]) {
    super(`Cannot go on after ${command[0]}: its exit code is ${returncode}`);
    this.returncode = returncode;
    this.command = command;
  }
}

/** Every error that this family throws or reports; `switch (error.code)` narrows it. */
export type IOLoopError =
  | IOLoopRunningError
  | IOLoopClosedError
  | IOLoopStoppedError
  | AlreadyCurrentError
  | AlreadyInstalledError
  | NotConfiguredError
  | HandlerExistsError
  | HandlerNotFoundError
  | TimeoutError
  | BadYieldError
  | LoopBlockedError
  | CalledProcessError;
