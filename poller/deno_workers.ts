/**
 * Threads on Deno.
 *
 * @module
 */

import { Worker } from "node:worker_threads";
import { copyOutcome, readOutcome } from "./copied_outcome.ts";
import { callExported } from "./deno_call_exported.ts";
import type { CallMessage, ReplyPath, WorkerMessage } from "./deno_worker_messages.ts";
import type { ErrorReporter } from "./error_report.ts";
import { WorkerError, type WorkerErrorCode } from "./worker_errors.ts";
import type {
  OnOutcome,
  OnWorkerCall,
  WorkerCall,
  WorkerOutcome,
  Workers,
  WorkerThread,
} from "./workers.ts";

/** `node:worker_threads` starts no module of the web, but it starts one that imports it. */
const MAIN = new URL(
  `data:text/javascript,import ${
    JSON.stringify(new URL("./deno_worker_main.ts", import.meta.url))
  }`,
);

/**
 * The threads of the machine: Deno's workers, by way of `node:worker_threads`, which lets an idle one
 * not keep the process alive and tells when one has ended.
 *
 * A local module that a thread loads needs `--allow-read`, one of the web `--allow-import`. A thread
 * has the permissions of the program.
 */
export class DenoWorkers implements Workers {
  readonly #report: ErrorReporter;

  /**
   * Makes what starts threads.
   *
   * @param report Takes the errors of a thread that belong to no call.
   */
  constructor(report: ErrorReporter) {
    this.#report = report;
  }

  /** See {@linkcode Workers.parallelism}. */
  get parallelism(): number {
    return navigator.hardwareConcurrency;
  }

  /** See {@linkcode Workers.start}. */
  start(onCall: OnWorkerCall): WorkerThread {
    return new DenoThread(this.#report, onCall);
  }
}

/** A call under way. */
interface Pending {
  readonly name: string;
  readonly onOutcome: OnOutcome;
}

/** A thread over a worker, which is started by the first call. */
class DenoThread implements WorkerThread {
  /** See {@linkcode WorkerThread.isOver}. */
  isOver = false;
  readonly #report: ErrorReporter;
  readonly #onCall: OnWorkerCall;
  readonly #ended = Promise.withResolvers<void>();
  #worker: Worker | null = null;
  #pending: Pending | null = null;
  /** What nobody in the thread caught. */
  #uncaught: unknown = undefined;

  /** Made by {@linkcode DenoWorkers}. */
  constructor(report: ErrorReporter, onCall: OnWorkerCall) {
    this.#report = report;
    this.#onCall = onCall;
  }

  /** See {@linkcode WorkerThread.run}. */
  run({ fn, args }: WorkerCall, onOutcome: OnOutcome): void {
    const { module, name } = fn;
    this.#pending = { name, onOutcome };
    let worker: Worker;
    try {
      worker = this.#worker ??= this.#start();
    } catch (cause) {
      this.#refuse("THREAD_ENDED", `Cannot call ${name} in a thread: none can be started`, cause);
      return;
    }
    worker.ref();
    try {
      worker.postMessage({ module, name, args } satisfies CallMessage);
    } catch (cause) {
      const reason = "an argument is of a kind that threads cannot share";
      this.#refuse("NOT_CLONEABLE", `Cannot call ${name} in a thread: ${reason}`, cause);
    }
  }

  /** See {@linkcode WorkerThread.terminate}. */
  terminate(): Promise<void> {
    this.#pending = null;
    this.isOver = true;
    if (this.#worker === null) this.#ended.resolve();
    else this.#worker.terminate();
    return this.#ended.promise;
  }

  #start(): Worker {
    const worker = new Worker(MAIN);
    worker.on("message", (message: WorkerMessage) => {
      if (message.kind === "outcome") this.#settle(readOutcome(message.outcome));
      else this.#call(message, message.reply);
    });
    worker.on("error", (error: unknown) => this.#uncaught = error);
    worker.on("exit", (code: number) => this.#onExit(code));
    return worker;
  }

  /** Gives a call that was never made its outcome, after the caller. */
  #refuse(code: WorkerErrorCode, message: string, cause: unknown): void {
    const error = new WorkerError(code, message, { cause });
    setImmediate(() => this.#settle({ ok: false, error }));
  }

  #settle(outcome: WorkerOutcome): void {
    const pending = this.#pending;
    if (pending === null) return;
    this.#pending = null;
    this.#worker?.unref();
    pending.onOutcome(outcome);
  }

  /** Passes on what the thread wants called here. */
  #call({ module, name, args }: CallMessage, reply: ReplyPath | null): void {
    const fn = async (...args: unknown[]) => {
      const outcome = await callExported(module, name, args);
      if (outcome.ok) return outcome.value;
      throw outcome.error;
    };
    const call = { fn: { module, name, fn }, args };
    this.#onCall(call, reply === null ? null : (outcome) => answer(name, outcome, reply));
  }

  #onExit(code: number): void {
    const pending = this.#pending;
    const cause = this.#uncaught;
    this.isOver = true;
    this.#ended.resolve();
    if (pending !== null) {
      this.#pending = null;
      const message = `Cannot finish ${pending.name} in a thread: it has ended with code ${code}`;
      const options = cause === undefined ? {} : { cause };
      pending.onOutcome({ ok: false, error: new WorkerError("THREAD_ENDED", message, options) });
    } else if (cause !== undefined) {
      this.#report({ message: "Exception in an idle thread", error: cause });
    }
  }
}

/** Gives a thread that waits the outcome of its call. */
function answer(name: string, outcome: WorkerOutcome, { port, flag }: ReplyPath): void {
  port.postMessage(copyOutcome(name, outcome));
  Atomics.store(flag, 0, 1);
  Atomics.notify(flag, 0);
  port.close();
}
