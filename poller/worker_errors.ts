/**
 * What goes wrong between threads.
 *
 * @module
 */

/**
 * What went wrong with a call in another thread: the thread could not be started or ended during the
 * call; the module could not be loaded; it exports no function of that name; the arguments or the
 * result cannot be copied; what only a thread of a pool can call was called elsewhere; or the pool was
 * stopped, or the loop that it belongs to.
 */
export type WorkerErrorCode =
  | "THREAD_ENDED"
  | "MODULE_NOT_LOADED"
  | "FUNCTION_NOT_FOUND"
  | "NOT_CLONEABLE"
  | "NOT_IN_THREAD"
  | "POOL_STOPPED";

/**
 * A function could not be called in another thread. What the function itself throws is not wrapped.
 *
 * @example The code says why
 * ```ts
 * import { WorkerError } from "@twinloop/twinloop/poller";
 * import { assertEquals } from "@std/assert";
 *
 * const error = new WorkerError("POOL_STOPPED", "Cannot call add in a thread: the pool is stopped");
 * assertEquals(error.code, "POOL_STOPPED");
 * ```
 */
export class WorkerError extends Error {
  /** The class's name. */
  override readonly name = "WorkerError";
  /** What went wrong; narrow on it with `switch`. */
  readonly code: WorkerErrorCode;

  /**
   * Makes an error.
   *
   * @param code What went wrong.
   * @param message "Cannot X: Y is Z".
   * @param options `cause`, the platform's own error, where there is one.
   */
  constructor(code: WorkerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
