/**
 * Exhaustive search, level by level.
 *
 * Level 0 is the one schedule in which nothing surprising happens. A schedule of level n + 1 is one
 * of level n up to its last deviation, as usual for a while, and then one more deviation; it is
 * made from that one schedule only, so that none is run twice. What a level made is kept, so that
 * the next can be made of it, until that is too much: from there on the search goes depth-first,
 * which needs no memory, and the levels beyond are finished together.
 *
 * @module
 */

import { NondeterminismError } from "./errors.ts";
import { type CursorState, LevelCursor, type Parent } from "./level_cursor.ts";
import type { Decisions } from "./recorder.ts";
import type { Plan } from "./runner.ts";
import { PrefixStrategy, type Search } from "./search.ts";
import { type Shard, WHOLE } from "./shard.ts";

/** How many decisions the schedules that are kept have together, at most. */
const KEPT_MAX = 4_000_000;
/** A level is dealt out to shards once it has so many schedules for each. */
const DEALT_MIN = 4;

/** A schedule that was planned. */
interface Pending {
  readonly values: readonly number[];
  readonly cost: number;
  readonly isShared: boolean;
  /** Before this decision, nothing may change. */
  readonly base: number;
}

/** The depth-first part of a search. */
interface Deep {
  readonly parents: readonly Parent[];
  /** The parent whose schedules are run. */
  at: number;
  next: number[] | null;
}

/** All that a search knows between two schedules, as it is written to a checkpoint. */
interface LevelState {
  /** `null` stands for no bound, which JSON has no number for. */
  readonly level: number | null;
  readonly levelDone: number;
  readonly levelSize: number | null;
  readonly isCut: boolean;
  readonly isOver: boolean;
  readonly isDealt: boolean;
  readonly dealt: number;
  readonly kept: number;
  readonly parents: Parent[];
  /** `null` before the first schedule. */
  readonly cursor: CursorState | null;
  readonly deep: Deep | null;
}

/** Runs all schedules, those with the fewest deviations, or the shortest delays, first. */
export class LevelSearch implements Search {
  /** What it is called in reports. */
  readonly name: string;
  /** It runs every schedule. */
  readonly isExhaustive = true;
  /** What the bound counts. */
  readonly unit: "deviations" | "delays";
  /** The bound up to which every schedule has been run. */
  level = -1;
  /** How many schedules of the level under way have been run. */
  levelDone = 0;
  /** How many schedules the level under way has. */
  levelSize: number | null = 1;
  /** The bound; `Infinity` for none. */
  readonly bound: number;
  /** How many faults a schedule may have. */
  readonly faults: number;
  /** Which part of the schedules it runs. */
  readonly shard: Shard;
  /** Whether some schedule lies beyond the bound. */
  #isCut = false;
  readonly #keptMax: number;
  #isOver = false;
  /** Whether the schedules are dealt out to the shards: before, every shard runs all of them. */
  #isDealt: boolean;
  /** How many schedules were dealt, to this shard or another. */
  #dealt = 0;
  #kept = 0;
  #parents: Parent[] = [];
  /** The plans made and not ended, oldest first. */
  readonly #pending: Pending[] = [];
  /** Where the level under way has come to; `null` before the first schedule. */
  #cursor: LevelCursor | null = null;
  /** The depth-first part: the schedule under way, and where it may change. */
  #deep: Deep | null = null;

  /**
   * Makes a search.
   *
   * @param unit What the bound counts: deviations, or delays, an answer of n being n delays.
   * @param bound The bound; `Infinity` for none.
   * @param keptMax How many decisions may be kept.
   * @param shard Which part of the schedules to run.
   * @param faults How many faults a schedule may have; each is a deviation as well.
   */
  constructor(
    unit: "deviations" | "delays",
    bound: number,
    keptMax: number = KEPT_MAX,
    shard: Shard = WHOLE,
    faults: number = Infinity,
  ) {
    this.unit = unit;
    this.bound = bound;
    this.shard = shard;
    this.faults = faults;
    this.#keptMax = keptMax;
    this.#isDealt = shard.count === 1;
    this.name = unit === "delays" ? "delayBounded" : "exhaustive";
  }

  /** Whether no schedule lies beyond the bound. */
  get isWhole(): boolean {
    return !this.#isCut;
  }

  /** Returns the next schedule; `null` if there is none left. */
  next(): Plan | null {
    if (this.#isOver) return null;
    if (this.#deep !== null) return this.#nextDeep();
    for (;;) {
      const child = this.#nextChild();
      if (child !== null) return child;
      // The next level is made of this one: all of it must have ended.
      if (this.#pending.length > 0) return null;
      this.#isOver = !this.#raise();
      if (this.#isOver) return null;
      if (this.#deep !== null) return this.#nextDeep();
    }
  }

  /** Takes note of what a schedule was. */
  ended(decisions: Decisions): void {
    const { values, cost, isShared, base } = this.#pending.shift() as Pending;
    const last = values.length - 1;
    if (last >= 0 && decisions.values[last] !== values[last]) {
      const found = decisions.bounds[last];
      throw new NondeterminismError(
        `decision ${last}`,
        `one with at least ${(values[last] as number) + 1} answers`,
        found === undefined ? "not made" : `"${decisions.labels[last]}" with ${found}`,
      );
    }
    this.levelDone++;
    if (this.#deep !== null) {
      this.#deep.next = this.#after(decisions, base);
      return;
    }
    const bounds = this.#boundsAfter(decisions, values.length);
    if (bounds.length === 0) return;
    if (cost >= this.bound) {
      this.#isCut = true;
      return;
    }
    this.#parents.push({ values, bounds, cost, isShared });
    this.#kept += decisions.bounds.length;
  }

  /** How many answers each decision from one on may have, within the bound of faults. */
  #boundsAfter(decisions: Decisions, begin: number): number[] {
    const bounds = decisions.bounds.slice(begin);
    if (countFaults(decisions, begin) < this.faults) return bounds;
    for (const fault of decisions.faults) {
      if (fault < begin) continue;
      bounds[fault - begin] = 1;
      this.#isCut = true;
    }
    return bounds;
  }

  /** Returns what {@linkcode LevelSearch.load} needs; only between runs. */
  save(): unknown {
    const state: LevelState = {
      level: this.level === Infinity ? null : this.level,
      levelDone: this.levelDone,
      levelSize: this.levelSize,
      isCut: this.#isCut,
      isOver: this.#isOver,
      isDealt: this.#isDealt,
      dealt: this.#dealt,
      kept: this.#kept,
      parents: this.#parents,
      cursor: this.#cursor?.state ?? null,
      deep: this.#deep,
    };
    return state;
  }

  /** Goes on where a search that was made in the same way was saved. */
  load(saved: unknown): void {
    const state = saved as LevelState;
    this.level = state.level ?? Infinity;
    this.levelDone = state.levelDone;
    this.levelSize = state.levelSize;
    this.#isCut = state.isCut;
    this.#isOver = state.isOver;
    this.#isDealt = state.isDealt;
    this.#dealt = state.dealt;
    this.#kept = state.kept;
    this.#parents = state.parents;
    this.#cursor = state.cursor === null ? null : new LevelCursor(state.cursor);
    this.#deep = state.deep;
  }

  #plan(values: readonly number[], base: number, isShared: boolean): Plan {
    this.#pending.push({ values, cost: this.#costOf(values), isShared, base });
    return isShared && this.shard.index > 0
      ? Object.assign(() => new PrefixStrategy(values), { isOthers: true })
      : () => new PrefixStrategy(values);
  }

  #costOf(values: readonly number[]): number {
    let cost = 0;
    for (const value of values) cost += this.#price(value);
    return cost;
  }

  #price(value: number): number {
    return this.unit === "delays" ? value : Math.min(value, 1);
  }

  /** Begins the next level; returns whether there is one. */
  #raise(): boolean {
    this.level++;
    this.levelDone = 0;
    const parents = this.#parents;
    const level = this.level + 1;
    if (level > this.bound) {
      this.#isCut ||= parents.some(({ bounds, cost }) => hasDelay(bounds, level - cost));
      return false;
    }
    if (this.unit === "deviations") {
      this.#parents = [];
      this.levelSize = countChildren(parents);
    } else {
      this.#parents = parents.filter(({ bounds, cost }) => hasDelay(bounds, level - cost));
      this.levelSize = this.#parents.length === 0 ? 0 : null;
    }
    if (this.levelSize === 0) return this.#finishWhole();
    this.#deal(parents, level);
    const average = this.#kept / Math.max(1, parents.length);
    if (this.unit === "deviations") {
      if ((this.levelSize as number) * average > this.#keptMax) return this.#goDeep(parents);
      this.#kept = 0;
    }
    this.#begin(parents.slice());
    return true;
  }

  #begin(parents: readonly Parent[]): void {
    const delays = this.unit === "delays" ? this.level + 1 : 0;
    this.#cursor = new LevelCursor({ parents, delays, at: 0, gap: 0, value: 0 });
  }

  /** Deals the schedules out to the shards from this level on, if there are enough. */
  #deal(parents: readonly Parent[], level: number): void {
    if (this.#isDealt) return;
    const { count } = this.shard;
    const size = this.levelSize ?? countDelayed(parents, level);
    if (size < DEALT_MIN * count) return;
    this.#isDealt = true;
    if (this.levelSize !== null) this.levelSize = Math.ceil(size / count);
  }

  #finishWhole(): boolean {
    this.level = this.bound;
    return false;
  }

  /** The next schedule of the level under way; `null` at its end. */
  #nextChild(): Plan | null {
    const { index, count } = this.shard;
    if (this.#cursor === null) {
      this.#begin([]);
      return this.#plan([], 0, count > 1);
    }
    for (;;) {
      const parent = this.#cursor.advance();
      if (parent === null) return null;
      const isDealt = parent.isShared && this.#isDealt;
      if (isDealt && this.#dealt++ % count !== index) continue;
      const values = this.#cursor.values();
      return this.#plan(values, values.length, parent.isShared && !isDealt);
    }
  }

  #goDeep(parents: Parent[]): boolean {
    const { count, index } = this.shard;
    const isOwn = ({ isShared }: Parent, number: number) => !isShared || number % count === index;
    this.levelSize = null;
    this.#deep = { parents: parents.filter(isOwn), at: -1, next: null };
    return true;
  }

  #nextDeep(): Plan | null {
    const deep = this.#deep as Deep;
    // Each schedule is made of the one before, which must have ended.
    if (this.#pending.length > 0) return null;
    while (deep.next === null) {
      const parent = deep.parents[++deep.at];
      if (parent === undefined) {
        this.level = this.bound;
        return null;
      }
      const { values, bounds } = parent;
      const all = [...values, ...bounds.map(() => 0)];
      const allBounds = [...values.map(() => 1), ...bounds];
      deep.next = this.#after({ values: all, bounds: allBounds, faults: [] }, values.length);
    }
    const parent = deep.parents[deep.at] as Parent;
    return this.#plan(deep.next, parent.values.length, false);
  }

  /** The schedule after one in depth-first order that changes nothing before `base`. */
  #after(
    decisions: Pick<Decisions, "values" | "bounds" | "faults">,
    base: number,
  ): number[] | null {
    const { values, bounds, faults } = decisions;
    let cost = this.#costOf(values as number[]);
    for (let i = values.length - 1; i >= base; i--) {
      const value = values[i] as number;
      cost -= this.#price(value);
      if (value + 1 >= (bounds[i] as number)) continue;
      if (value === 0 && faults.includes(i) && countFaults(decisions, i) >= this.faults) {
        this.#isCut = true;
        continue;
      }
      if (cost + this.#price(value + 1) <= this.bound) return [...values.slice(0, i), value + 1];
      this.#isCut = true;
    }
    return null;
  }
}

/** How many faults happened before a decision. */
function countFaults(
  { values, faults }: Pick<Decisions, "values" | "faults">,
  end: number,
): number {
  let count = 0;
  for (const fault of faults) if (fault < end && values[fault] !== 0) count++;
  return count;
}

function countChildren(parents: readonly Parent[]): number {
  let count = 0;
  for (const { bounds } of parents) {
    for (const bound of bounds) count += bound - 1;
  }
  return count;
}

/** How many schedules a level by delays has. */
function countDelayed(parents: readonly Parent[], level: number): number {
  let count = 0;
  for (const { bounds, cost } of parents) {
    for (const bound of bounds) if (bound > level - cost) count++;
  }
  return count;
}

/** Whether some decision has an answer of at least so many delays. */
function hasDelay(bounds: readonly number[], delays: number): boolean {
  return bounds.some((bound) => bound > delays);
}
