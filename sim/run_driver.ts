/**
 * The driver of a simulation: takes turn after turn until a run is over.
 *
 * @module
 */

import { captureContext, emptyContext } from "../poller/mod.ts";
import type { AmbientWorld } from "./ambient_world.ts";
import { ambient } from "./deno_ambient.ts";
import { drive, type DriveScope } from "./deno_drain.ts";
import { LineWatch } from "./deno_line_watch.ts";
import { WATCHDOG_SECONDS } from "./deno_watchdog.ts";
import { arePatchesHeld, holdPatches } from "./deno_patches.ts";
import { takeRejections } from "./deno_rejections.ts";
import type { DrivenRun } from "./driven_run.ts";
import { DeadlockError, SimulationError, type SimulationPlace } from "./errors.ts";
import type { Failures } from "./failures.ts";
import { describeLeaks, type Leak } from "./inspect.ts";
import type { Oracles } from "./oracles.ts";
import { StandStill } from "./outside.ts";
import type { PendingResults } from "./pending_results.ts";
import { RunScope } from "./run_scope.ts";
import type { Scheduler } from "./scheduler.ts";
import type { SimulationOptions } from "./simulation_options.ts";
import { formatEvent, type Trace } from "./trace.ts";
import { captureStack, programFrame } from "./stack.ts";
import { turnCostOf } from "./turn_cost.ts";
import { addSecondsUp, READS_MAX, type VirtualTime } from "./virtual_time.ts";

const TURNS_MAX = 10_000_000;

/** The main function of a run. */
interface Main {
  settled: boolean;
  /** Whether it only set the world up: then the run ends when nothing can happen any more. */
  isSetup: boolean;
  /** What it returned. */
  value: unknown;
  /** Where it was given. */
  readonly origin?: string;
}

/** What of the world is driven. */
export interface DrivenParts {
  readonly options: SimulationOptions;
  readonly seed: bigint;
  readonly time: VirtualTime;
  readonly trace: Trace;
  readonly scheduler: Scheduler;
  readonly failures: Failures;
  /** What judges the run; `null` if nothing does. */
  readonly oracles: () => Oracles | null;
  /** What answers for the globals; made when it is first asked for. */
  readonly ambient: () => AmbientWorld;
  /** Watches Deferreds; `null` if nobody wants to know. */
  readonly pending: PendingResults | null;
  /** What was left behind so far. */
  readonly leaks: () => Leak[];
  /** Who waits for what, a line each. */
  readonly waiting: () => string[];
}

/** Drives one simulation. */
export class RunDriver implements DrivenRun {
  /** How many turns were taken. */
  turn = 0;
  /** Whether somebody else takes the turns, see {@linkcode RunDriver.begin}. */
  isDriven = false;
  readonly #parts: DrivenParts;
  #running = false;
  /** What explains why nothing can happen any more though the main function waits. */
  #standStill: StandStill | null = null;
  /** Whether a turn is under way that {@linkcode RunDriver.turn} does not count yet. */
  #isInTurn = false;
  /** How long turns take; `null` if no time. */
  readonly #turnCost: (() => number) | null;
  /** The main function of the run under way; `null` if it has none. */
  #main: Main | null = null;
  /** What holds during the turns of a run that was begun, see {@linkcode RunDriver.begin}. */
  #driven: RunScope | null = null;
  /** Inner runs without a main function, see {@linkcode RunDriver.begin}. */
  readonly #idlers: (() => void)[] = [];

  /** Made by the simulation. */
  constructor(parts: DrivenParts) {
    this.#parts = parts;
    this.#turnCost = turnCostOf(parts.options, parts.seed);
    const spun = () => this.#spun();
    parts.time.onSpin = spun;
  }

  /** Runs until a main function has settled or, without one, until nothing can happen any more. */
  async run<T>(main?: () => T | PromiseLike<T>): Promise<T> {
    this.#checkIdle();
    this.#running = true;
    const started = main === undefined ? null : this.#startMain(main);
    this.#main = started;
    const { failures } = this.#parts;
    try {
      await this.#drive(() => this.#step(Infinity));
      if (this.#standStill !== null) {
        const hasSettled = () => started?.settled === true;
        failures.end(await this.#standStill.explain(hasSettled, this.#waiting()));
      }
    } finally {
      this.#running = false;
      this.#standStill = null;
      this.#main = null;
    }
    this.#judge();
    return started?.value as T;
  }

  /**
   * Takes turns that come by a time, as long as they are wanted.
   *
   * @returns Whether the turns ended because they were not wanted any more.
   */
  async take(until: number, wants: () => boolean): Promise<boolean> {
    this.#checkIdle();
    this.#running = true;
    let isEnough = false;
    try {
      await this.#drive(() => {
        isEnough = !wants();
        return !isEnough && this.#step(until);
      });
    } finally {
      this.#running = false;
    }
    this.#parts.failures.throw();
    return isEnough;
  }

  /** Begins a run whose turns the caller takes. */
  begin(scenario: () => unknown): DrivenRun {
    this.#checkIdle();
    this.#running = true;
    this.isDriven = true;
    const main: Main = { settled: false, isSetup: false, value: undefined };
    this.#main = main;
    this.#schedule(() => {
      try {
        this.#noteResult(main, scenario());
      } catch (error) {
        this.#parts.failures.end(error);
      }
    });
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
    this.#failStuck([]);
  }

  /** For a run that was begun: takes one turn. */
  step(): boolean {
    return this.#step(Infinity);
  }

  /** For a run that was begun: ends it with a failure unless it has failed already. */
  fail(error: unknown): void {
    this.#parts.failures.end(error);
  }

  /** For a run that was begun: takes note of a promise that was rejected without a handler. */
  reject(reason: unknown): void {
    this.#noteRejection(reason);
  }

  /** For a run that was begun: ends it, and returns the outcome. */
  end(): unknown {
    this.#driven?.end();
    this.#driven = null;
    return this.#end(this.#main as Main);
  }

  /** A run inside of one that somebody else drives: a part of that. */
  async runInside<T>(main?: () => T | PromiseLike<T>): Promise<T> {
    if (main !== undefined) return await main();
    await new Promise<void>((resolve) => this.#idlers.push(resolve));
    return undefined as T;
  }

  /** Where the run is. */
  place(): SimulationPlace {
    const { scheduler, time, trace } = this.#parts;
    const turn = this.turn + (this.#isInTurn ? 1 : 0);
    const { last } = trace;
    const event = last !== null && last.cause === time.cause ? formatEvent(last) : null;
    return { host: scheduler.current?.name ?? null, time: time.now, turn, event };
  }

  #checkIdle(): void {
    if (this.#running) throw new TypeError("Cannot run a simulation: it is running");
    if (ambient !== null) throw new TypeError("Cannot run a simulation: it is inside another");
  }

  /** Drives the world with its globals, its ledger of errors and its eye on rejections in place. */
  async #drive(step: () => boolean): Promise<void> {
    const { options } = this.#parts;
    const release = options.fences === false ? null : holdPatches();
    const giveBack = takeRejections((reason) => this.#noteRejection(reason));
    const scope = this.#scope();
    try {
      await this.#driveWatched(step, scope);
    } finally {
      giveBack();
      release?.();
      scope.end();
    }
  }

  /** Drives the world; a turn that does not end is broken off and fails the run. */
  async #driveWatched(step: () => boolean, runScope: RunScope): Promise<void> {
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
      if (isStuck) this.#failStuck(stack);
    }
  }

  #failStuck(stack: readonly string[]): void {
    const { watchdog = WATCHDOG_SECONDS, stuckLine } = this.#parts.options;
    const where = stack.length > 0
      ? `at ${stack[0]}`
      : stuckLine
      ? "in no code of the program"
      : "the option stuckLine tells the line";
    const what = `The turn has not ended after ${watchdog} s of real time, ${where}`;
    const error = new SimulationError("stuck", what, this.place());
    this.#isInTurn = false;
    if (stack.length > 0) {
      error.stack = [`${error}`, ...stack.map((line) => `    at ${line}`)].join("\n");
    }
    this.#parts.failures.end(error);
  }

  #scope(): RunScope {
    const { options, failures, ambient } = this.#parts;
    const isFenced = options.fences !== false && arePatchesHeld();
    return new RunScope(failures, isFenced ? ambient() : null, this.#parts.pending);
  }

  /** Has main begin in the first turn, in the context of the caller. */
  #startMain<T>(fn: () => T | PromiseLike<T>): Main {
    const context = captureContext();
    const origin = captureStack();
    const main: Main = { settled: false, isSetup: false, value: undefined, origin };
    this.#schedule(() => {
      context(() => settle(fn)).then((value) => {
        main.settled = true;
        main.value = value;
      }, (error) => {
        // One that settles after its run has failed tells nobody any more.
        if (this.#main === main) this.#parts.failures.end(error);
      });
    });
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

  #noteResult(main: Main, result: unknown): void {
    if (!isThenable(result)) {
      main.isSetup = true;
      main.value = result;
      return;
    }
    Promise.resolve(result).then((value) => {
      main.settled = true;
      main.value = value;
    }, (error) => {
      if (this.#main === main) this.#parts.failures.end(error);
    });
  }

  #end(main: Main): unknown {
    this.#running = false;
    this.isDriven = false;
    this.#main = null;
    this.#parts.time.log?.over();
    this.#judge();
    return main.isSetup && typeof main.value === "function" ? main.value() : main.value;
  }

  /** Who waits for what, a line each. */
  #waiting(): string[] {
    const origin = programFrame(this.#main?.origin);
    const where = origin === null ? "" : `, begun at ${origin}`;
    return [`main has not settled${where}`, ...this.#parts.waiting()];
  }

  /** Has the oracles and the leak check look at the end of a run, and throws what it fails with. */
  #judge(): void {
    const { failures, options, oracles, leaks } = this.#parts;
    if (!failures.hasFailed) oracles()?.end();
    if (!failures.hasFailed && options.leakCheck) {
      const found = leaks();
      if (found.length > 0) failures.fail("leak", describeLeaks(found));
    }
    failures.throw();
  }

  /** Nothing can happen any more: returns whether somebody waited for just that. */
  #tellIdlers(): boolean {
    const idlers = this.#idlers.splice(0);
    for (const resolve of idlers) resolve();
    return idlers.length > 0;
  }

  /** Takes one turn, if there is one by a time; returns whether there may be one more. */
  #step(until: number): boolean {
    const { failures, scheduler, oracles, options, time } = this.#parts;
    if (this.turn > 0) oracles()?.check();
    if (failures.hasFailed || this.#main?.settled) return false;
    if (this.#turnCost !== null && this.turn > 0) this.#pay(this.#turnCost());
    if (time.now > until) return false;
    while (!this.#runOne()) {
      if (scheduler.moveOn(until)) continue;
      if (this.#tellIdlers()) return true;
      if (this.#main === null || this.#main.isSetup) return false;
      if (this.isDriven) failures.end(new DeadlockError(time.now, this.#waiting()));
      else this.#standStill = new StandStill(time, this.place());
      return false;
    }
    const max = options.turnsMax ?? TURNS_MAX;
    if (++this.turn > max) {
      failures.fail("turns", `Cannot go on after ${max} turns: the run has not ended`);
    }
    return true;
  }

  /** Has time pass for the turn that was taken; what is due meanwhile is late. */
  #pay(seconds: number): void {
    const { time, scheduler } = this.#parts;
    // What comes later sees the time that it took.
    time.log?.touchAll();
    time.now = addSecondsUp(time.now, seconds);
    scheduler.expireDue();
  }

  /** The program waits for the clock in a turn, during which it stands still. */
  #spun(): void {
    if (!this.#running) return;
    const what = `Cannot wait in a turn: the clock was read ${READS_MAX} times and stands still`;
    const error = new SimulationError("stuck", what, this.place());
    this.#parts.failures.end(error);
    throw error;
  }

  #runOne(): boolean {
    this.#isInTurn = true;
    try {
      return this.#parts.scheduler.runOne();
    } catch (error) {
      const what = "Cannot go on: a callback threw through the poller";
      this.#parts.failures.fail("handler", what, error);
      return true;
    } finally {
      this.#isInTurn = false;
    }
  }

  #noteRejection(reason: unknown): void {
    this.#parts.failures.fail("rejection", "Unhandled rejection", reason);
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === "function";
}

/** Calls a function and returns a promise of its result, also if it throws. */
async function settle<T>(main: () => T | PromiseLike<T>): Promise<T> {
  return await main();
}
