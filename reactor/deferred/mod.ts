/**
 * Results that are not there yet, delivered synchronously the moment they are.
 *
 * @example A chain of callbacks
 * ```ts
 * import { Deferred } from "@twinloop/twinloop/reactor";
 * import { assertEquals } from "@std/assert";
 *
 * const log: unknown[] = [];
 * const deferred = new Deferred<number>();
 * deferred.addCallback((value) => value / 2).addCallback((half) => log.push(half));
 * deferred.callback(42);
 * assertEquals(log, [21]);
 * ```
 *
 * @module
 */

export type { AsPromiseOptions, Chained, TimerCall, Timers } from "./chained.ts";
export { ConcurrencyPrimitive } from "./concurrency_primitive.ts";
export { getDebugging, setDebugging } from "./debug_info.ts";
export { Deferred } from "./deferred.ts";
export { DeferredChain } from "./deferred_chain.ts";
export { DeferredFilesystemLock } from "./deferred_filesystem_lock.ts";
export { DenoFileLock } from "./deno_file_lock.ts";
export type { FilesystemLock } from "./deno_file_lock.ts";
export { DeferredList, gatherResults } from "./deferred_list.ts";
export type {
  DeferredListOptions,
  DeferredListResult,
  GatherResultsOptions,
  Outcome,
} from "./deferred_list.ts";
export { DeferredLock } from "./deferred_lock.ts";
export { DeferredQueue } from "./deferred_queue.ts";
export type { DeferredQueueOptions } from "./deferred_queue.ts";
export { DeferredSemaphore } from "./deferred_semaphore.ts";
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
export { inlineCallbacks } from "./inline_callbacks.ts";
export { Link } from "./link.ts";
export type { ChainCallable } from "./link.ts";
export { logError } from "./log_error.ts";
export { ensureDeferred, execute, maybeDeferred } from "./maybe_deferred.ts";
export { race } from "./race.ts";
export { fail, succeed } from "./succeed.ts";
