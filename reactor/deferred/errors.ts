/**
 * The errors of Deferreds and of what is built on them.
 *
 * @module
 */

import type { Failure } from "./failure.ts";

/**
 * `callback()` or `errback()` was called for a Deferred that has its result. The caller's mistake:
 * an operation finished twice.
 *
 * Twisted: `AlreadyCalledError` (`internet/defer.py`, 24.7).
 */
export class AlreadyCalledError extends Error {
  /** The class's name. */
  override readonly name = "AlreadyCalledError";
  /** Tells this error from others in a `switch`. */
  readonly code = "ALREADY_CALLED";
}

/**
 * The operation was cancelled: `cancel()` was called and the canceller, if there was one, gave no
 * other result.
 *
 * Twisted: `CancelledError` (`internet/defer.py`, 24.7).
 */
export class CancelledError extends Error {
  /** The class's name. */
  override readonly name: string = "CancelledError";
  /** Tells this error from others in a `switch`. */
  readonly code = "CANCELLED";

  /**
   * Makes an error.
   *
   * @param message "Cannot X: Y is Z".
   * @param options `cause`: what asked for the cancellation, where it is known.
   */
  constructor(message?: string, options?: ErrorOptions) {
    super(message ?? "Cannot deliver a result: the operation is cancelled", options);
  }
}

/**
 * The operation took longer than `addTimeout()` allowed.
 *
 * Twisted: `TimeoutError` (`internet/defer.py`, 24.7).
 */
export class TimeoutError extends Error {
  /** The class's name. */
  override readonly name = "TimeoutError";
  /** Tells this error from others in a `switch`. */
  readonly code = "TIMEOUT";
  /** How long the operation was allowed to take, in seconds. */
  readonly timeout: number;

  /**
   * Makes an error.
   *
   * @param timeout How long the operation was allowed to take, in seconds.
   * @param options `cause`: the cancellation that ended it.
   */
  constructor(timeout: number, options?: ErrorOptions) {
    super(`Cannot deliver a result: ${timeout} seconds are over`, options);
    this.timeout = timeout;
  }
}

/**
 * The first failure of several Deferreds, and whose it was.
 *
 * Twisted: `FirstError` (`internet/defer.py`, 24.7); its equality by value is
 * {@linkcode FirstError.equals}.
 */
export class FirstError extends Error {
  /** The class's name. */
  override readonly name = "FirstError";
  /** Tells this error from others in a `switch`. */
  readonly code = "FIRST_ERROR";
  /** The failure. */
  readonly subFailure: Failure;
  /** The place of the Deferred that failed in the list, from 0. */
  readonly index: number;

  /**
   * Makes an error; its `cause` is the value of the failure.
   *
   * @param subFailure The failure.
   * @param index The place of the Deferred that failed in the list, from 0.
   */
  constructor(subFailure: Failure, index: number) {
    super(`Cannot gather results: number ${index} is ${subFailure}`, { cause: subFailure.value });
    this.subFailure = subFailure;
    this.index = index;
  }

  /**
   * Compares by failure and index.
   *
   * @param other Anything.
   * @returns True for a `FirstError` with the same failure at the same index.
   */
  equals(other: unknown): boolean {
    return other instanceof FirstError && other.index === this.index &&
      (other.subFailure === this.subFailure || other.subFailure.value === this.subFailure.value);
  }
}

/**
 * All contestants of a `race()` failed. It is an `AggregateError`, so that `errors` has what was
 * thrown, and `failures` the failures.
 *
 * Twisted: `FailureGroup` (`internet/defer.py`, 24.7).
 */
export class FailureGroup extends AggregateError {
  /** The class's name. */
  override readonly name = "FailureGroup";
  /** Tells this error from others in a `switch`. */
  readonly code = "FAILURE_GROUP";
  /** The failures, in the order of the contestants. */
  readonly failures: readonly Failure[];

  /**
   * Makes an error.
   *
   * @param failures The failures, in the order of the contestants.
   */
  constructor(failures: readonly Failure[]) {
    super(
      failures.map((failure) => failure.value),
      `Cannot name a winner: ${failures.length} of ${failures.length} failed`,
    );
    this.failures = failures;
  }
}

/**
 * Something that is neither a Deferred nor a promise nor a generator was given where a coroutine is
 * needed. The caller's mistake.
 *
 * Twisted: `NotACoroutineError` (`internet/defer.py`, 24.7).
 */
export class NotACoroutineError extends TypeError {
  /** The class's name. */
  override readonly name = "NotACoroutineError";
  /** Tells this error from others in a `switch`. */
  readonly code = "NOT_A_COROUTINE";
}

/**
 * A lock or a semaphore was released more often than it was acquired. The caller's mistake.
 *
 * Differs from Twisted: it asserts there.
 */
export class NotAcquiredError extends Error {
  /** The class's name. */
  override readonly name = "NotAcquiredError";
  /** Tells this error from others in a `switch`. */
  readonly code = "NOT_ACQUIRED";
}

/**
 * `put()` found as many objects in a `DeferredQueue` as it may hold.
 *
 * Twisted: `QueueOverflow` (`internet/defer.py`, 24.7).
 */
export class QueueOverflow extends Error {
  /** The class's name. */
  override readonly name = "QueueOverflow";
  /** Tells this error from others in a `switch`. */
  readonly code = "QUEUE_OVERFLOW";
}

/**
 * `get()` found as many waiting for a `DeferredQueue` as may wait.
 *
 * Twisted: `QueueUnderflow` (`internet/defer.py`, 24.7).
 */
export class QueueUnderflow extends Error {
  /** The class's name. */
  override readonly name = "QueueUnderflow";
  /** Tells this error from others in a `switch`. */
  readonly code = "QUEUE_UNDERFLOW";
}

/**
 * `deferUntilLocked()` was called while an earlier call still tries. The caller's mistake.
 *
 * Twisted: `AlreadyTryingToLockError` (`internet/defer.py`, 24.7).
 */
export class AlreadyTryingToLockError extends Error {
  /** The class's name. */
  override readonly name = "AlreadyTryingToLockError";
  /** Tells this error from others in a `switch`. */
  readonly code = "ALREADY_TRYING_TO_LOCK";
}

/** Every error that this family throws; `switch (error.code)` narrows it. */
export type DeferredError =
  | AlreadyCalledError
  | CancelledError
  | TimeoutError
  | FirstError
  | FailureGroup
  | NotACoroutineError
  | NotAcquiredError
  | QueueOverflow
  | QueueUnderflow
  | AlreadyTryingToLockError;
