/**
 * Threads that are none.
 *
 * @module
 */

import { makeCall } from "../../poller/call_from_thread.ts";
import { WorkerError } from "../../poller/worker_errors.ts";
import { runInWorkerScope } from "../../poller/worker_scope.ts";
import type {
  OnOutcome,
  OnWorkerCall,
  WorkerCall,
  Workers,
  WorkerThread,
} from "../../poller/workers.ts";

/**
 * Threads for tests: a call is made here, by the function itself, as soon as the microtasks come to
 * it, and its outcome is told after it, outside of every pass.
 *
 * Twisted: `DeterministicThreadPool` (`internet/test/test_base.py`, 24.7).
 */
export class MemoryWorkers implements Workers {
  /** One call at a time, in the order in which they were given. */
  readonly parallelism: number = 1;

  /** Starts a thread. */
  start(onCall: OnWorkerCall): WorkerThread {
    return new MemoryThread(onCall);
  }
}

class MemoryThread implements WorkerThread {
  isOver = false;
  readonly #onCall: OnWorkerCall;

  constructor(onCall: OnWorkerCall) {
    this.#onCall = onCall;
  }

  run(call: WorkerCall, onOutcome: OnOutcome): void {
    this.#call(call).then(
      (value) => onOutcome({ ok: true, value }),
      (error: unknown) => onOutcome({ ok: false, error }),
    );
  }

  terminate(): Promise<void> {
    this.isOver = true;
    return Promise.resolve();
  }

  async #call({ fn, args }: WorkerCall): Promise<unknown> {
    const copy = structuredClone([...args]);
    // The caller of `run` goes on first: nothing is called inside the call that asked for it.
    await null;
    return await runInWorkerScope({
      call: (back) => this.#onCall(back, null),
      callAndWait: (back) => {
        const reason = "a thread that is none has nothing to block";
        throw new WorkerError("NOT_IN_THREAD", `Cannot wait for ${back.fn.name}: ${reason}`);
      },
    }, () => makeCall({ fn, args: copy }));
  }
}
