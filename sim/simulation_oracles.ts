/**
 * How a test says what has to be true of a run.
 *
 * @module
 */

import type { OracleOptions } from "./oracle_scope.ts";
import type { Condition, Oracles, Within } from "./oracles.ts";
import { SimulationGlobals } from "./globals/simulation_globals.ts";

/**
 * The part of every {@linkcode Simulation} that judges its runs.
 *
 * The strategy `dpor` takes an oracle to look at everything after each turn, and swaps nothing then, unless
 * it says what it looks at, see {@linkcode OracleOptions.of}.
 *
 * @example An invariant about two of three hosts: in whatever order the third goes, it sees the same
 * ```ts
 * import { explore, type Simulation } from "@twinloop/twinloop/sim";
 * import { PollIOLoop } from "@twinloop/twinloop/ioloop";
 * import { assertEquals } from "@std/assert";
 *
 * function program(sim: Simulation) {
 *   const [anna, bert, carl] = ["anna", "bert", "carl"].map((name) => sim.host(name));
 *   const accounts = { anna: 10, bert: 10 };
 *   const run = (loop: PollIOLoop, work: () => void) => {
 *     loop.addCallback(work);
 *     loop.addCallback(() => loop.stop());
 *     loop.start();
 *   };
 *   run(new PollIOLoop(anna!), () => void (accounts.anna -= 5));
 *   run(new PollIOLoop(bert!), () => void (accounts.bert -= 10));
 *   run(new PollIOLoop(carl!), () => {});
 *   sim.never("ruin", () => accounts.anna + accounts.bert < 0, { of: [anna!, bert!] });
 * }
 * const { classes } = await explore(program, { strategy: "dpor" });
 * assertEquals(classes, 2);
 * ```
 */
export abstract class SimulationOracles extends SimulationGlobals {
  /** What was added so far. */
  protected abstract readonly oracles: Oracles;

  /**
   * Adds an invariant: it is checked after every turn, and ends the run when it does not hold.
   *
   * @param id What it is called in reports.
   * @param holds Throws or returns false if the invariant does not hold.
   * @param options What it looks at.
   */
  always(id: string, holds: Condition, options: OracleOptions = {}): void {
    this.oracles.always(id, holds, options);
  }

  /**
   * Adds something that must not be: it is checked after every turn, and ends the run when it is.
   *
   * @param id What it is called in reports.
   * @param happens Returns true if it is.
   * @param options What it looks at.
   */
  never(id: string, happens: () => boolean, options: OracleOptions = {}): void {
    this.oracles.never(id, happens, options);
  }

  /**
   * Looks for something that need not happen in every run but has to in some, see
   * {@linkcode Sightings}. It does not fail the run.
   *
   * @param id What it is called in reports.
   * @param happens Returns true if it happens; not called again in this simulation then. What throws has not.
   * @param options What it looks at.
   */
  sometimes(id: string, happens: () => boolean, options: OracleOptions = {}): void {
    this.oracles.sometimes(id, happens, options);
  }

  /**
   * Adds something that has to happen at least once, after a turn from now on.
   *
   * @example A server is up within 5 s
   * ```ts
   * import { Simulation, SimulationError } from "@twinloop/twinloop/sim";
   * import { assertRejects } from "@std/assert";
   *
   * const sim = new Simulation();
   * let isUp = false;
   * sim.eventually("up", () => isUp, { within: 5 });
   * await assertRejects(
   *   () =>
   *     sim.run(async () => {
   *       await sim.sleep(6);
   *       isUp = true;
   *     }),
   *   SimulationError,
   *   "up did not happen within 5 s (time 5 s",
   * );
   * ```
   *
   * @param id What it is called in reports.
   * @param holds Returns true once it has happened; what throws has not.
   * @param options `within`: by when, in seconds from now; without it by the end of the run. A run that ends earlier
   * passes. `of`: what `holds` looks at.
   * @throws {RangeError} If `within` is `NaN`.
   */
  eventually(id: string, holds: () => boolean, options: Within = {}): void {
    this.oracles.eventually(id, holds, options);
  }

  /**
   * Adds: whenever `cause` begins to hold after a turn, `effect` holds then or after a later turn.
   *
   * @param id What it is called in reports.
   * @param cause Returns true while the cause holds; one that throws ends the run. While its effect is
   * awaited it is looked at only to see whether it goes on.
   * @param effect Returns true once the effect has happened; what throws has not.
   * @param options `within`: by when, in seconds from the cause; without it by the end of the run. `of`:
   * what `cause` and `effect` look at.
   */
  leadsTo(id: string, cause: () => boolean, effect: () => boolean, options: Within = {}): void {
    this.oracles.leadsTo(id, cause, effect, options);
  }

  /**
   * Adds: {@linkcode SimulationOracles.progress} is called at least every so many turns. A program that is busy
   * and gets nowhere fails then, long before it has taken too many turns.
   *
   * @param turns How many turns may pass without progress.
   */
  livelock(turns: number): void {
    this.oracles.livelock(turns);
  }

  /** Says that the program got somewhere, see {@linkcode SimulationOracles.livelock}. */
  progress(): void {
    this.oracles.progress();
  }

  /**
   * Adds: a host that can make a pass makes it before others have taken so many turns.
   *
   * @param turns How many turns a host may wait.
   */
  starvation(turns: number): void {
    this.oracles.starvation(turns);
  }
}
