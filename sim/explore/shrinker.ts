/**
 * The passes that make a failing run simpler.
 *
 * @module
 */

import type { Clock } from "../../poller/mod.ts";
import type { Strategy } from "../strategy.ts";
import { sliceOf } from "./causal_slice.ts";
import { type DetailedRun, repeat, runInDetail } from "./detail.ts";
import { LevelSearch } from "./level_search.ts";
import { Replay } from "./replay_strategy.ts";
import { roughnessOf, rounderThan } from "./round_times.ts";
import type { Plan, Runner } from "./runner.ts";
import { PrefixStrategy } from "./search.ts";
import { type Deviation, Tape } from "./tape.ts";
import { isScheduling, isSimplerRun } from "./tape_size.ts";

/** To how many places before and behind its own a deviation is moved. */
const MOVES_MAX = 3;

/** How a run is made simpler. */
export interface ShrinkerParts {
  /** Makes the runs. */
  readonly runner: Runner;
  /** The name of the scenario. */
  readonly name: string;
  /** How many runs may be made. */
  readonly maxRuns: number;
  /** For how many seconds. */
  readonly maxSeconds: number;
  /** What measures that. */
  readonly clock: Clock;
}

/** Makes a failing run simpler, so that it still fails in the same way. */
export class Shrinker {
  /** The simplest run that fails in the same way. */
  best: DetailedRun;
  /** How many runs were made. */
  runs = 0;
  /** Whether a run was not made because it would have been one too many. */
  isSpent = false;
  readonly #parts: ShrinkerParts;
  readonly #end: number;
  /** What was tried, and what was run, as text. */
  readonly #tried = new Set<string>();

  /** Begins with a run that failed. */
  constructor(run: DetailedRun, parts: ShrinkerParts) {
    this.best = run;
    this.#parts = parts;
    this.#end = parts.clock.now() + parts.maxSeconds;
  }

  /** Runs all passes; returns whether no schedule with fewer deviations fails in the same way. */
  async work(): Promise<boolean> {
    if (this.#deviations.length === 0) return true;
    if (await this.#keep([])) return true;
    await this.#slice();
    await this.#trim();
    for (let last: DetailedRun | null = null; last !== this.best && !this.isSpent;) {
      last = this.best;
      await this.#leaveOutKinds();
      await this.#leaveOut();
      await this.#simplifyEach();
    }
    return await this.#searchFewer();
  }

  get #deviations(): readonly Deviation[] {
    return this.best.tape.deviations;
  }

  /** Passes H, F and G. What is round first need not be lowered step by step. */
  async #simplifyEach(): Promise<void> {
    await this.#round();
    await this.#lower();
    await this.#move();
  }

  /** Passes A and B: leaves out what came after the failure, and what it cannot depend on. */
  async #slice(): Promise<void> {
    const { before, causal } = sliceOf(this.best);
    if (await this.#keepNamed(causal)) return;
    await this.#keepNamed(before);
  }

  /** Pass C: leaves out the longest end, then the longest beginning. */
  async #trim(): Promise<void> {
    for (const isEnd of [true, false]) {
      const drop = (count: number) => {
        const all = this.#deviations;
        if (count >= all.length) return Promise.resolve(false);
        return this.#keep(isEnd ? all.slice(0, -count) : all.slice(count));
      };
      let count = 1;
      while (await drop(count)) count *= 2;
      for (count >>= 1; count >= 1;) {
        if (!await drop(count)) count >>= 1;
      }
    }
  }

  /** Pass D: leaves out faults and draws of the test by kind and one by one, then what happens on a host. */
  async #leaveOutKinds(): Promise<void> {
    const labels = new Set(this.#deviations.map(({ label }) => label));
    const hosts = new Set(this.#deviations.map(({ host }) => host));
    for (const label of labels) await this.#drop((deviation) => deviation.label === label);
    for (const deviation of this.#deviations) {
      if (!isScheduling(deviation.label)) {
        await this.#drop(({ cause, label, nth }) => {
          return cause === deviation.cause && label === deviation.label && nth === deviation.nth;
        });
      }
    }
    for (const host of hosts) {
      if (host !== "") await this.#drop((deviation) => deviation.host === host);
    }
  }

  /** Pass E: leaves out by halves, then by ever smaller parts (ddmin, Zeller and Hildebrandt). */
  async #leaveOut(): Promise<void> {
    let parts = 2;
    for (;;) {
      const all = this.#deviations;
      if (all.length < 2) return;
      const size = Math.ceil(all.length / parts);
      let hasShrunk = false;
      for (let start = 0; start < all.length && !hasShrunk; start += size) {
        const rest = [...all.slice(0, start), ...all.slice(start + size)];
        hasShrunk = size === 1 ? await this.#keepNamed(rest) : await this.#keep(rest);
      }
      if (hasShrunk) parts = Math.max(2, parts - 1);
      else if (size === 1) return;
      else parts = Math.min(parts * 2, all.length);
    }
  }

  /** Pass F: lowers answers: to 1, to half, by one. */
  async #lower(): Promise<void> {
    for (let hasShrunk = true; hasShrunk;) {
      hasShrunk = false;
      for (const { index, value } of this.#deviations) {
        const times = this.best.times.get(index) ?? [];
        const isRougher = (lower: number) =>
          roughnessOf(times[lower] ?? 0) > roughnessOf(times[value] ?? 0);
        for (const lower of [1, value >> 1, value - 1]) {
          if (lower < 1 || lower >= value || hasShrunk || isRougher(lower)) continue;
          hasShrunk = await this.#change((values) => values[index] = lower);
        }
      }
    }
  }

  /** Pass G: moves deviations to decisions nearby, for fewer changes of hosts and fewer turns, or simply later. */
  async #move(): Promise<void> {
    for (let hasMoved = true; hasMoved;) {
      hasMoved = false;
      for (const { index, label, value } of this.#deviations) {
        for (const other of this.#placesNear(index, label, value)) {
          hasMoved ||= await this.#change((values) => {
            values[index] = 0;
            values[other] = value;
          });
        }
      }
    }
  }

  /** The decisions with a label next to one that could be answered in the same way. */
  #placesNear(index: number, label: string, value: number): number[] {
    const { labels, bounds, values } = this.best.decisions;
    const fits = (at: number) =>
      labels[at] === label && values[at] === 0 && value < (bounds[at] as number);
    const find = (step: number) => {
      const places: number[] = [];
      for (let at = index + step; at >= 0 && at < labels.length; at += step) {
        if (places.length === MOVES_MAX) break;
        if (fits(at)) places.push(at);
      }
      return places;
    };
    return [...find(1).reverse(), ...find(-1)];
  }

  /** Pass H: rounds times, to the least power of ten if that fails too. */
  async #round(): Promise<void> {
    for (const { index, value } of this.#deviations) {
      const times = this.best.times.get(index);
      if (times === undefined || this.best.decisions.values[index] !== value) continue;
      for (const rounder of rounderThan(times, value)) {
        if (await this.#change((values) => values[index] = rounder)) break;
      }
    }
  }

  /** Runs all schedules with fewer deviations, as far as the budget goes; returns whether it did. */
  async #searchFewer(): Promise<boolean> {
    const count = this.#deviations.length;
    if (count < 2) return true;
    const { runner, name } = this.#parts;
    const search = new LevelSearch("deviations", count - 1);
    for (;;) {
      const runs = await runner.batch(
        () => this.#spendOn(search),
        (decisions) => search.ended(decisions),
      );
      const found = runs.find(({ outcome }) => outcome === this.best.outcome);
      if (found !== undefined) {
        this.best = await repeat(runner, found, name);
        await this.#simplifyEach();
        return true;
      }
      if (runs.length === 0) return !this.isSpent;
    }
  }

  #spendOn(search: LevelSearch): Plan | null {
    const plan = search.next();
    return plan !== null && this.#spend() ? plan : null;
  }

  /** Takes one run from the budget; returns whether there was one left. */
  #spend(): boolean {
    const { maxRuns, maxSeconds, clock } = this.#parts;
    this.isSpent ||= this.runs >= maxRuns || (maxSeconds < Infinity && clock.now() >= this.#end);
    if (!this.isSpent) this.runs++;
    return !this.isSpent;
  }

  /** Tries the deviations that are not of a kind. */
  async #drop(isOfKind: (deviation: Deviation) => boolean): Promise<boolean> {
    return await this.#keepNamed(this.#deviations.filter((deviation) => !isOfKind(deviation)));
  }

  /** Tries some of the deviations, at their places and, where that does not fail, by their names. */
  async #keepNamed(rest: readonly Deviation[]): Promise<boolean> {
    if (rest.length === this.#deviations.length) return false;
    if (await this.#keep(rest)) return true;
    // What was left out may have shifted those that follow.
    if (rest.length === 0) return false;
    const { scenario, seed, length } = this.best.tape;
    const tape = new Tape({ scenario, seed, length, deviations: rest });
    const places = rest.map(({ index }) => index);
    const key = `${places.join()} by name of ${keyOf(this.best.decisions.values)}`;
    return await this.#try(key, new Replay(tape, "by-name"));
  }

  /** Tries some of the deviations, at their places. */
  async #keep(rest: readonly Deviation[]): Promise<boolean> {
    if (rest.length === this.#deviations.length) return false;
    const kept = new Set(rest.map(({ index }) => index));
    return await this.#change((values) => {
      for (const { index } of this.#deviations) if (!kept.has(index)) values[index] = 0;
    });
  }

  /** Tries the best run's answers with a change. */
  async #change(edit: (values: number[]) => void): Promise<boolean> {
    const values = this.best.decisions.values.slice();
    edit(values);
    const key = keyOf(values);
    return await this.#try(key, new PrefixStrategy(values));
  }

  /** Tries a strategy; returns whether it makes a simpler run that fails in the same way. */
  async #try(key: string, strategy: Strategy): Promise<boolean> {
    if (this.#tried.has(key) || !this.#spend()) return false;
    this.#tried.add(key);
    const { runner, name } = this.#parts;
    const run = await runInDetail(runner, strategy, name);
    this.#tried.add(keyOf(run.decisions.values));
    const isBetter = run.outcome === this.best.outcome && isSimplerRun(run, this.best);
    if (isBetter) this.best = run;
    return isBetter;
  }
}

/** The answers up to the last deviation, as text. */
function keyOf(values: readonly number[]): string {
  return values.slice(0, values.findLastIndex((value) => value !== 0) + 1).join();
}
