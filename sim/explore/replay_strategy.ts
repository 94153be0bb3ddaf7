/**
 * Answering as a tape says.
 *
 * @module
 */

import { type ChoicePlace, random, type Strategy } from "../strategy.ts";
import { TapeMismatchError } from "./errors.ts";
import { DecisionCounter, low32 } from "./recorder.ts";
import type { Deviation, Tape } from "./tape.ts";

/**
 * How closely a replay keeps to its tape: `"strict"` takes a step that does not fit for an error;
 * `"fallback"` answers it as usual and goes on; `"by-name"` looks for the event that a deviation is
 * about, wherever it is by now, so that it outlives edits of the program; `"continue"` is strict to the
 * tape's end, and then goes on with another strategy.
 */
export type ReplayMode = "strict" | "fallback" | "by-name" | "continue";

/** What a replay does besides answering. */
export interface ReplayStrategyOptions {
  /**
   * For `"continue"`: what answers after the tape's end.
   *
   * @default {random with the tape's seed}
   */
  readonly then?: Strategy;
  /**
   * The number of a decision before which a `debugger` statement is executed, so that a debugger
   * stops there: `deno test --inspect-brk`. Reports number the decisions from 0.
   *
   * @default {none}
   */
  readonly until?: number;
}

/**
 * The strategy that answers as a tape says, and 0 after its end unless told otherwise.
 *
 * @example A tape drives a world
 * ```ts
 * import { explore, Replay, Simulation } from "@twinloop/twinloop/sim";
 * import { assertRejects } from "@std/assert";
 *
 * const program = (sim: Simulation) => {
 *   if (sim.choose("coin", 2) === 1) throw new Error("tails");
 * };
 * const { failure } = await explore(program);
 * const strategy = new Replay(failure!.tape);
 * const sim = new Simulation({ strategy });
 * await assertRejects(() => sim.run(() => program(sim)), Error, "tails");
 * ```
 */
export class Replay implements Strategy {
  /** What it is called in reports. */
  readonly name: string;
  /** What did not fit first; `null` if everything did so far. */
  mismatch: TapeMismatchError | null = null;
  /** How many deviations were not taken because they did not fit. */
  skipped = 0;
  readonly #tape: Tape;
  readonly #mode: ReplayMode;
  readonly #seen = new DecisionCounter();
  /** For `"by-name"`: the deviations that were not taken yet. */
  readonly #left: Set<Deviation>;
  /** For `"continue"`: what answers after the tape's end. */
  readonly #then: Strategy;
  readonly #until: number | undefined;
  /** How many decisions were made. */
  #index = 0;
  #next = 0;

  /**
   * Makes a strategy for one run.
   *
   * @param tape The tape.
   * @param mode How closely to keep to it.
   * @param options What to do at a decision, and after the tape's end.
   * @throws {RangeError} If `until` is not a whole number of at least 0.
   */
  constructor(tape: Tape, mode: ReplayMode = "strict", options: ReplayStrategyOptions = {}) {
    const { then = random(tape.seed), until } = options;
    if (until !== undefined && !(Number.isSafeInteger(until) && until >= 0)) {
      throw new RangeError(`Cannot replay a tape: until ${until} is not the number of a decision`);
    }
    this.#tape = tape;
    this.#mode = mode;
    this.#then = then;
    this.#until = until;
    this.#left = new Set(tape.deviations);
    this.name = `replay(${mode})`;
  }

  /**
   * Answers one decision.
   *
   * @param label What is decided.
   * @param bound How many answers there are.
   * @param place Where in the run it is decided.
   * @returns The tape's answer.
   * @throws {TapeMismatchError} If the mode is `"strict"` or `"continue"` and the tape's answer does
   * not fit.
   */
  choose(label: string, bound: number, place?: ChoicePlace): number {
    const decision = this.#index++;
    if (decision === this.#until) {
      // Whoever watches sees here what is decided: label, bound, place, and the program's stack.
      // deno-lint-ignore no-debugger
      debugger;
    }
    if (this.#mode === "by-name") return this.#byName(label, bound, place);
    if (this.#mode === "continue" && decision >= this.#tape.length) {
      return this.#then.choose(label, bound, place);
    }
    return this.#byIndex(decision, label, bound);
  }

  /** Checks, after the run, that it came as far as the tape. */
  finish(): void {
    this.skipped += this.#mode === "by-name"
      ? this.#left.size
      : this.#tape.deviations.length - this.#next;
    const isStrict = this.#mode === "strict" || this.#mode === "continue";
    const isEnough = this.#mode === "continue"
      ? this.#index >= this.#tape.length
      : this.#index === this.#tape.length;
    if (!isStrict || isEnough || this.mismatch !== null) return;
    const next = this.#tape.deviations[this.#next];
    const end = Math.min(this.#index, this.#tape.length);
    this.mismatch = new TapeMismatchError(
      next?.index ?? end,
      next !== undefined ? expectation(next) : `the end after ${this.#tape.length} decisions`,
      `not made: the run ended after ${this.#index} decisions`,
    );
  }

  #byIndex(index: number, label: string, bound: number): number {
    const deviation = this.#tape.deviations[this.#next];
    if (deviation === undefined || deviation.index !== index) return 0;
    this.#next++;
    const fits = deviation.label === label &&
      (this.#mode === "fallback" ? deviation.value < bound : deviation.bound === bound);
    if (fits) return deviation.value;
    this.skipped++;
    if (this.#mode === "fallback") return 0;
    const possible = `"${label}" with the answers 0 to ${bound - 1}`;
    this.mismatch ??= new TapeMismatchError(index, expectation(deviation), possible);
    throw this.mismatch;
  }

  #byName(label: string, bound: number, place?: ChoicePlace): number {
    const cause = low32(place?.cause ?? 0);
    const nth = this.#seen.count(cause, label);
    for (const deviation of this.#left) {
      if (deviation.label !== label) continue;
      const answer = deviation.picked !== 0
        ? findPicked(deviation, bound, place)
        : deviation.cause === cause && deviation.nth === nth && deviation.value < bound
        ? deviation.value
        : 0;
      if (answer === 0) continue;
      this.#left.delete(deviation);
      return answer;
    }
    return 0;
  }
}

/** The answer that picks a deviation's event before the one that it went before; 0 if there is none. */
function findPicked(deviation: Deviation, bound: number, place?: ChoicePlace): number {
  let overAt = -1;
  for (let answer = 0; answer < bound; answer++) {
    const name = low32(place?.candidate(answer)?.name ?? 0);
    if (name === deviation.over) overAt = answer;
    if (name === deviation.picked) return overAt >= 0 ? answer : 0;
  }
  return 0;
}

function expectation(deviation: Deviation): string {
  const { label, value, bound } = deviation;
  return `"${label}" answered by ${value} of 0 to ${bound - 1}`;
}
