/**
 * What the threads of a pool call in the thread that started them.
 *
 * @module
 */

import { WorkerError } from "./worker_errors.ts";
import type { OnOutcome, OnWorkerCall, WorkerCall } from "./workers.ts";

/** A call that a thread waits for. */
interface Question {
  readonly call: WorkerCall;
  readonly reply: OnOutcome;
}

/** Hands on what threads call, and sees that none waits for an answer that cannot come any more. */
export class ThreadCalls {
  readonly #onCall: OnWorkerCall;
  /** What threads wait for. */
  readonly #questions = new Set<Question>();
  #areRefused = false;

  /**
   * Hands calls on until they are refused.
   *
   * @param onCall Takes them.
   */
  constructor(onCall: OnWorkerCall) {
    this.#onCall = onCall;
  }

  /**
   * Takes a call of a thread.
   *
   * @param call The call.
   * @param reply Takes its outcome; `null` if the thread does not wait.
   */
  take(call: WorkerCall, reply: OnOutcome | null): void {
    if (this.#areRefused) return reply === null ? undefined : refuse({ call, reply });
    if (reply === null) return this.#onCall(call, null);
    const question = { call, reply };
    this.#questions.add(question);
    this.#onCall(call, (outcome) => {
      if (this.#questions.delete(question)) reply(outcome);
    });
  }

  /** Answers what threads wait for, and all that they will, with `POOL_STOPPED`. */
  refuse(): void {
    this.#areRefused = true;
    for (const question of this.#questions) refuse(question);
    this.#questions.clear();
  }
}

function refuse({ call, reply }: Question): void {
  const message = `Cannot call ${call.fn.name} from a thread: the loop of its pool has ended`;
  reply({ ok: false, error: new WorkerError("POOL_STOPPED", message) });
}
