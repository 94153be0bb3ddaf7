/**
 * An iterator that a cooperator advances.
 *
 * @module
 */

import { reportUnhandledError } from "../../poller/unhandled_errors.ts";
import { Deferred } from "../deferred/deferred.ts";
import { isThenable } from "../deferred/thenable.ts";
import { Failure } from "../deferred/failure.ts";
import { ensureDeferred } from "../deferred/maybe_deferred.ts";
import { NotPaused, TaskDone, TaskFailed, type TaskFinished, TaskStopped } from "./errors.ts";
import type { SchedulerStopped } from "./errors.ts";

/**
 * An iterator that a cooperator advances step by step, as `cooperate()` returns it. A step that yields a
 * Deferred or a promise pauses the task until that one fires; its failure is the task's.
 *
 * Twisted: `CooperativeTask` (`internet/task.py`, 24.7).
 *
 * @typeParam I The iterator.
 */
export interface CooperativeTask<I extends Iterator<unknown>> {
  /**
   * Returns a Deferred of the caller's own that fires with the iterator at its end. It fails with what
   * the iterator throws, with `TaskStopped`, or with `SchedulerStopped`.
   */
  whenDone(): Deferred<I>;
  /**
   * Holds the task up until {@linkcode CooperativeTask.resume}; calls of both are counted.
   *
   * @throws {TaskDone} If the iterator is at its end.
   * @throws {TaskFailed} If it has failed.
   * @throws {TaskStopped} If the task was stopped.
   * @throws {SchedulerStopped} If the cooperator was stopped.
   */
  pause(): void;
  /**
   * Takes one {@linkcode CooperativeTask.pause} back. For a task that is over it does nothing more.
   *
   * @throws {NotPaused} If there is none.
   */
  resume(): void;
  /**
   * Ends the task: the iterator is not advanced any more, and is closed.
   *
   * Differs from Twisted: the iterator's `return()` is called, which runs the `finally` blocks of a
   * generator; Python leaves that to its garbage collector.
   *
   * @throws {TaskDone} If the iterator is at its end.
   * @throws {TaskFailed} If it has failed.
   * @throws {TaskStopped} If the task was stopped already.
   * @throws {SchedulerStopped} If the cooperator was stopped.
   */
  stop(): void;
}

/** What a task needs of its cooperator. */
export interface TaskQueue {
  /**
   * Puts a task among those that are advanced.
   *
   * @param task The task.
   */
  add(task: RunningTask<Iterator<unknown>>): void;
  /**
   * Takes a task out.
   *
   * @param task The task.
   */
  remove(task: RunningTask<Iterator<unknown>>): void;
}

/**
 * The task as its cooperator sees it.
 *
 * @typeParam I The iterator.
 */
export class RunningTask<I extends Iterator<unknown>> implements CooperativeTask<I> {
  readonly #iterator: I;
  readonly #queue: TaskQueue;
  readonly #waiting: Deferred<I>[] = [];
  /** How many `pause()` calls are not undone; the wait for a Deferred is one. */
  #pauses = 0;
  /** True while the iterator runs: it cannot be closed then. */
  #stepping = false;
  /** How the task ended: what changing it throws, and what those get who wait. `null` before. */
  #end: { readonly state: TaskFinished | SchedulerStopped; readonly result: I | Failure } | null =
    null;

  /**
   * Makes a task; the cooperator adds it.
   *
   * @param iterator What to advance.
   * @param queue The cooperator.
   */
  constructor(iterator: I, queue: TaskQueue) {
    this.#iterator = iterator;
    this.#queue = queue;
  }

  /** See {@linkcode CooperativeTask.whenDone}. */
  whenDone(): Deferred<I> {
    const deferred = new Deferred<I>();
    if (this.#end === null) this.#waiting.push(deferred);
    else deferred.callback(this.#end.result);
    return deferred;
  }

  /** See {@linkcode CooperativeTask.pause}. */
  pause(): void {
    this.#checkEnd();
    this.#pauses++;
    if (this.#pauses === 1) this.#queue.remove(this);
  }

  /** See {@linkcode CooperativeTask.resume}. */
  resume(): void {
    if (this.#pauses === 0) throw new NotPaused();
    this.#pauses--;
    if (this.#pauses === 0 && this.#end === null) this.#queue.add(this);
  }

  /** See {@linkcode CooperativeTask.stop}. */
  stop(): void {
    this.#checkEnd();
    this.abort(new TaskStopped());
  }

  /**
   * Ends the task before the iterator does.
   *
   * @param state What changing it throws from now on, and what those get who wait.
   */
  abort(state: TaskStopped | SchedulerStopped): void {
    if (this.#end !== null) return;
    if (!this.#stepping) this.#close();
    this.#finish(state, new Failure(state));
  }

  /** Advances the iterator once. */
  step(): void {
    let next: IteratorResult<unknown>;
    this.#stepping = true;
    try {
      next = this.#iterator.next();
    } catch (error) {
      return this.#fail(Failure.from(error));
    } finally {
      this.#stepping = false;
    }
    if (this.#end !== null) return next.done ? undefined : this.#close();
    if (next.done) return this.#finish(new TaskDone(), this.#iterator);
    if (!isThenable(next.value)) return;
    this.pause();
    ensureDeferred(next.value).addCallbacks(() => this.resume(), (failure) => {
      if (this.#end !== null) return;
      this.#close();
      this.#fail(failure);
    });
  }

  #fail(failure: Failure): void {
    if (this.#end === null) this.#finish(new TaskFailed({ cause: failure.value }), failure);
  }

  /** Tells those who wait, after all else is done: they may change other tasks. */
  #finish(state: TaskFinished | SchedulerStopped, result: I | Failure): void {
    this.#end = { state, result };
    if (this.#pauses === 0) this.#queue.remove(this);
    for (const deferred of this.#waiting.splice(0)) deferred.callback(result);
  }

  #checkEnd(): void {
    if (this.#end !== null) throw this.#end.state;
  }

  /** Lets a generator run its `finally` blocks. */
  #close(): void {
    try {
      this.#iterator.return?.();
    } catch (error) {
      reportUnhandledError("Exception in the iterator of a task that was stopped", error);
    }
  }
}
