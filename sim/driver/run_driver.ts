/**
 * The driver of a simulation: begins runs, has their turns taken, and ends them.
 *
 * @module
 */

import { emptyContext } from "../../poller/mod.ts";
import { ambient } from "../globals/deno_ambient.ts";
import { drive, type DriveScope } from "./deno_drain.ts";
import { LineWatch } from "./deno_line_watch.ts";
import { arePatchesHeld, holdPatches } from "../globals/deno_patches.ts";
import { takeUncaught } from "./deno_uncaught.ts";
import type { DrivenParts } from "./driven_parts.ts";
import type { DrivenRun } from "./driven_run.ts";
import { describeLeaks } from "./inspect.ts";
import { MainFunction, mainFunction } from "./main_function.ts";
import { RunScope } from "./run_scope.ts";
import { Turns } from "./turns.ts";

/** Drives one simulation. */
export class RunDriver implements DrivenRun {
  /** The turns that were taken, and the one under way. */
  readonly turns: Turns;
  readonly #parts: DrivenParts;
  #running = false;
  /** What holds during the turns of a run that was begun, see {@linkcode RunDriver.begin}. */
  #driven: RunScope | null = null;

  /** Made by the simulation. */
  constructor(parts: DrivenParts) {
    this.#parts = parts;
    this.turns = new Turns(parts);
    const spun = () => {
      if (this.#running) this.turns.spun();
    };
    parts.time.onSpin = spun;
  }

  /** Whether somebody else takes the turns, see {@linkcode RunDriver.begin}. */
  get isDriven(): boolean {
    return this.turns.isDriven;
  }

  /** Runs until a main function has settled or, without one, until nothing can happen any more. */
  async run<T>(fn?: () => T | PromiseLike<T>): Promise<T> {
    this.checkIdle();
    this.#running = true;
    const main = fn === undefined ? null : this.#startMain(fn);
    const { turns } = this;
    turns.main = main;
    try {
      await this.#drive(() => turns.step(Infinity));
      if (turns.standStill !== null) {
        const hasSettled = () => main?.settled === true;
        const reason = await turns.standStill.explain(hasSettled, turns.waiting());
        this.#parts.failures.end(reason);
      }
    } finally {
      this.#running = false;
      turns.standStill = null;
      turns.main = null;
    }
    this.#judge();
    return main?.value as T;
  }

  /**
   * Takes turns that come by a time, as long as they are wanted.
   *
   * @returns Whether the turns ended because they were not wanted any more.
   */
  async take(until: number, wants: () => boolean): Promise<boolean> {
    this.checkIdle();
    this.#running = true;
    let isEnough = false;
    try {
      await this.#drive(() => {
        isEnough = !wants();
        return !isEnough && this.turns.step(until);
      });
    } finally {
      this.#running = false;
    }
    this.#parts.failures.throw();
    return isEnough;
  }

  /** Begins a run whose turns the caller takes. */
  begin(scenario: () => unknown): DrivenRun {
    this.checkIdle();
    this.#running = true;
    const main = new MainFunction(this);
    this.turns.isDriven = true;
    this.turns.main = main;
    this.#schedule(() => main.beginScenario(scenario));
    this.#driven = this.#scope();
    return this;
  }

  /** For a run that was begun: its globals hold from now on. */
  enter(): void {
    this.#driven?.enter();
  }

  /** For a run that was begun: its globals hold no more. */
  leave(): void {
    this.#driven?.leave();
  }

  /** For a run that was begun: the turn has not ended. */
  stuck(): void {
    this.turns.breakOff([]);
  }

  /** For a run that was begun: takes one turn. */
  step(): boolean {
    return this.turns.step(Infinity);
  }

  /** For a run that was begun: ends it with a failure unless it has failed already. */
  fail(error: unknown): void {
    this.#parts.failures.end(error);
  }

  /** Takes note of a promise that was rejected without a handler. */
  reject(reason: unknown): void {
    this.#parts.failures.fail("rejection", "Unhandled rejection", reason);
  }

  /** Takes note of an exception that no code caught. */
  threw(error: unknown): void {
    this.#parts.failures.fail("callback", "Uncaught exception", error);
  }

  /** For a run that was begun: ends it, and returns the outcome. */
  end(): unknown {
    this.#driven?.end();
    this.#driven = null;
    const main = this.turns.main as MainFunction;
    this.#running = false;
    this.turns.isDriven = false;
    this.turns.main = null;
    this.#parts.time.log?.over(main.settled);
    this.#judge();
    return main.outcome();
  }

  /** A run inside of one that somebody else drives: a part of that. */
  async runInside<T>(main?: () => T | PromiseLike<T>): Promise<T> {
    if (main !== undefined) return await main();
    await this.turns.idle();
    return undefined as T;
  }

  /** Told by a main function that it has failed. */
  mainFailed(main: MainFunction, error: unknown): void {
    // One that fails after its run has ended tells nobody any more.
    if (this.turns.main === main) this.#parts.failures.end(error);
  }

  /**
   * Makes sure that a run can begin.
   *
   * @throws {TypeError} If one is under way.
   */
  checkIdle(): void {
    if (this.#running) throw new TypeError("Cannot run a simulation: it is running");
    if (ambient !== null) throw new TypeError("Cannot run a simulation: it is inside another");
  }

  /** Drives the world with its globals, its ledger of errors and its eye on rejections in place. */
  async #drive(step: () => boolean): Promise<void> {
    const { options } = this.#parts;
    const release = options.fences === false ? null : holdPatches();
    const runScope = this.#scope();
    const { scope, giveBack } = takeUncaught(this, runScope);
    try {
      await this.#driveWatched(step, scope);
    } finally {
      giveBack();
      release?.();
      runScope.end();
    }
  }

  /** Drives the world; a turn that does not end is broken off and fails the run. */
  async #driveWatched(step: () => boolean, runScope: DriveScope): Promise<void> {
    const { options: { drain: mode, watchdog, stuckLine } } = this.#parts;
    const watch = stuckLine ? new LineWatch() : null;
    let isStuck = false;
    const scope: DriveScope = {
      enter: () => runScope.enter(),
      leave: () => runScope.leave(),
      stuck: () => isStuck = true,
    };
    try {
      await emptyContext(() => drive(() => !isStuck && step(), { mode, scope, watchdog }));
    } finally {
      const stack = await watch?.stop() ?? [];
      if (isStuck) this.turns.breakOff(stack);
    }
  }

  #scope(): RunScope {
    const { options, failures, pending } = this.#parts;
    const isFenced = options.fences !== false && arePatchesHeld();
    return new RunScope(failures, isFenced ? this.#parts.ambient : null, pending);
  }

  /** Has main begin in the first turn, in the context of the caller. */
  #startMain(fn: () => unknown): MainFunction {
    const { main, begin } = mainFunction(fn, this);
    this.#schedule(begin);
    return main;
  }

  /** Has a main function begin in a turn of its own. */
  #schedule(begin: () => void): void {
    const { time, scheduler, trace } = this.#parts;
    time.scheduleTurn(time.now, () => {
      scheduler.current = null;
      trace.record(time.now, time.cause, "", "main", "", "");
      begin();
    });
  }

  /** Has the oracles and the leak check look at the end of a run, and throws what it fails with. */
  #judge(): void {
    const { failures, options, oracles } = this.#parts;
    if (!failures.hasFailed) oracles?.end();
    if (!failures.hasFailed && options.leakCheck) {
      const found = this.#parts.leaks();
      if (found.length > 0) failures.fail("leak", describeLeaks(found));
    }
    failures.throw();
  }
}
