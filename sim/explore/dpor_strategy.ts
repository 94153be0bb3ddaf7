/**
 * One run of a search by classes.
 *
 * @module
 */

import { areDependent, type Footprint, nothingTouched, type Things } from "../footprint.ts";
import type { SeededRandom } from "../seed.ts";
import type { ChoicePlace, Strategy } from "../strategy.ts";
import { type Logging, type Turn, TurnLog } from "../turn_log.ts";

/** Whose turns need not be taken now, and what they touched when they were. */
export type Sleepers = ReadonlyMap<string, Footprint>;

/** A decision on the path of a search. */
export type Node = TurnNode | ValueNode;

/** A decision that answers with a mere number: each answer is a branch. */
export interface ValueNode {
  readonly kind: "value";
  readonly bound: number;
  readonly label: string;
  /** How many of the answers are to be tried. */
  readonly answers: number;
  answer: number;
}

/** A decision that picks whose turn is next. */
export interface TurnNode {
  readonly kind: "turn";
  /** How many there are. */
  readonly bound: number;
  readonly label: string;
  /** Who they are, by answer. */
  readonly owners: readonly string[];
  /** Who need not go from here, as all of that was run elsewhere. */
  readonly sleepers: Sleepers;
  /** Who has gone from here, with what the turn touched. */
  readonly done: Map<string, Footprint>;
  /** Who has gone from here or has to. */
  wanted: Set<string>;
  answer: number;
  /** What the turn that was picked last has touched, in all its variants. */
  footprint: Footprint;
}

/** Takes the path that it is given, and then whoever does not sleep. */
export class DporStrategy implements Strategy, Logging {
  /** What it is called in reports. */
  readonly name = "dpor";
  /** What the turns touched. */
  readonly log: TurnLog;
  /** The decisions: those given, and those made after them. */
  readonly nodes: Node[];
  /** How many turns are worth looking at: from then on all that could go on sleep. */
  turnsUsed: number = Infinity;
  readonly #faultsMax: number;
  /** Picks what comes after the path; `null` for whoever comes first. */
  readonly #random: SeededRandom | null;
  /** How many faults may still happen. */
  #faultsLeft: number;
  #index = 0;
  #sleepers: Sleepers = new Map();
  /** How many turns have been looked at for whom they wake. */
  #seen = 0;

  /** Makes a strategy for one run. */
  constructor(
    nodes: readonly Node[],
    things: Things,
    faults: number = Infinity,
    random: SeededRandom | null = null,
  ) {
    this.#random = random;
    this.#faultsMax = faults;
    this.#faultsLeft = faults;
    this.nodes = nodes.slice();
    this.log = new TurnLog(things);
  }

  /** Whether the run was the same as another, but for the order of what can be swapped. */
  get isRedundant(): boolean {
    return this.turnsUsed < Infinity;
  }

  /** Answers one decision. */
  choose(label: string, bound: number, place?: ChoicePlace): number {
    const index = this.#index++;
    const isTurn = place !== undefined && label === "step" && place.candidate(0) !== null;
    this.#watch(isTurn ? this.log.turns.length : this.log.turns.length - 1);
    if (isTurn) this.log.decision = index;
    if (this.isRedundant) return 0;
    // Who has used up the faults decides over those that follow.
    if (place?.isFault && this.#faultsMax < Infinity) this.log.write("faults");
    const known = this.nodes[index];
    const node = known ??
      (isTurn
        ? this.#turnNode(label, bound, place)
        : this.#valueNode(label, bound, place?.isFault && this.#faultsLeft < 1));
    if (node === null) return 0;
    if (known === undefined) this.nodes.push(node);
    if (node.kind === "turn") this.#sleepers = new Map([...node.sleepers, ...node.done]);
    const answer = Math.min(node.answer, bound - 1);
    if (place?.isFault && answer > 0) this.#faultsLeft--;
    return answer;
  }

  /** Told when the run is over. */
  over(): void {
    this.#watch(this.log.turns.length);
  }

  /** Wakes whoever depends on the turns that have ended; notes the first turn of a sleeper. */
  #watch(end: number): void {
    const { turns } = this.log;
    for (; this.#seen < end && !this.isRedundant; this.#seen++) {
      const turn = turns[this.#seen] as Turn;
      if (this.#sleepers.has(turn.owner)) this.turnsUsed = this.#seen;
      else if (this.#sleepers.size > 0) this.#sleepers = awake(this.#sleepers, turn.footprint);
    }
    const current = turns[this.#seen];
    if (current !== undefined && this.#sleepers.has(current.owner)) {
      this.turnsUsed = Math.min(this.turnsUsed, this.#seen);
    }
  }

  #turnNode(label: string, bound: number, place: ChoicePlace): TurnNode | null {
    const owners: string[] = [];
    for (let i = 0; i < bound; i++) owners.push(place.candidate(i)?.subject ?? "");
    const awake = owners.filter((owner) => !this.#sleepers.has(owner));
    const picked = awake[this.#random?.below(Math.max(1, awake.length)) ?? 0];
    if (picked === undefined) {
      this.turnsUsed = this.log.turns.length;
      return null;
    }
    return {
      kind: "turn",
      label,
      bound,
      owners,
      sleepers: this.#sleepers,
      done: new Map(),
      wanted: new Set([picked]),
      answer: owners.indexOf(picked),
      footprint: nothingTouched(),
    };
  }

  #valueNode(label: string, bound: number, isFixed: boolean = false): ValueNode {
    const answers = isFixed ? 1 : bound;
    return { kind: "value", label, bound, answers, answer: this.#random?.below(answers) ?? 0 };
  }
}

/** Those of some sleepers whom a turn does not wake. */
function awake(sleepers: Sleepers, footprint: Footprint): Sleepers {
  const rest = new Map<string, Footprint>();
  for (const [owner, touched] of sleepers) {
    if (!areDependent(touched, footprint)) rest.set(owner, touched);
  }
  return rest;
}
