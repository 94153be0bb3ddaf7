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
import type { Decisions } from "./recorder.ts";
import type { Plan } from "./runner.ts";
import { PrefixStrategy, type Search } from "./search.ts";

/** How many decisions the schedules that are kept have together, at most. */
const KEPT_MAX = 4_000_000;

/** A schedule from which others are made. */
interface Parent {
  /** Its answers up to its last deviation. */
  readonly values: readonly number[];
  /** How many answers each decision after that had. */
  readonly bounds: readonly number[];
  readonly cost: number;
}

/** A schedule that was planned. */
interface Pending {
  readonly values: readonly number[];
  readonly cost: number;
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
  /** Whether some schedule lies beyond the bound. */
  #isCut = false;
  readonly #max: number;
  readonly #keptMax: number;
  #isOver = false;
  #kept = 0;
  #parents: Parent[] = [];
  /** The plans made and not ended, oldest first. */
  readonly #pending: Pending[] = [];
  #plans: Iterator<number[]> = [[]][Symbol.iterator]();
  /** The depth-first part: the schedule under way, and where it may change. */
  #deep: Deep | null = null;

  /**
   * Makes a search.
   *
   * @param unit What the bound counts: deviations, or delays, an answer of n being n delays.
   * @param max The bound; `Infinity` for none.
   * @param keptMax How many decisions may be kept.
   */
  constructor(unit: "deviations" | "delays", max: number, keptMax: number = KEPT_MAX) {
    this.unit = unit;
    this.#max = max;
    this.#keptMax = keptMax;
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
      const { value, done } = this.#plans.next();
      if (!done) return this.#plan(value, value.length);
      // The next level is made of this one: all of it must have ended.
      if (this.#pending.length > 0) return null;
      this.#isOver = !this.#raise();
      if (this.#isOver) return null;
      if (this.#deep !== null) return this.#nextDeep();
    }
  }

  /** Takes note of what a schedule was. */
  ended(decisions: Decisions): void {
    const { values, cost, base } = this.#pending.shift() as Pending;
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
    const bounds = decisions.bounds.slice(values.length);
    if (bounds.length === 0) return;
    if (cost >= this.#max) {
      this.#isCut = true;
      return;
    }
    this.#parents.push({ values, bounds, cost });
    this.#kept += decisions.bounds.length;
  }

  #plan(values: readonly number[], base: number): Plan {
    this.#pending.push({ values, cost: this.#costOf(values), base });
    return () => new PrefixStrategy(values);
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
    if (level > this.#max) {
      this.#isCut ||= parents.some(({ bounds, cost }) => hasDelay(bounds, level - cost));
      return false;
    }
    if (this.unit === "deviations") {
      this.#parents = [];
      this.levelSize = countChildren(parents);
      if (this.levelSize === 0) return this.#finishWhole();
      const average = this.#kept / Math.max(1, parents.length);
      if (this.levelSize * average > this.#keptMax) return this.#goDeep(parents);
      this.#kept = 0;
    } else {
      this.#parents = parents.filter(({ bounds, cost }) => hasDelay(bounds, level - cost));
      if (this.#parents.length === 0) return this.#finishWhole();
      this.levelSize = null;
    }
    this.#plans = this.#children(parents.slice(), level);
    return true;
  }

  #finishWhole(): boolean {
    this.level = this.#max;
    return false;
  }

  *#children(parents: readonly Parent[], level: number): Iterator<number[]> {
    for (const { values, bounds, cost } of parents) {
      const isDelay = this.unit === "delays";
      for (let gap = 0; gap < bounds.length; gap++) {
        const bound = bounds[gap] as number;
        const first = isDelay ? level - cost : 1;
        const end = isDelay ? Math.min(bound, first + 1) : bound;
        for (let value = first; value < end; value++) yield append(values, gap, value);
      }
    }
  }

  #goDeep(parents: Parent[]): boolean {
    this.levelSize = null;
    this.#deep = { parents, at: -1, next: null };
    return true;
  }

  #nextDeep(): Plan | null {
    const deep = this.#deep as Deep;
    // Each schedule is made of the one before, which must have ended.
    if (this.#pending.length > 0) return null;
    while (deep.next === null) {
      const parent = deep.parents[++deep.at];
      if (parent === undefined) {
        this.level = this.#max;
        return null;
      }
      const { values, bounds } = parent;
      const all = [...values, ...bounds.map(() => 0)];
      const allBounds = [...values.map(() => 1), ...bounds];
      deep.next = this.#after({ values: all, bounds: allBounds }, values.length);
    }
    const parent = deep.parents[deep.at] as Parent;
    return this.#plan(deep.next, parent.values.length);
  }

  /** The schedule after one in depth-first order that changes nothing before `base`. */
  #after(
    { values, bounds }: Pick<Decisions, "values" | "bounds">,
    base: number,
  ): number[] | null {
    let cost = this.#costOf(values as number[]);
    for (let i = values.length - 1; i >= base; i--) {
      const value = values[i] as number;
      cost -= this.#price(value);
      if (value + 1 >= (bounds[i] as number)) continue;
      if (cost + this.#price(value + 1) <= this.#max) return [...values.slice(0, i), value + 1];
      this.#isCut = true;
    }
    return null;
  }
}

function append(values: readonly number[], gap: number, value: number): number[] {
  const child = values.slice();
  for (let i = 0; i < gap; i++) child.push(0);
  child.push(value);
  return child;
}

function countChildren(parents: readonly Parent[]): number {
  let count = 0;
  for (const { bounds } of parents) {
    for (const bound of bounds) count += bound - 1;
  }
  return count;
}

/** Whether some decision has an answer of at least so many delays. */
function hasDelay(bounds: readonly number[], delays: number): boolean {
  return bounds.some((bound) => bound > delays);
}
