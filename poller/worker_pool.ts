/**
 * A pool of threads: what Twisted's thread pool and Tornado's executors share.
 *
 * @module
 */

import { assert } from "./invariant.ts";
import { ThreadCalls } from "./thread_calls.ts";
import { WorkerError } from "./worker_errors.ts";
import type {
  OnOutcome,
  OnWorkerCall,
  WorkerCall,
  WorkerOutcome,
  Workers,
  WorkerThread,
} from "./workers.ts";

/** Calls that run one after another in the same thread. */
interface Job {
  readonly calls: readonly WorkerCall[];
  readonly onOutcome: OnOutcome;
}

/**
 * Runs jobs in threads, each job in one, in the order in which they were added. Threads are started
 * when there is work for them and kept for the next.
 */
export class WorkerPool {
  readonly #workers: Workers;
  readonly #calls: ThreadCalls;
  #max: number;
  #state: "waiting" | "running" | "stopped" = "waiting";
  readonly #jobs: Job[] = [];
  readonly #idle: WorkerThread[] = [];
  #busy = 0;
  /** The threads that were told to end and have not yet. */
  readonly #ending = new Set<Promise<void>>();
  readonly #over = Promise.withResolvers<void>();

  /**
   * Makes a pool. Jobs wait until it is started.
   *
   * @param workers Starts the threads.
   * @param max How many there may be, at least 1.
   * @param onCall Takes what threads call in this one.
   * @throws {RangeError} If `max` is not a whole number above 0.
   */
  constructor(workers: Workers, max: number, onCall: OnWorkerCall) {
    this.#workers = workers;
    this.#max = checkSize(max);
    this.#calls = new ThreadCalls(onCall);
  }

  /** How many threads there may be. */
  get max(): number {
    return this.#max;
  }

  /**
   * Changes how many threads there may be. Threads that are too many end when they have nothing to
   * do.
   *
   * @throws {RangeError} If it is not a whole number above 0.
   */
  set max(max: number) {
    this.#max = checkSize(max);
    while (this.size > max && this.#idle.length > 0) this.#end(this.#idle.pop());
    this.#assign();
  }

  /** How many threads there are. */
  get size(): number {
    return this.#idle.length + this.#busy;
  }

  /** How many threads work. */
  get busy(): number {
    return this.#busy;
  }

  /** How many jobs wait for a thread. */
  get queued(): number {
    return this.#jobs.length;
  }

  /** Whether {@linkcode WorkerPool.stop} was called. */
  get isStopped(): boolean {
    return this.#state === "stopped";
  }

  /** Begins to work. A pool that was stopped stays so. */
  start(): void {
    if (this.#state !== "waiting") return;
    this.#state = "running";
    this.#assign();
  }

  /**
   * Adds a job.
   *
   * @param calls What to call, one after another; an error does not keep the rest from being called.
   * @param onOutcome Takes the outcome of each.
   * @throws {WorkerError} `POOL_STOPPED` after {@linkcode WorkerPool.stop}.
   */
  submit(calls: readonly WorkerCall[], onOutcome: OnOutcome): void {
    if (this.#state === "stopped") {
      const names = calls.map(({ fn }) => fn.name).join(", ");
      throw new WorkerError(
        "POOL_STOPPED",
        `Cannot call ${names} in a thread: the pool is stopped`,
      );
    }
    this.#jobs.push({ calls, onOutcome });
    this.#assign();
  }

  /**
   * Takes no more jobs. Those that were added are done first, unless the pool was never started:
   * then they are forgotten.
   *
   * @returns A promise for the end of the last thread.
   */
  stop(): Promise<void> {
    if (this.#state === "waiting") this.#jobs.length = 0;
    this.#state = "stopped";
    this.#endIfDone();
    return this.#over.promise;
  }

  /**
   * Makes no calls of threads any more, because the loop that made them has ended: a thread that
   * waits for one, or will, has it fail with `POOL_STOPPED`.
   */
  refuseCalls(): void {
    this.#calls.refuse();
  }

  #startThread(): WorkerThread {
    return this.#workers.start((call, reply) => this.#calls.take(call, reply));
  }

  /** Gives jobs to threads. */
  #assign(): void {
    if (this.#state === "waiting") return;
    while (this.#jobs.length > 0 && this.#busy < this.#max) {
      const job = this.#jobs.shift();
      assert(job !== undefined, "a job waits");
      this.#busy++;
      this.#work(this.#idle.pop() ?? this.#startThread(), job, 0);
    }
  }

  /** Makes the next call of a job, or ends it. */
  #work(thread: WorkerThread, job: Job, index: number): void {
    const call = job.calls[index];
    if (call === undefined) {
      this.#release(thread);
      return;
    }
    const alive = thread.isOver ? this.#startThread() : thread;
    alive.run(call, (outcome: WorkerOutcome) => {
      job.onOutcome(outcome);
      this.#work(alive, job, index + 1);
    });
  }

  #release(thread: WorkerThread): void {
    this.#busy--;
    if (this.size >= this.#max) this.#end(thread);
    else if (!thread.isOver) this.#idle.push(thread);
    this.#assign();
    this.#endIfDone();
  }

  #endIfDone(): void {
    if (this.#state !== "stopped" || this.#busy > 0 || this.#jobs.length > 0) return;
    for (const thread of this.#idle.splice(0)) this.#end(thread);
    this.#over.resolve(Promise.all(this.#ending).then(() => {}));
  }

  /** Ends a thread, and remembers it until it has ended. */
  #end(thread: WorkerThread | undefined): void {
    if (thread === undefined || thread.isOver) return;
    const ended = thread.terminate().then(() => {
      this.#ending.delete(ended);
    });
    this.#ending.add(ended);
  }
}

function checkSize(max: number): number {
  if (Number.isInteger(max) && max > 0) return max;
  throw new RangeError(`Cannot size a pool of threads: ${max} is not a whole number above 0`);
}
