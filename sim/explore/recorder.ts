/**
 * Recording the decisions of a run.
 *
 * @module
 */

import type { ChoiceCandidate, ChoicePlace, Strategy } from "../strategy.ts";
import { type Logging, logOf, nameOwner, type TurnLog } from "../turn_log.ts";
import type { Deviation } from "./tape.ts";

/** The decisions of a run, as parallel arrays: a search makes thousands of them. */
export interface Decisions {
  /** What was decided. */
  readonly labels: readonly string[];
  /** How many answers there were. */
  readonly bounds: readonly number[];
  /** The answers. */
  readonly values: readonly number[];
  /** The causal names of the events in which they were decided. */
  readonly causes: readonly number[];
  /** The numbers of those that decided about a fault. */
  readonly faults: readonly number[];
}

const NONE: readonly number[] = [];

/** Passes decisions on to a strategy and keeps them. */
export class Recorder implements Strategy, Decisions, Logging {
  /** What it is called in reports. */
  readonly name: string;
  /** What was decided. */
  readonly labels: string[] = [];
  /** How many answers there were. */
  readonly bounds: number[] = [];
  /** The answers. */
  readonly values: number[] = [];
  /** The causal names of the events in which they were decided. */
  readonly causes: number[] = [];
  /** The numbers of those that decided about a fault. */
  faults: readonly number[] = NONE;
  /** What the strategy wants to know. */
  readonly log: TurnLog | null;
  readonly #inner: Strategy;

  /** Records what a strategy answers. */
  constructor(inner: Strategy) {
    this.#inner = inner;
    this.log = logOf(inner);
    this.name = inner.name;
  }

  /** Answers one decision. */
  choose(label: string, bound: number, place?: ChoicePlace): number {
    const value = this.#inner.choose(label, bound, place);
    if (place?.isFault) this.faults = [...this.faults, this.labels.length];
    this.labels.push(label);
    this.bounds.push(bound);
    this.values.push(value);
    this.causes.push(place?.cause ?? 0);
    return value;
  }
}

/** Records, in addition, the names of what deviations picked: for the one run that is reported. */
export class DetailedRecorder extends Recorder {
  /** The answers that are not 0. */
  readonly deviations: Deviation[] = [];
  /** The times that the answers to those of them that chose a time stood for, by their numbers. */
  readonly times: Map<number, readonly number[]> = new Map();
  readonly #seen = new DecisionCounter();

  /** Answers one decision. */
  override choose(label: string, bound: number, place?: ChoicePlace): number {
    const value = super.choose(label, bound, place);
    const cause = low32(place?.cause ?? 0);
    const nth = this.#seen.count(cause, label);
    if (value === 0) return value;
    const picked = place?.candidate(value) ?? null;
    const usual = place?.candidate(0) ?? null;
    const times = place?.times ?? null;
    if (times !== null) this.times.set(this.values.length - 1, times);
    this.deviations.push({
      index: this.values.length - 1,
      label,
      bound,
      value,
      cause,
      nth,
      host: place?.host ?? "",
      picked: low32(picked?.name ?? 0),
      over: low32(usual?.name ?? 0),
      words: times === null
        ? describe(label, bound, value, picked, usual)
        : describeTime(label, times, value, picked),
    });
    return value;
  }
}

/** Counts the decisions of each event by label. */
export class DecisionCounter {
  readonly #counts = new Map<string, number>();

  /** Returns how many decisions of an event had this label before this one. */
  count(cause: number, label: string): number {
    const key = `${cause} ${label}`;
    const nth = this.#counts.get(key) ?? 0;
    this.#counts.set(key, nth + 1);
    return nth;
  }
}

/** The low 32 bits of a causal name: enough to tell the events of a run apart, and short. */
export function low32(name: number): number {
  return name % 0x100000000;
}

function describe(
  label: string,
  bound: number,
  value: number,
  picked: ChoiceCandidate | null,
  usual: ChoiceCandidate | null,
): string {
  if (picked !== null && usual !== null) return `${subject(picked)} goes before ${subject(usual)}`;
  if (label === "batch") return `the poll reports ${bound - value} of ${bound} ready handles`;
  if (label === "read" || label === "send") {
    const verb = label === "read" ? "returns" : "takes";
    return `a ${label} ${verb} ${["all", "the least", "all but one", "half"][value]} of the bytes`;
  }
  if (picked !== null) return `${label} befalls ${picked.subject}`;
  return `${label} is ${value} of 0 to ${bound - 1}`;
}

function describeTime(
  label: string,
  times: readonly number[],
  value: number,
  of: ChoiceCandidate | null,
): string {
  const what = of === null ? label : `${label} of ${of.subject}`;
  return `${what} is ${times[value]} s instead of ${times[0]} s`;
}

function subject(candidate: ChoiceCandidate): string {
  const { subject } = candidate;
  if (subject === "") return "what the world does";
  return subject.startsWith("→") ? nameOwner(subject) : subject;
}
