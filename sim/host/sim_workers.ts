/**
 * Threads of a simulated host.
 *
 * @module
 */

import {
  copyOutcome,
  type OnOutcome,
  type OnWorkerCall,
  readOutcome,
  runInWorkerScope,
  type WorkerCall,
  WorkerError,
  type WorkerOutcome,
  type Workers,
  type WorkerThread,
} from "../../poller/mod.ts";
import type { SimHost } from "./host.ts";

/** An outcome that is about to be told. */
interface Ready {
  readonly thread: SimThread;
  readonly tell: () => void;
}

/** How many threads a simulated host runs at the same time. */
const PARALLELISM = 4;

/**
 * The threads of a simulated host: calls of the functions themselves, in turns of their own. Arguments
 * and outcomes are copied, as between threads; the memory of modules is shared, as it is not.
 *
 * Which of the outcomes that are ready comes first is a decision, `thread`.
 */
export class HostWorkers implements Workers {
  /** See `Workers.parallelism`. */
  readonly parallelism: number = PARALLELISM;
  readonly #host: SimHost;
  readonly #ready: Ready[] = [];

  /** Made by the host. */
  constructor(host: SimHost) {
    this.#host = host;
  }

  /** See `Workers.start`. */
  start(onCall: OnWorkerCall): WorkerThread {
    return new SimThread(this, onCall);
  }

  /** Adds an entry to the trace. */
  record(name: string, detail: string): void {
    this.#host.record("thread", name, detail);
  }

  /** Has something run in a turn of its own, outside of every pass. */
  turn(run: () => void): void {
    const host = this.#host;
    host.work(host.world.time.now, () => host.whenRunning(run));
  }

  /** Has an outcome be told, in a turn of its own, before or after the others that are ready. */
  announce(ready: Ready): void {
    this.#ready.push(ready);
    this.turn(() => {
      const count = this.#ready.length;
      const index = count < 2 ? 0 : this.#host.world.choose("thread", count);
      const [next] = this.#ready.splice(index, 1);
      if (next !== undefined && !next.thread.isOver) next.tell();
    });
  }
}

class SimThread implements WorkerThread {
  isOver = false;
  readonly #workers: HostWorkers;
  readonly #onCall: OnWorkerCall;

  constructor(workers: HostWorkers, onCall: OnWorkerCall) {
    this.#workers = workers;
    this.#onCall = onCall;
  }

  run(call: WorkerCall, onOutcome: OnOutcome): void {
    const { name } = call.fn;
    this.#workers.record(name, "call");
    const end = (outcome: WorkerOutcome) => {
      const copy = copyOutcome(name, outcome);
      const tell = () => {
        this.#workers.record(name, copy.ok ? "result" : "error");
        onOutcome(readOutcome(copy));
      };
      this.#workers.announce({ thread: this, tell });
    };
    let args: unknown[];
    try {
      args = structuredClone([...call.args]);
    } catch (cause) {
      const reason = "an argument is of a kind that threads cannot share";
      const message = `Cannot call ${name} in a thread: ${reason}`;
      end({ ok: false, error: new WorkerError("NOT_CLONEABLE", message, { cause }) });
      return;
    }
    this.#turn(() => {
      this.#call(call, args).then(
        (value) => end({ ok: true, value }),
        (error: unknown) => end({ ok: false, error }),
      );
    });
  }

  terminate(): Promise<void> {
    this.isOver = true;
    return Promise.resolve();
  }

  async #call({ fn }: WorkerCall, args: readonly unknown[]): Promise<unknown> {
    const call = fn.fn as (...args: readonly unknown[]) => unknown;
    return await runInWorkerScope({
      call: (back) => this.#turn(() => this.#onCall(back, null)),
      callAndWait: (back) => {
        const reason = "a simulated thread has none of its own to block";
        throw new WorkerError("NOT_IN_THREAD", `Cannot wait for ${back.fn.name}: ${reason}`);
      },
    }, () => call(...args));
  }

  #turn(run: () => void): void {
    this.#workers.turn(() => {
      if (!this.isOver) run();
    });
  }
}
