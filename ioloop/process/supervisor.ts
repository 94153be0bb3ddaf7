/**
 * Keeps workers running.
 *
 * @module
 */

import type { ErrorReporter } from "../../poller/error_report.ts";
import type { ChildProcess, ExitStatus } from "../../poller/processes.ts";
import type { Signals } from "../../poller/signals.ts";
import { TooManyRestartsError, WorkerExitError } from "./errors.ts";

/** The signals that end a program, each with its number: workers are sent them, too. */
const ENDING = [["SIGHUP", 1], ["SIGINT", 2], ["SIGTERM", 15]] as const;

/** A signal that ends a program. */
type EndingSignal = typeof ENDING[number][0];

/** The exit code of a program that a signal has ended is the signal's number on top of this. */
const SIGNAL_BASE = 128;

/** What a supervisor works with. */
export interface SupervisorOptions {
  /** How many workers there are. */
  readonly count: number;
  /** How often workers are restarted, all together. */
  readonly maxRestarts: number;
  /** Starts a worker. */
  readonly start: (taskId: number) => ChildProcess;
  /** The signals to this process. */
  readonly signals: Signals;
  /** Told of each worker that ended badly, or could not be sent a signal. */
  readonly report: ErrorReporter;
}

/**
 * Starts workers, and each that ends badly anew. Signals that end this process go to the workers
 * first, which are not restarted then.
 *
 * Tornado: the second half of `fork_processes` (`process.py`, 4.5.3). Differs from Tornado: it waits
 * without blocking, and signals are passed on.
 */
export class WorkerSupervisor {
  readonly #options: SupervisorOptions;
  readonly #workers = new Map<number, ChildProcess>();
  readonly #ended: PromiseWithResolvers<number> = Promise.withResolvers();
  readonly #listeners = ENDING.map(([signal, number]) =>
    [signal, () => this.#onSignal(signal, number)] as const
  );
  #restarts = 0;
  /** The exit code that a signal asks for; 0 while none has come. */
  #signalCode = 0;
  /** Whether it is over: what ends now is nobody's concern. */
  #isOver = false;

  /**
   * Makes a supervisor; nothing is started yet.
   *
   * @param options The workers.
   */
  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  /**
   * Starts the workers.
   *
   * @returns A promise for the exit code of this program, fulfilled when all have ended: 0, or 128
   * plus the number of the signal that this process was sent. It rejects with
   * `TooManyRestartsError`, and with what the start of a worker throws; those that run then go on,
   * unless they are the first ones and not all could be started.
   */
  run(): Promise<number> {
    for (const [signal, listener] of this.#listeners) {
      this.#options.signals.addListener(signal, listener);
    }
    try {
      for (let taskId = 0; taskId < this.#options.count; taskId++) this.#start(taskId);
    } catch (error) {
      this.#kill("SIGTERM");
      this.#fail(error);
    }
    return this.#ended.promise;
  }

  #start(taskId: number): void {
    const worker = this.#options.start(taskId);
    this.#workers.set(taskId, worker);
    worker.addExitListener((status) => this.#onExit(taskId, worker.pid, status));
  }

  #onExit(taskId: number, pid: number, { code, signal }: ExitStatus): void {
    if (this.#isOver) return;
    this.#workers.delete(taskId);
    // A signal may be the very one that this process was sent, or follow from it.
    if (code !== 0 && this.#signalCode === 0) {
      this.#onFailure(new WorkerExitError(taskId, pid, code, signal));
    }
    if (this.#isOver || this.#workers.size > 0) return;
    this.#end();
    this.#ended.resolve(this.#signalCode);
  }

  #onFailure(error: WorkerExitError): void {
    const { maxRestarts, report } = this.#options;
    if (++this.#restarts > maxRestarts) {
      const running = [...this.#workers.values()].map(({ pid }) => pid);
      this.#fail(new TooManyRestartsError(maxRestarts, error, running));
      return;
    }
    report({ message: `Worker ${error.taskId} is restarted`, error });
    try {
      this.#start(error.taskId);
    } catch (startError) {
      this.#fail(startError);
    }
  }

  #onSignal(signal: EndingSignal, number: number): void {
    this.#signalCode = SIGNAL_BASE + number;
    this.#kill(signal);
  }

  #kill(signal: EndingSignal): void {
    for (const [taskId, worker] of this.#workers) {
      try {
        worker.kill(signal);
      } catch (error) {
        // It runs as somebody else, perhaps: the others must hear of the signal all the same.
        this.#options.report({ message: `Worker ${taskId} is not sent ${signal}`, error });
      }
    }
  }

  #fail(error: unknown): void {
    this.#end();
    this.#ended.reject(error);
  }

  #end(): void {
    this.#isOver = true;
    for (const [signal, listener] of this.#listeners) {
      this.#options.signals.removeListener(signal, listener);
    }
  }
}
