/**
 * Threads of a replay.
 *
 * @module
 */

import {
  type CopiedOutcome,
  type OnOutcome,
  type OnWorkerCall,
  readOutcome,
  type WorkerCall,
  type Workers,
  type WorkerThread,
} from "../../poller/mod.ts";
import { digestOfArguments } from "./recording_workers.ts";
import type { ReplayCursor } from "./replay_cursor.ts";
import { ReplayOnce } from "./replay_once.ts";
import { restoreValue } from "./value_text.ts";

/** The threads of a replay: nothing runs in them, their calls come to what they came to. */
export class ReplayWorkers implements Workers {
  readonly #cursor: ReplayCursor;
  readonly #threads: ReplayThread[] = [];

  /** Made by the replay. */
  constructor(cursor: ReplayCursor) {
    this.#cursor = cursor;
  }

  /** See `Workers.parallelism`. */
  get parallelism(): number {
    const parallelism = this.#cursor.fact("threads", "parallelism");
    if (typeof parallelism === "number") return parallelism;
    throw this.#cursor.untold("the number of threads");
  }

  /** See `Workers.start`. */
  start(_onCall: OnWorkerCall): WorkerThread {
    const number = this.#threads.length;
    this.#cursor.call("startThread", number);
    const thread = new ReplayThread(this.#cursor, number);
    this.#threads.push(thread);
    return thread;
  }

  /** Has the call end whose outcome comes next in the recording. */
  outcome(thread: number, outcome: unknown): void {
    const tell = this.#threads[thread]?.takePending();
    if (!tell) throw this.#cursor.broken("has an outcome of no call");
    let read;
    try {
      read = readOutcome(restoreValue(outcome) as CopiedOutcome);
    } catch (cause) {
      throw this.#cursor.broken(`has an outcome that cannot be read: ${cause}`);
    }
    this.#cursor.pass();
    tell(read);
  }

  /** Has the thread end whose end comes next in the recording. */
  terminated(thread: number): void {
    const found = this.#threads[thread];
    if (found === undefined) throw this.#cursor.broken("ends a thread that was not started");
    found.ended.happen();
  }
}

class ReplayThread implements WorkerThread {
  readonly ended: ReplayOnce;
  readonly #cursor: ReplayCursor;
  readonly #number: number;
  #pending: OnOutcome | null = null;

  constructor(cursor: ReplayCursor, number: number) {
    this.#cursor = cursor;
    this.#number = number;
    this.ended = new ReplayOnce(cursor, "terminated", number);
  }

  get isOver(): boolean {
    return this.#cursor.fact(`thread ${this.#number}`, "isOver") === true;
  }

  run({ fn, args }: WorkerCall, onOutcome: OnOutcome): void {
    this.#cursor.call("run", this.#number, fn.name, digestOfArguments(args));
    this.#pending = onOutcome;
  }

  terminate(): Promise<void> {
    this.#cursor.call("terminate", this.#number);
    this.ended.called();
    return this.ended.promise;
  }

  takePending(): OnOutcome | null {
    const pending = this.#pending;
    this.#pending = null;
    return pending;
  }
}
