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

import { Things } from "../footprint.ts";
import { advance, type Branch, wholeTree } from "./dpor_branch.ts";
import { noteRun } from "./dpor_races.ts";
import { type DealState, DporDeal } from "./dpor_deal.ts";
import { loadBranches, saveBranch, type SavedBranch } from "./dpor_state.ts";
import { DporStrategy, type Node } from "./dpor_strategy.ts";
import { NondeterminismError } from "./errors.ts";
import { SeededRandom } from "../seed.ts";
import type { Decisions } from "./recorder.ts";
import type { Plan } from "./runner.ts";
import { type Overlap, PrefixStrategy, type Search } from "./search.ts";
import { type Shard, WHOLE } from "./shard.ts";

/** All that a search knows between two schedules, as it is written to a checkpoint. */
interface DporState {
  readonly hasBegun: boolean;
  readonly classes: number;
  readonly redundant: number;
  /** What the numbers in footprints stand for. */
  readonly things: readonly string[];
  readonly shared: number;
  /** `null` once the tree is dealt out. */
  readonly deal: DealState | null;
  readonly branches: readonly SavedBranch[];
}

/** The run that is planned or under way. */
interface Current {
  readonly branch: Branch;
  /** Its decisions up to the first new one. */
  readonly path: readonly Node[];
  /** Whether another shard counts it. */
  readonly isOthers: boolean;
  run: DporStrategy | null;
  /** Its answers; `null` before its end. */
  values: readonly number[] | null;
}

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
  /** How many of the classes other shards may have run as well. */
  #shared = 0;
  /** How many faults a schedule may have. */
  readonly faults: number;
  /** Which part of the schedules it runs. */
  readonly shard: Shard;
  readonly #things = new Things();
  /** Deals the tree out; `null` if that is done. */
  #deal: DporDeal | null = null;
  /** The parts of the tree that are this shard's. */
  #branches: Branch[] = [];
  #hasBegun = false;
  #current: Current | null = null;

  /** Makes a search over the schedules, or a shard of them, with at most so many faults. */
  constructor(faults: number = Infinity, shard: Shard = WHOLE) {
    this.faults = faults;
    this.shard = shard;
    if (shard.count > 1) this.#deal = new DporDeal(shard);
    else this.#branches = [wholeTree()];
  }

  /** Which of the classes other shards may have run as well. */
  get overlap(): Overlap {
    return { runs: this.#shared, least: this.#shared };
  }

  /** Returns the next schedule; `null` if there is none left. */
  next(): Plan | null {
    // Each schedule is made of the one before, which must have ended.
    if (this.#current !== null) return null;
    const branch = this.#nextBranch();
    if (branch === null) return null;
    const { isOthers = false, seed = null } = this.#deal ?? {};
    const current: Current = { branch, path: branch.path, isOthers, run: null, values: null };
    this.#current = current;
    const plan = () => {
      // What was run before is run again after the search has gone on.
      if (current.values !== null) return new PrefixStrategy(current.values);
      const { path } = current;
      const random = seed === null ? null : new SeededRandom(seed);
      return current.run = new DporStrategy(path, this.#things, this.faults, random);
    };
    return isOthers ? Object.assign(plan, { isOthers }) : plan;
  }

  /** Takes note of what a schedule was. */
  ended(decisions: Decisions): void {
    const current = this.#current as Current;
    const run = current.run as DporStrategy;
    const { branch, path } = current;
    this.#current = null;
    current.values = decisions.values;
    checkSame(path, run, decisions);
    run.over();
    if (!current.isOthers) this.#count(run, branch);
    noteRun(run, path.length - 1);
    if (this.#deal === null) branch.path = run.nodes;
    else this.#deal.ended(branch, run.nodes);
  }

  /** Returns what {@linkcode DporSearch.load} needs; only between runs. */
  save(): unknown {
    const state: DporState = {
      hasBegun: this.#hasBegun,
      classes: this.classes,
      redundant: this.redundant,
      shared: this.#shared,
      things: this.#things.names,
      deal: this.#deal?.save() ?? null,
      branches: this.#branches.map(saveBranch),
    };
    return state;
  }

  /** Goes on where a search that was made in the same way was saved. */
  load(saved: unknown): void {
    const state = saved as DporState;
    this.#hasBegun = state.hasBegun;
    this.classes = state.classes;
    this.redundant = state.redundant;
    this.#shared = state.shared;
    for (const name of state.things) this.#things.numberOf(name);
    if (state.deal === null) this.#deal = null;
    else this.#deal?.load(state.deal);
    this.#branches = loadBranches(state.branches);
  }

  /** Moves to the next run, and returns its branch. */
  #nextBranch(): Branch | null {
    if (this.#deal !== null) {
      const top = this.#deal.next();
      if (top !== null) return top;
      this.#branches = this.#deal.hand();
      this.#deal = null;
      this.#hasBegun = true;
    }
    const [first] = this.#branches;
    if (this.#hasBegun || first === undefined) return this.#branches.find(advance) ?? null;
    this.#hasBegun = true;
    return first;
  }

  #count(run: DporStrategy, branch: Branch): void {
    if (run.isRedundant) {
      this.redundant++;
      return;
    }
    this.classes++;
    if (branch.isShared) this.#shared++;
  }
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
