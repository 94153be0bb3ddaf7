/**
 * What happened in a simulated run, as text.
 *
 * @module
 */

import { captureStack } from "../poller/stack.ts";
import type { Causes } from "./causes.ts";
import { programFrames } from "./stack.ts";

/** How many entries a trace keeps unless told otherwise; the oldest go first. */
const ENTRIES_MAX = 10_000;

/** One thing that happened. */
export interface TraceEntry {
  /** The virtual time, in seconds. */
  readonly time: number;
  /** The causal name of the event in which it happened: stable as long as its causes are. */
  readonly cause: number;
  /** The host it happened on; empty for the world. */
  readonly host: string;
  /** What happened: `ready`, `arrive`, `connect` … */
  readonly kind: string;
  /** To what it happened: `stream#3`. */
  readonly subject: string;
  /** More about it, in words, or a number of bytes. */
  readonly detail: string | number;
}

/**
 * The record of a run. Two runs of the same program with the same answers have equal traces, to
 * the letter, whatever ran before them in the process.
 */
export class Trace {
  readonly #max: number;
  /** A ring: the entry with number `n` is at `n % max`. */
  readonly #entries: TraceEntry[] = [];
  #count = 0;
  /** The number of the entry whose stack is kept; -1 for none. */
  #stackIndex = -1;
  /** The stack in which that entry was recorded. */
  #stack = "";
  readonly #causes: Causes | null;

  /**
   * Made by a simulation.
   *
   * @param max How many entries to keep; 0 keeps none.
   * @param causes What knows the causes of events, if that is kept.
   */
  constructor(max: number = ENTRIES_MAX, causes: Causes | null = null) {
    this.#max = max;
    this.#causes = causes;
  }

  /** The causes of events, by their causal names; `null` if they are not kept. */
  get parents(): ReadonlyMap<number, number> | null {
    return this.#causes?.parents ?? null;
  }

  /** How many entries were recorded, kept or not. */
  get length(): number {
    return this.#count;
  }

  /** The last entry; `null` if none is kept. */
  get last(): TraceEntry | null {
    return this.#count === 0 ? null : this.#entries[(this.#count - 1) % this.#max] ?? null;
  }

  /** Whether entries are kept. */
  get enabled(): boolean {
    return this.#max > 0;
  }

  /**
   * Adds an entry.
   *
   * @param time The virtual time, in seconds.
   * @param cause The causal name of the event in which it happened.
   * @param host The host; empty for the world.
   * @param kind What happened.
   * @param subject To what.
   * @param detail More about it.
   */
  record(
    time: number,
    cause: number,
    host: string,
    kind: string,
    subject: string,
    detail: string | number,
  ): void {
    if (this.#max === 0) return;
    if (this.#count === this.#stackIndex) this.#stack = captureStack();
    this.#entries[this.#count++ % this.#max] = { time, cause, host, kind, subject, detail };
  }

  /**
   * Returns the last entry of the event that caused an entry's event; `null` if it had none or that is not kept.
   * Known only in runs with the option `traceParents`.
   *
   * @param entry An entry of this trace.
   */
  parentOf(entry: TraceEntry): TraceEntry | null {
    const parent = this.parents?.get(entry.cause);
    if (parent === undefined) return null;
    let found: TraceEntry | null = null;
    for (const other of this) {
      if (other === entry) break;
      if (other.cause === parent) found = other;
    }
    return found;
  }

  /**
   * Has the stacks kept of one entry: where it is recorded, and where its event and those before it are scheduled.
   * To be called before the run, with what an equal run has shown; stacks of all entries would be slow. Known only
   * in runs with the option `traceParents`.
   *
   * @param index The entry's number, from 0.
   * @param causes The causal names of the event and of those that caused it.
   */
  wantStacks(index: number, causes: readonly number[]): void {
    this.#stackIndex = index;
    for (const cause of causes) this.#causes?.wantStack(cause);
  }

  /**
   * Returns where in the program an event was scheduled, or the entry recorded, see {@linkcode Trace.wantStacks}:
   * frames, innermost first; none if no code of the program did it.
   *
   * @param cause The causal name of the event; without it the entry is meant.
   */
  framesOf(cause?: number): string[] {
    return programFrames(cause === undefined ? this.#stack : this.#causes?.stackOf(cause));
  }

  /** Yields the entries that are kept, oldest first. */
  *[Symbol.iterator](): IterableIterator<TraceEntry> {
    const first = Math.max(0, this.#count - this.#max);
    for (let i = first; i < this.#count; i++) yield this.#entries[i % this.#max] as TraceEntry;
  }

  /** Returns the entries as text, a line each: `@0.001000 server ready listener#1 READ`. */
  toString(): string {
    const lines: string[] = [];
    const dropped = this.#count - this.#entries.length;
    if (dropped > 0) lines.push(`(${dropped} earlier entries were dropped)`);
    for (const entry of this) lines.push(formatEntry(entry));
    return lines.join("\n");
  }
}

/** Writes what happened, without when and where: `ready listener#1 READ`. */
export function formatEvent({ kind, subject, detail }: TraceEntry): string {
  return [kind, subject, String(detail)].filter((word) => word !== "").join(" ");
}

/** Writes an entry: `@0.001000 server ready listener#1 READ`. */
export function formatEntry(entry: TraceEntry): string {
  return `@${entry.time.toFixed(6)} ${entry.host || "(world)"} ${formatEvent(entry)}`;
}
