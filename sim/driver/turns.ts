/**
 * The turns of a simulation, one after another.
 *
 * @module
 */

import { WATCHDOG_SECONDS } from "./deno_watchdog.ts";
import type { DrivenParts } from "./driven_parts.ts";
import { DeadlockError, SimulationError, type SimulationPlace } from "../errors.ts";
import type { MainFunction } from "./main_function.ts";
import { StandStill } from "./outside.ts";
import { programFrame } from "../stack.ts";
import { formatEvent } from "../trace.ts";
import { turnCostOf } from "./turn_cost.ts";
import { addSecondsUp, READS_MAX } from "../virtual_time.ts";

const TURNS_MAX = 10_000_000;

/** A program that takes so many turns at one time asks again and again for what only time brings. */
const INSTANT_TURNS_MAX = 1_000_000;

/** Takes turns, and finds out when there are no more. */
export class Turns {
  /** How many were taken. */
  count = 0;
  /** The main function of the run under way; `null` if it has none. */
  main: MainFunction | null = null;
  /** Whether somebody else than the driver takes the turns: then nobody waits for the real world. */
  isDriven = false;
  /** What explains why nothing can happen any more though the main function waits. */
  standStill: StandStill | null = null;
  readonly #parts: DrivenParts;
  /** Whether a turn is under way that {@linkcode Turns.count} does not count yet. */
  #isInTurn = false;
  /** How long turns take; `null` if no time. */
  readonly #turnCost: (() => number) | null;
  /** When the last turn was, and how many had been taken when that time came. */
  #instant = 0;
  #turnsBefore = 0;
  /** Told when nothing can happen any more, see {@linkcode Turns.idle}. */
  #idlers: (() => void)[] | null = null;

  /** Made by the driver. */
  constructor(parts: DrivenParts) {
    this.#parts = parts;
    this.#turnCost = turnCostOf(parts.options, parts.seed);
  }

  /** Where the run is. */
  place(): SimulationPlace {
    const { scheduler, time, trace } = this.#parts;
    const turn = this.count + (this.#isInTurn ? 1 : 0);
    const { last } = trace;
    const event = last !== null && last.cause === time.cause ? formatEvent(last) : null;
    return { host: scheduler.current?.name ?? null, time: time.now, turn, event };
  }

  /** Takes one turn, if there is one by a time; returns whether there may be one more. */
  step(until: number): boolean {
    const { failures, scheduler, oracles, time } = this.#parts;
    if (this.count > 0) oracles?.check();
    if (failures.hasFailed || this.main?.settled) return false;
    if (this.#turnCost !== null && this.count > 0) this.#pay(this.#turnCost());
    if (time.now > until) return false;
    while (!this.#runOne()) {
      if (scheduler.moveOn(until)) continue;
      if (this.#tellIdlers()) return true;
      if (this.main === null || this.main.isSetup) return false;
      if (this.isDriven) failures.end(new DeadlockError(time.now, this.waiting()));
      else this.standStill = new StandStill(time, this.place());
      return false;
    }
    this.#limit(++this.count);
    return true;
  }

  /** A promise that nothing can happen any more. */
  idle(): Promise<void> {
    return new Promise((resolve) => (this.#idlers ??= []).push(resolve));
  }

  /** Who waits for what, a line each. */
  waiting(): string[] {
    const origin = programFrame(this.main?.origin);
    const where = origin === null ? "" : `, begun at ${origin}`;
    return [`main has not settled${where}`, ...this.#parts.waiting()];
  }

  /** The turn was broken off, as it did not end; it was at a stack, if lines are watched. */
  breakOff(stack: readonly string[]): void {
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

  /** The program waits for the clock in a turn, during which it stands still. */
  spun(): never {
    const what = `Cannot wait in a turn: the clock was read ${READS_MAX} times and stands still`;
    const error = new SimulationError("stuck", what, this.place());
    this.#parts.failures.end(error);
    throw error;
  }

  /** Fails the run if it does not come to its end, or if its time does not move. */
  #limit(count: number): void {
    const { failures, options, time } = this.#parts;
    const { turnsMax = TURNS_MAX, instantTurnsMax = INSTANT_TURNS_MAX } = options;
    if (time.now !== this.#instant) {
      this.#instant = time.now;
      this.#turnsBefore = count - 1;
    }
    if (count > turnsMax) {
      failures.fail("turns", `Cannot go on after ${turnsMax} turns: the run has not ended`);
    } else if (count - this.#turnsBefore > instantTurnsMax) {
      const why = "time stands still as long as somebody can go on; with turnCost, turns take time";
      failures.fail("turns", `Cannot go on after ${instantTurnsMax} turns at one time: ${why}`);
    }
  }

  /** Has time pass for the turn that was taken; what is due meanwhile is late. */
  #pay(seconds: number): void {
    const { time, scheduler } = this.#parts;
    // What comes later sees the time that it took.
    time.log?.touchAll();
    time.now = addSecondsUp(time.now, seconds);
    scheduler.expireDue();
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

  /** Nothing can happen any more: returns whether somebody waited for just that. */
  #tellIdlers(): boolean {
    const idlers = this.#idlers ?? [];
    this.#idlers = null;
    for (const resolve of idlers) resolve();
    return idlers.length > 0;
  }
}
