/**
 * Recorded threads.
 *
 * @module
 */

import {
  copyOutcome,
  type OnOutcome,
  type OnWorkerCall,
  type WorkerCall,
  type WorkerOutcome,
  type Workers,
  type WorkerThread,
} from "../../poller/mod.ts";
import { digestOfJSON } from "./digest.ts";
import type { RecordWriter } from "./record_writer.ts";
import { describeValue, NotRecordableError } from "./value_text.ts";

/** Threads whose outcomes are noted. */
export class RecordingWorkers implements Workers {
  readonly #writer: RecordWriter;
  readonly #inner: Workers;
  #threads = 0;
  #parallelism = 0;

  /** Made by the platform. */
  constructor(writer: RecordWriter, inner: Workers) {
    this.#writer = writer;
    this.#inner = inner;
  }

  /** See `Workers.parallelism`. */
  get parallelism(): number {
    const { parallelism } = this.#inner;
    if (parallelism !== this.#parallelism) {
      this.#parallelism = parallelism;
      this.#writer.fact("threads", "parallelism", parallelism);
    }
    return parallelism;
  }

  /** See `Workers.start`. */
  start(onCall: OnWorkerCall): WorkerThread {
    const writer = this.#writer;
    const number = this.#threads;
    const inner = writer.call("startThread", [number], () =>
      this.#inner.start((call, reply) => {
        writer.note("lost", `a call of ${call.fn.name} by a thread`);
        onCall(call, reply);
      }));
    this.#threads++;
    return new RecordingThread(writer, inner, number);
  }
}

class RecordingThread implements WorkerThread {
  readonly #writer: RecordWriter;
  readonly #inner: WorkerThread;
  readonly #number: number;
  #isOver = false;
  /** What {@linkcode RecordingThread.terminate} returned first: a thread ends once. */
  #ended: Promise<void> | null = null;

  constructor(writer: RecordWriter, inner: WorkerThread, number: number) {
    this.#writer = writer;
    this.#inner = inner;
    this.#number = number;
  }

  get isOver(): boolean {
    const { isOver } = this.#inner;
    if (isOver !== this.#isOver) {
      this.#isOver = isOver;
      this.#writer.fact(`thread ${this.#number}`, "isOver", isOver);
    }
    return isOver;
  }

  run(call: WorkerCall, onOutcome: OnOutcome): void {
    const question = [this.#number, call.fn.name, digestOfArguments(call.args)];
    this.#writer.call("run", question, () =>
      this.#inner.run(call, (outcome) => {
        this.#noteOutcome(call.fn.name, outcome);
        onOutcome(outcome);
      }));
  }

  terminate(): Promise<void> {
    const writer = this.#writer;
    const number = this.#number;
    const ended = writer.call("terminate", [number], () => this.#inner.terminate());
    if (this.#ended !== null) return this.#ended;
    let isWithin = true;
    ended.then(() => writer.note("terminated", number, isWithin));
    Promise.resolve().then(() => isWithin = false);
    return this.#ended = ended;
  }

  #noteOutcome(name: string, outcome: WorkerOutcome): void {
    try {
      this.#writer.note("outcome", this.#number, describeValue(copyOutcome(name, outcome)));
    } catch (error) {
      if (!(error instanceof NotRecordableError)) throw error;
      this.#writer.note("lost", `what ${name} returned in a thread`);
    }
  }
}

/** Tells the arguments of a call from others; `null` if they have no text. */
export function digestOfArguments(args: readonly unknown[]): number | null {
  try {
    return digestOfJSON(describeValue(args));
  } catch (error) {
    if (!(error instanceof NotRecordableError)) throw error;
    return null;
  }
}
