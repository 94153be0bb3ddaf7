/**
 * The place in a recording at which a replay is.
 *
 * @module
 */

import { RecordingEndedError, RecordingError, RecordingMismatchError } from "./errors.ts";
import { type DescribedError, restoreError } from "./error_text.ts";
import { formatEntry, formatStep, questionLength, type RecordingEntry, SHAPES } from "./format.ts";
import type { Recording } from "./recording.ts";

/** The kinds of events that happen once: the address of a handle becomes free, a thread ends. */
export type OnceKind = "released" | "terminated";

/** Says of a recording what comes next, and holds what the program does against it. */
export class ReplayCursor {
  readonly #recording: Recording;
  readonly #entries: readonly RecordingEntry[];
  /** What is known of handles, children and threads, by what and name. */
  readonly #facts = new Map<string, unknown>();
  /** What happened within the call that it came of, where the recording tells that apart. */
  readonly #within: ReadonlySet<string>;
  /** Whether the program has called on when nothing was left. */
  #isAskedForMore = false;
  #at = 0;
  #time = 0;
  /** Why the replay is over; `null` as long as it is not. */
  #over: Error | null = null;

  /** Made by a replay. */
  constructor(recording: Recording) {
    this.#recording = recording;
    this.#entries = recording.entries;
    const within = this.#entries.filter(([kind, , isWithin]) =>
      (kind === "released" || kind === "terminated") && isWithin === true
    );
    this.#within = new Set(within.map(([kind, subject]) => `${kind} ${subject}`));
  }

  /** How many steps have been taken. */
  get steps(): number {
    return this.#at;
  }

  /** What the clock answered last. */
  get time(): number {
    return this.#time;
  }

  /** Why the replay is over; `null` as long as it is not. */
  get over(): Error | null {
    return this.#over;
  }

  /** Whether the program has called on when nothing was left, and was told why. */
  get isAskedForMore(): boolean {
    return this.#isAskedForMore;
  }

  /** What comes next; `null` at the end. */
  get next(): RecordingEntry | null {
    this.#takeFacts();
    return this.#entries[this.#at] ?? null;
  }

  /** Whether what comes next is a call of the program. */
  get expectsCall(): boolean {
    const { next } = this;
    return next !== null && SHAPES[next[0]]?.role === "call";
  }

  /** Whether what happens once to a handle or thread happened within the call that it came of. */
  foresees(kind: OnceKind, subject: number): boolean {
    return this.#within.has(`${kind} ${subject}`);
  }

  /** Goes on to what comes after an event. */
  pass(): void {
    this.#at++;
  }

  /**
   * Holds a call of the program against the recording.
   *
   * @returns Its answer, which is `undefined` if it has none.
   * @throws {Error} What the call threw; or why the replay is over.
   */
  call(kind: string, ...question: readonly unknown[]): unknown {
    return this.callForParts(kind, ...question)[0];
  }

  /** Does the same for a call whose answer consists of several parts; of none, if it has none. */
  callForParts(kind: string, ...question: readonly unknown[]): readonly unknown[] {
    const answer = this.answerOf(this.take(kind, question));
    const [first] = answer;
    if (isThrown(first)) throw restoreError(first.error);
    return answer;
  }

  /** Holds a call against the recording, and returns the line, whatever it was answered. */
  take(kind: string, question: readonly unknown[]): RecordingEntry {
    const entry = this.#over === null ? this.next : null;
    if (entry === null) throw this.#refuse();
    if (entry[0] !== kind || !isSame(entry, question)) {
      throw this.mismatch(formatStep(kind, question));
    }
    this.#at++;
    if (kind === "now") this.#time = entry[1] as number;
    return entry;
  }

  /** The parts of the answer of a line. */
  answerOf(entry: RecordingEntry): readonly unknown[] {
    return entry.slice(1 + questionLength(entry));
  }

  /** What is known of something; `undefined` if nothing is. */
  fact(subject: number | string, name: string): unknown {
    this.#takeFacts();
    return this.#facts.get(`${subject} ${name}`);
  }

  /** Ends the replay, as the program does something else than the recording says. */
  mismatch(came: string, cause?: unknown, step: number = this.#at): Error {
    const entry = this.#entries[step];
    const expected = entry === undefined ? "its end" : formatEntry(entry);
    const place = { line: this.#recording.lineOf(step), time: this.#time };
    const options = cause === undefined ? undefined : { cause };
    return this.fail(new RecordingMismatchError(place, expected, came, options));
  }

  /** Ends the replay, as the program asks for what the recording does not tell here. */
  untold(what: string): Error {
    return this.#over === null && this.next !== null ? this.mismatch(what) : this.#refuse();
  }

  /** Ends the replay, as the recording contradicts itself. */
  broken(what: string): Error {
    const line = this.#recording.lineOf(this.#at);
    return this.fail(new RecordingError(`Cannot replay a recording: line ${line} ${what}`));
  }

  /** Ends the replay, as the recording does. */
  end(): Error {
    const line = this.#recording.lineOf(this.#at);
    const message = `Cannot go on with a replay: the recording has ended before line ${line}`;
    return this.fail(new RecordingEndedError(message));
  }

  /** Ends the replay for what was thrown; only the first reason counts. */
  fail(error: unknown): Error {
    const reason = error ?? new Error(`Cannot go on with a replay: the program threw ${error}`);
    return this.#over ??= reason as Error;
  }

  #refuse(): Error {
    this.#isAskedForMore = true;
    return this.end();
  }

  #takeFacts(): void {
    if (this.#over !== null) return;
    for (;; this.#at++) {
      const entry = this.#entries[this.#at];
      if (entry?.[0] !== "is") return;
      this.#facts.set(`${entry[1]} ${entry[2]}`, entry[3]);
    }
  }
}

function isThrown(answer: unknown): answer is { readonly error: DescribedError } {
  return typeof answer === "object" && answer !== null && "error" in answer;
}

/** Whether a line is that of such a call. */
function isSame(entry: RecordingEntry, question: readonly unknown[]): boolean {
  for (let i = 0; i < question.length; i++) {
    const [a, b] = [entry[1 + i], question[i]];
    // What JSON does not have, such as NaN, has become null.
    if (a !== b && JSON.stringify(a) !== JSON.stringify(b ?? null)) return false;
  }
  return true;
}
