/**
 * Writing a recording.
 *
 * @module
 */

import type { ErrorReporter } from "../../poller/mod.ts";
import { digestOf } from "./digest.ts";
import { describeError } from "./error_text.ts";
import { FORMAT, VERSION } from "./format.ts";
import { LineBuffer } from "./line_buffer.ts";
import type { RecordSink } from "./record_sink.ts";

/** So many bytes are collected before they go to the sink. */
const PIECE = 65_536;

/** How a recording is written. */
export interface RecordWriterOptions {
  /** What the header says in addition. */
  readonly about: Readonly<Record<string, string>>;
  /** Whether lines go to the sink before each wait. */
  readonly flushesBeforeWait: boolean;
}

/**
 * Collects the lines of a recording and hands them to a sink, each piece with its checksum.
 *
 * What happens often is written part by part, `begin` to `end`, and never in between something else:
 * a line is begun when the call that it is about has returned.
 */
export class RecordWriter {
  readonly #sink: RecordSink;
  readonly #report: ErrorReporter;
  readonly #flushesBeforeWait: boolean;
  /** The lines that the sink was not given yet. */
  readonly #lines = new LineBuffer(PIECE * 2);
  /** The checksum of the last piece, on which that of the next depends. */
  #sum = 0;
  /** Whether lines are still taken. */
  #isOn = true;

  /**
   * Begins a recording.
   *
   * @param sink Where it goes.
   * @param report Takes what the sink throws.
   * @param options How it is written.
   */
  constructor(sink: RecordSink, report: ErrorReporter, options: RecordWriterOptions) {
    this.#sink = sink;
    this.#report = report;
    this.#flushesBeforeWait = options.flushesBeforeWait;
    this.line(JSON.stringify({ ...options.about, format: FORMAT, version: VERSION }));
  }

  /** Whether lines are still taken. */
  get isOn(): boolean {
    return this.#isOn;
  }

  // -- A line part by part --

  /** Begins a line with its kind. */
  begin(kind: string): void {
    if (!this.#isOn) return;
    this.#lines.text('["');
    this.#lines.text(kind);
    this.#lines.text('"');
  }

  /** Adds a number to the line. */
  number(number: number): void {
    if (!this.#isOn) return;
    this.#lines.text(",");
    this.#lines.number(number);
  }

  /** Adds the first so many bytes to the line. */
  bytes(bytes: Uint8Array, count: number): void {
    if (!this.#isOn) return;
    this.#lines.text(',"');
    this.#lines.base64(bytes, count);
    this.#lines.text('"');
  }

  /** Adds JSON to the line. */
  json(value: unknown): void {
    if (!this.#isOn) return;
    this.#lines.text(",");
    this.#lines.text(JSON.stringify(value));
  }

  /** Ends the line. */
  end(): void {
    if (!this.#isOn) return;
    this.#lines.text("]\n");
    if (this.#lines.length > PIECE) this.flush();
  }

  // -- A line at once --

  /** Adds a line with so many numbers. */
  step(kind: string, first?: number, second?: number): void {
    this.begin(kind);
    if (first !== undefined) this.number(first);
    if (second !== undefined) this.number(second);
    this.end();
  }

  /** Adds a line of parts that do not come often. */
  note(kind: string, ...parts: readonly unknown[]): void {
    this.line(JSON.stringify([kind, ...parts]));
  }

  /** Adds that something of the platform is from now on what it was not before. */
  fact(subject: number | string, name: string, value: unknown): void {
    this.note("is", subject, name, value);
  }

  /** Adds a call that threw. */
  threw(error: unknown, kind: string, ...question: readonly unknown[]): void {
    this.note(kind, ...question, { error: describeError(error) });
  }

  /**
   * Makes a call that is not made often, and adds it.
   *
   * @param kind What is called.
   * @param question With what.
   * @param call Makes the call.
   * @param describe Makes JSON of what it returned; without it the call has no answer.
   * @returns What the call returned.
   */
  call<T>(
    kind: string,
    question: readonly unknown[],
    call: () => T,
    describe?: (result: T) => unknown,
  ): T {
    let result: T;
    try {
      result = call();
    } catch (error) {
      this.threw(error, kind, ...question);
      throw error;
    }
    const answer = describe?.(result);
    if (answer === undefined) this.note(kind, ...question);
    else this.note(kind, ...question, answer);
    return result;
  }

  /** Adds a line. */
  line(line: string): void {
    if (!this.#isOn) return;
    this.#lines.text(line);
    this.#lines.text("\n");
    if (this.#lines.length > PIECE) this.flush();
  }

  // -- The sink --

  /** Called when a poll that waits has begun. */
  beforeWait(): void {
    if (this.#flushesBeforeWait) this.flush();
  }

  /** Hands what was collected to the sink. */
  flush(): void {
    const lines = this.#lines;
    if (lines.length === 0) return;
    this.#sum = digestOf(lines.bytes, lines.length, this.#sum);
    lines.text(`["sum",${this.#sum}]\n`);
    try {
      this.#sink.write(lines.bytes);
    } catch (error) {
      this.#isOn = false;
      this.#report({ message: "Exception in the sink of a recording, which ends here", error });
    }
    lines.clear();
  }

  /** Writes the end. What follows is not recorded. */
  finish(): void {
    if (!this.#isOn) return;
    this.line('["end"]');
    this.flush();
    this.#isOn = false;
  }
}
