/**
 * Which thread code runs in.
 *
 * @module
 */

import { AsyncLocalStorage } from "node:async_hooks";
import type { WorkerCall } from "./workers.ts";

/** The way from a thread to the one that started it. */
export interface WorkerScope {
  /** Has the other thread make a call, and goes on. */
  call(call: WorkerCall): void;
  /**
   * Has the other thread make a call, and blocks this thread until its outcome has come.
   *
   * @returns What the function returned.
   * @throws {unknown} What the function threw.
   */
  callAndWait(call: WorkerCall): unknown;
}

/** A simulated thread is a context; a real one has memory of its own, and one scope for all. */
const storage = new AsyncLocalStorage<WorkerScope>();
let scopeOfThread: WorkerScope | null = null;

/** Returns the scope of the thread that the caller runs in; `null` if it is not a pool's. */
export function currentWorkerScope(): WorkerScope | null {
  return storage.getStore() ?? scopeOfThread;
}

/** Says that all code of this thread belongs to a pool. */
export function enterWorkerScope(scope: WorkerScope): void {
  scopeOfThread = scope;
}

/** Runs a function as if it were in another thread. */
export function runInWorkerScope<R>(scope: WorkerScope, fn: () => R): R {
  return storage.run(scope, fn);
}
