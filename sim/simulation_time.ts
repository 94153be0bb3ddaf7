/**
 * How a test lets the time of a simulation pass.
 *
 * @module
 */

import { captureStack } from "../poller/stack.ts";
import { Scheduler } from "./scheduler.ts";
import { SimulationOracles } from "./simulation_oracles.ts";
import type { SimulationOptions } from "./simulation_options.ts";
import { SimulationParts } from "./simulation_parts.ts";
import { addSecondsUp } from "./virtual_time.ts";

let parts: (sim: SimulationTime) => SimulationParts;

/** What a simulation is made of: not for the program in it. */
export function partsOf(sim: SimulationTime): SimulationParts {
  return parts(sim);
}

/** The part of every {@linkcode Simulation} that concerns its time and its turns. */
export abstract class SimulationTime extends SimulationOracles {
  readonly #parts: SimulationParts;

  static {
    parts = (sim) => sim.#parts;
  }

  /**
   * Made by {@linkcode Simulation}.
   *
   * @param options What the world is like.
   */
  constructor(options: SimulationOptions) {
    super();
    this.#parts = new SimulationParts(options);
  }

  /** The virtual time, in seconds. */
  get now(): number {
    return this.#parts.time.read();
  }

  /** How many turns were taken: passes of hosts, ends of sleeps, signals. */
  get turns(): number {
    return this.#parts.driver.turns.count;
  }

  /**
   * Lets a time pass and no more: everything that happens by then happens, each thing at its own
   * time, with promises settled in between. Loops and sleeps that were started before go on.
   *
   * @example Two sleeps in a row under one advance
   * ```ts
   * import { Simulation } from "@twinloop/twinloop/sim";
   * import { assertEquals } from "@std/assert";
   *
   * const sim = new Simulation();
   * const ends: number[] = [];
   * const sleepTwice = async () => {
   *   await sim.sleep(0.01);
   *   ends.push(sim.now);
   *   await sim.sleep(0.01);
   *   ends.push(sim.now);
   * };
   * sleepTwice();
   * await sim.advance(0.1);
   * assertEquals(ends, [0.01, 0.02]);
   * assertEquals(sim.now, 0.1);
   * ```
   *
   * @param seconds How long.
   * @returns A promise that resolves then; it rejects with what the run fails with.
   * @throws {RangeError} If `seconds` is negative or not finite.
   */
  async advance(seconds: number): Promise<void> {
    const end = this.#endOf(seconds);
    const { driver, time } = this.#parts;
    await driver.take(end, () => true);
    time.now = Math.max(time.now, end);
  }

  /**
   * Moves time at once, as if the machine had been suspended, and then runs what is due: everything
   * sees the time of the end.
   *
   * @param seconds How far.
   * @returns A promise that resolves when nothing more is due; it rejects with what the run fails with.
   * @throws {RangeError} If `seconds` is negative or not finite.
   */
  async jump(seconds: number): Promise<void> {
    const { driver, scheduler, time } = this.#parts;
    const end = this.#endOf(seconds);
    driver.checkIdle();
    time.now = end;
    scheduler.expireDue();
    await driver.take(time.now, () => true);
  }

  /**
   * Takes one turn, and moves time to it if nothing can be done now.
   *
   * @returns A promise of whether there was one; it rejects with what the run fails with.
   */
  async step(): Promise<boolean> {
    const { driver } = this.#parts;
    const { count } = driver.turns;
    await driver.take(Infinity, () => driver.turns.count === count);
    return driver.turns.count > count;
  }

  /**
   * Takes turns until something is true.
   *
   * @param holds Looked at before the first turn and after each.
   * @returns A promise of whether it became true; false means that nothing can happen any more. It rejects with what
   * the run fails with.
   */
  async runUntil(holds: () => boolean): Promise<boolean> {
    return await this.#parts.driver.take(Infinity, () => !holds());
  }

  /**
   * Waits for virtual time to pass.
   *
   * @param seconds How long; what is not positive means until the next turn.
   * @returns A promise that resolves then.
   * @throws {RangeError} If `seconds` is `NaN`.
   */
  sleep(seconds: number): Promise<void> {
    if (Number.isNaN(seconds)) throw new RangeError("Cannot sleep: seconds is NaN");
    const at = addSecondsUp(this.now, Math.max(0, seconds));
    const { options, scheduler, time, trace } = this.#parts;
    if (Scheduler.isNever(at)) this.#parts.endlessSleeps++;
    return new Promise((resolve) => {
      const host = scheduler.current?.name ?? "";
      const origin = options.leakCheck ? captureStack() : undefined;
      time.scheduleWake({ host, at, origin }, () => {
        scheduler.current = null;
        trace.record(time.read(), time.cause, "", "wake", "sleep", "");
        resolve();
      });
    });
  }

  #endOf(seconds: number): number {
    if (seconds >= 0 && seconds < Infinity) return addSecondsUp(this.now, seconds);
    throw new RangeError(`Cannot move time: step ${seconds} is negative or not finite`);
  }
}
