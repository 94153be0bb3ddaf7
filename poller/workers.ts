/**
 * The threads of the seam.
 *
 * @module
 */

import type { ModuleFunction } from "./module_function.ts";

/** A call of a function in another thread. */
export interface WorkerCall {
  /** The function. */
  readonly fn: ModuleFunction<never, unknown>;
  /** What to call it with; copied as by `structuredClone`. */
  readonly args: readonly unknown[];
}

/** What became of a call. */
export type WorkerOutcome =
  | {
    /** The function returned, or the promise that it returned was fulfilled. */
    readonly ok: true;
    /** With this. */
    readonly value: unknown;
  }
  | {
    /** The function threw, its promise was rejected, or it could not be called. */
    readonly ok: false;
    /** With this. */
    readonly error: unknown;
  };

/** Takes the outcome of a call. It must not throw. */
export type OnOutcome = (outcome: WorkerOutcome) => void;

/**
 * Takes a call that a worker makes into the thread that started it. It must not throw.
 *
 * `reply` takes the outcome, once; it is `null` if the worker does not wait for one.
 */
export type OnWorkerCall = (call: WorkerCall, reply: OnOutcome | null) => void;

/**
 * A thread.
 *
 * Guaranteed:
 * - a call's outcome comes once, never inside {@linkcode WorkerThread.run}, and outside of every
 *   handler and callback of a loop, as the listener of a signal is called;
 * - an error keeps its message, stack, cause and own fields, and is of the same class if that is one
 *   of the language's own; otherwise it is an `Error` with the name of its class;
 * - a thread that ends during a call (a crash, `Deno.exit`) gives that call a
 *   {@linkcode WorkerError} as its outcome, and {@linkcode WorkerThread.isOver} is true from then on;
 * - the process stays alive as long as a call is under way, and not for the sake of an idle thread.
 *
 * Not guaranteed: that the thread exists before its first call; that a module is loaded once for all
 * threads.
 */
export interface WorkerThread {
  /** Whether the thread has ended. */
  readonly isOver: boolean;
  /**
   * Makes a call. One at a time: the next one after the outcome.
   *
   * @param call What to call.
   * @param onOutcome Takes the outcome.
   */
  run(call: WorkerCall, onOutcome: OnOutcome): void;
  /**
   * Ends the thread at once. The outcome of a call under way does not come any more.
   *
   * @returns A promise that resolves when the thread has ended.
   */
  terminate(): Promise<void>;
}

/** Starts threads. */
export interface Workers {
  /** How many threads can run at the same time. */
  readonly parallelism: number;
  /**
   * Starts a thread.
   *
   * @param onCall Takes the calls that the thread makes into this one.
   * @returns The thread.
   */
  start(onCall: OnWorkerCall): WorkerThread;
}
