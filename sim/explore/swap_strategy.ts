/**
 * Running a schedule as it was, or with two turns swapped.
 *
 * @module
 */

import { Things } from "../footprint.ts";
import type { SeededRandom } from "../seed.ts";
import type { ChoicePlace, Strategy } from "../strategy.ts";
import { type Logging, nameOwner, TurnLog } from "../turn_log.ts";

/** A decision that picked nobody. */
interface Answer {
  readonly label: string;
  readonly bound: number;
  readonly answer: number;
}

/** What was decided in a run, turn by turn. */
export interface Script {
  /** Whose turns there were, in order. */
  readonly owners: readonly string[];
  /** What each of them decided. */
  readonly answers: readonly (readonly Answer[])[];
}

/** Answers at random, and writes down what was decided in which turn. */
export class ScriptRecorder implements Strategy, Logging {
  /** What it is called in reports. */
  readonly name = "script";
  /** The turns. */
  readonly log: TurnLog = new TurnLog(new Things());
  readonly #random: SeededRandom;
  readonly #answers: Answer[][] = [];

  /** How many faults may still happen. */
  #faultsLeft: number;

  /** Makes a strategy for one run, with at most so many faults. */
  constructor(random: SeededRandom, faults: number) {
    this.#random = random;
    this.#faultsLeft = faults;
  }

  /** What was decided. */
  get script(): Script {
    const owners = this.log.turns.map(({ owner }) => owner);
    return { owners, answers: owners.map((_, turn) => this.#answers[turn] ?? []) };
  }

  /** Answers one decision. */
  choose(label: string, bound: number, place?: ChoicePlace): number {
    const answer = place?.isFault ? this.#drawFault(bound) : this.#random.below(bound);
    if (picksTurn(label, place)) {
      this.log.decision = 0;
    } else {
      const turn = Math.max(0, this.log.turns.length - 1);
      (this.#answers[turn] ??= []).push({ label, bound, answer });
    }
    return answer;
  }

  #drawFault(bound: number): number {
    if (this.#faultsLeft < Infinity) this.log.write("faults");
    const answer = this.#faultsLeft < 1 ? 0 : this.#random.below(bound);
    if (answer > 0) this.#faultsLeft--;
    return answer;
  }
}

/** Follows a script with a turn and the next one swapped. */
export class SwapStrategy implements Strategy, Logging {
  /** What it is called in reports. */
  readonly name = "swap";
  /** The turns. */
  readonly log: TurnLog = new TurnLog(new Things());
  /** What could not be done as the script says; `null` if everything could. */
  deviation: string | null = null;
  readonly #script: Script;
  readonly #first: number;
  /** How many decisions the turn under way has made. */
  #answered = 0;
  #turn = -1;

  /**
   * Makes a strategy for one run.
   *
   * @param script The script.
   * @param first The number of the first of the two turns.
   */
  constructor(script: Script, first: number) {
    this.#script = script;
    this.#first = first;
  }

  /** Answers one decision. */
  choose(label: string, bound: number, place?: ChoicePlace): number {
    if (picksTurn(label, place)) return this.#pick(bound, place as ChoicePlace);
    const turn = Math.max(0, this.log.turns.length - 1);
    if (turn !== this.#turn) {
      this.#turn = turn;
      this.#answered = 0;
    }
    const expected = this.#script.answers[this.#scripted(turn)]?.[this.#answered++];
    if (expected?.label === label && expected.bound === bound) return expected.answer;
    const told = expected && `${expected.label} of ${expected.bound}`;
    this.deviation ??= `decided on ${label} of ${bound}, before on ${told ?? "nothing"}`;
    return 0;
  }

  #pick(bound: number, place: ChoicePlace): number {
    const owner = this.#script.owners[this.#scripted(this.log.turns.length)];
    for (let answer = 0; answer < bound; answer++) {
      if (place.candidate(answer)?.subject === owner) return answer;
    }
    this.deviation ??= `${owner === undefined ? "nobody" : nameOwner(owner)} could not go on`;
    return 0;
  }

  /** The number that a turn has in the script. */
  #scripted(turn: number): number {
    if (turn === this.#first) return turn + 1;
    return turn === this.#first + 1 ? turn - 1 : turn;
  }
}

function picksTurn(label: string, place: ChoicePlace | undefined): boolean {
  return label === "step" && place !== undefined && place.candidate(0) !== null;
}
