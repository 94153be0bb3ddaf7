/**
 * Exhaustive search by classes: of the schedules that differ only in the order of turns that can be
 * swapped, one is run.
 *
 * This is dynamic partial order reduction with source sets and sleep sets (Abdulla and others,
 * POPL 2014), over turns: after each run, for every two turns that depend on each other and could have
 * come the other way round, somebody who leads there is wanted at the decision before the first. Who
 * was gone through sleeps for the branches beside, until a turn wakes him that depends on his.
 * Decisions that pick nobody are branches like in any other search.
 *
 * Turns are compared within an instant only: time moves when nobody can go on, whatever the order.
 *
 * @module
 */

import { addAll, nothingTouched, Things } from "../footprint.ts";
import type { Turn } from "../turn_log.ts";
import { DporStrategy, type Node, type TurnNode, type ValueNode } from "./dpor_strategy.ts";
import { NondeterminismError } from "./errors.ts";
import { HappensBefore, type Race } from "./happens_before.ts";
import type { Decisions } from "./recorder.ts";
import type { Plan } from "./runner.ts";
import type { Search } from "./search.ts";

/** Runs a schedule of each class. */
export class DporSearch implements Search {
  /** What it is called in reports. */
  readonly name = "dpor";
  /** It runs a schedule of every class. */
  readonly isExhaustive = true;
  /** It has no bound. */
  readonly unit = "";
  /** It has no levels. */
  readonly level = -1;
  /** It has no bound. */
  readonly isWhole = true;
  /** It has no levels. */
  readonly levelSize = null;
  /** It has no levels. */
  readonly levelDone = 0;
  /** How many classes were run. */
  classes = 0;
  /** How many runs turned out to be of a class that was run before. */
  redundant = 0;
  /** How many faults a schedule may have. */
  readonly faults: number;
  readonly #things = new Things();
  /** The decisions of the next run, up to the one that is answered in another way than before. */
  #path: Node[] | null = [];
  /** The run under way, or the last one. */
  #run: DporStrategy | null = null;
  #isUnderWay = false;

  /** Makes a search over the schedules with at most so many faults. */
  constructor(faults: number = Infinity) {
    this.faults = faults;
  }

  /** Returns the next schedule; `null` if there is none left. */
  next(): Plan | null {
    const path = this.#path;
    // Each schedule is made of the one before, which must have ended.
    if (path === null || this.#isUnderWay) return null;
    this.#isUnderWay = true;
    return () => this.#run = new DporStrategy(path, this.#things, this.faults);
  }

  /** Takes note of what a schedule was. */
  ended(decisions: Decisions): void {
    const run = this.#run as DporStrategy;
    const path = this.#path as Node[];
    this.#isUnderWay = false;
    checkSame(path, run, decisions);
    run.over();
    if (run.isRedundant) this.redundant++;
    else this.classes++;
    const turns = run.log.turns.slice(0, Math.min(run.turnsUsed, run.log.turns.length));
    const leftOver = run.isRedundant ? [] : run.log.leftOver;
    const last = turns.at(-1);
    // Who ends a run keeps all others from going on.
    if (last !== undefined && leftOver.length > 0) last.footprint.all = true;
    for (const turn of turns) {
      const node = run.nodes[turn.decision];
      if (node?.kind === "turn") addAll(node.footprint, turn.footprint);
    }
    this.#wantRaces(run, turns, path.length - 1);
    if (last !== undefined) wantAll(run.nodes[last.decision], leftOver);
    this.#path = nextPath(run.nodes);
  }

  /** Wants the races of a run the other way round; those before the new part were looked at. */
  #wantRaces(run: DporStrategy, turns: readonly Turn[], changed: number): void {
    let begin = turns.findLastIndex(({ decision }) => decision >= 0 && decision <= changed);
    begin = Math.max(0, begin);
    const order = new HappensBefore(turns);
    for (let second = begin; second < turns.length; second++) {
      for (const race of order.racesOf(second)) {
        const node = run.nodes[(turns[race.first] as Turn).decision];
        if (node?.kind === "turn") want(node, race);
      }
    }
  }
}

/** Wants somebody to go instead of the first of a race, unless somebody who leads there does. */
function want(node: TurnNode, { initials }: Race): void {
  if (initials.some((owner) => node.wanted.has(owner) || node.sleepers.has(owner))) return;
  const possible = initials.filter((owner) => node.owners.includes(owner));
  // The last one is whose turn came second, if it can go at once.
  const picked = possible.at(-1);
  if (picked === undefined) node.owners.forEach((owner) => node.wanted.add(owner));
  else node.wanted.add(picked);
}

/** Wants those to go who could not, as the run was over. */
function wantAll(node: Node | undefined, owners: readonly string[]): void {
  if (node?.kind !== "turn") return;
  for (const owner of owners) {
    if (node.owners.includes(owner)) node.wanted.add(owner);
  }
}

/** The decisions of the next run: the last one that can be answered in another way is. */
function nextPath(nodes: Node[]): Node[] | null {
  for (let node = nodes.at(-1); node !== undefined; node = nodes.at(-1)) {
    if (node.kind === "value" ? nextValue(node) : nextTurn(node)) return nodes;
    nodes.pop();
  }
  return null;
}

function nextValue(node: ValueNode): boolean {
  return ++node.answer < node.answers;
}

function nextTurn(node: TurnNode): boolean {
  node.done.set(node.owners[node.answer] as string, node.footprint);
  node.footprint = nothingTouched();
  for (const [answer, owner] of node.owners.entries()) {
    if (!node.wanted.has(owner) || node.done.has(owner) || node.sleepers.has(owner)) continue;
    node.answer = answer;
    return true;
  }
  return false;
}

/** Makes sure that a run went the way that it was told. */
function checkSame(path: readonly Node[], run: DporStrategy, decisions: Decisions): void {
  for (const [i, { bound, label, answer }] of path.entries()) {
    if (decisions.bounds[i] === bound && decisions.labels[i] === label) continue;
    if (run.isRedundant && decisions.values[i] === answer) continue;
    throw new NondeterminismError(
      `decision ${i}`,
      `"${label}" with ${bound} answers`,
      i < decisions.bounds.length
        ? `"${decisions.labels[i]}" with ${decisions.bounds[i]}`
        : "not made",
    );
  }
}
