/**
 * Results that are not there yet, delivered synchronously the moment they are.
 *
 * @example A failure is a value that knows what was thrown
 * ```ts
 * import { Failure } from "@twinloop/twinloop/reactor";
 * import { assertEquals } from "@std/assert";
 *
 * const failure = new Failure(new RangeError("too far"));
 * assertEquals(failure.check(TypeError, RangeError), RangeError);
 * ```
 *
 * @module
 */

export {
  AlreadyCalledError,
  AlreadyTryingToLockError,
  CancelledError,
  FailureGroup,
  FirstError,
  NotACoroutineError,
  NotAcquiredError,
  QueueOverflow,
  QueueUnderflow,
  TimeoutError,
} from "./errors.ts";
export type { DeferredError } from "./errors.ts";
export { Failure } from "./failure.ts";
export type { ErrorClass } from "./failure.ts";
