/**
 * A simulated world.
 *
 * @module
 */

import type { SignalName } from "../poller/mod.ts";
import { SimCell } from "./cell.ts";
import type { ChosenTimes } from "./chosen_times.ts";
import type { DrivenRun, SimScenario } from "./driver/driven_run.ts";
import type { TakenReport } from "./driver/failures.ts";
import { HostControl } from "./host/host_control.ts";
import type { Leak } from "./driver/inspect.ts";
import { NetworkControl } from "./network/network_control.ts";
import type { Oracles } from "./oracles.ts";
import { formatSeed } from "./seed.ts";
import type { SimulatedHost, SimulationOptions } from "./simulation_options.ts";
import type { SimulationParts } from "./simulation_parts.ts";
import { partsOf, SimulationTime } from "./simulation_time.ts";
import type { Strategy } from "./strategy.ts";
import { Swarm, type SwarmOptions } from "./swarm.ts";
import type { Trace } from "./trace.ts";

export type { DrivenRun, SimScenario };

let begin: (sim: Simulation, scenario: SimScenario) => DrivenRun;

/**
 * Begins a run whose turns the caller takes. Inside of the scenario, `sim.run(main)` calls `main`
 * and is a part of this run. A scenario that returns no promise has the run end when nothing can
 * happen any more; if it returns a function, that is called then and returns the outcome. From here to its end the
 * run's own globals hold, if whoever searches holds the patches of `deno_patches.ts`: so that
 * they are installed once for all runs.
 */
export function beginRun(sim: Simulation, scenario: SimScenario): DrivenRun {
  return begin(sim, scenario);
}

/**
 * A world of hosts with a network between them, in virtual time.
 *
 * A run is a function of the program and of the strategy's answers. After every pass of a host's
 * loop the microtask queue runs empty before anything else happens. Nothing takes time but waiting:
 * when nobody can go on, time jumps to the next deadline.
 *
 * @example A day passes at once
 * ```ts
 * import { Simulation } from "@twinloop/twinloop/sim";
 * import { assertEquals } from "@std/assert";
 *
 * const sim = new Simulation({ seed: 1 });
 * const result = await sim.run(async () => {
 *   await sim.sleep(86_400);
 *   return sim.now;
 * });
 * assertEquals(result, 86_400);
 * ```
 */
export class Simulation extends SimulationTime {
  /** What happened so far. */
  readonly trace: Trace;
  /** What answers the decisions. */
  readonly strategy: Strategy;
  /** What makes the network between the hosts worse: latencies, losses, partitions. */
  readonly network: NetworkControl;
  /** What has hosts crash, stop, pause and begin anew. */
  readonly hosts: HostControl;
  readonly #parts: SimulationParts;
  #cells: Map<string, SimCell<unknown>> | null = null;

  static {
    begin = (sim, scenario) => sim.#parts.driver.begin(() => scenario(sim));
  }

  /**
   * Makes a world without hosts, at time 0.
   *
   * @param options The seed, the strategy, and what the network is like.
   * @throws {RangeError} If the seed is not a whole number or hexadecimal text, or a size or delay
   * of the network, or the fault budget, makes no sense.
   */
  constructor(options: SimulationOptions = {}) {
    super(options);
    this.#parts = partsOf(this);
    this.trace = this.#parts.trace;
    this.strategy = this.#parts.strategy;
    this.network = new NetworkControl(this.#parts.world.conditions);
    this.hosts = new HostControl(this.#parts.world, this.#parts.hosts);
  }

  /** The seed, as reports print it. */
  get seed(): string {
    return formatSeed(this.#parts.seed);
  }

  /** What judges the run. */
  protected override get oracles(): Oracles {
    return this.#parts.useOracles();
  }

  /**
   * Returns the host with a name, and makes it if there is none. After
   * {@linkcode HostControl.restart} that is the new one.
   *
   * @param name The name by which others reach it.
   * @returns The host: a platform to build loops on, see also {@linkcode SimulatedHost.process}.
   * @throws {TypeError} If a process has the name.
   */
  host(name: string): SimulatedHost {
    return this.#parts.host(name);
  }

  /**
   * Runs the world until `main` has settled or, without one, until nothing can happen any more.
   *
   * Loops that still run then stay as they are, see {@linkcode Simulation.leaks}; another call goes
   * on with them.
   *
   * @typeParam T What `main` returns.
   * @param main The test. It may await whatever the world settles: sleeps, loops, promises of
   * protocols; not the real world.
   * @returns What `main` returns or resolves to.
   * @throws {DeadlockError} If `main` waits and nothing can happen any more.
   * @throws {SimulationError} If an error that was reported to a host was not taken, a promise was
   * rejected without a handler, an invariant did not hold, or there were too many turns.
   * @throws {Error} What `main` throws.
   */
  async run<T = void>(main?: () => T | PromiseLike<T>): Promise<T> {
    const { driver } = this.#parts;
    return await (driver.isDriven ? driver.runInside(main) : driver.run(main));
  }

  /**
   * Asks the strategy for a decision. Everything that could go one way or another in a run goes
   * through here; tests use it for decisions of their own.
   *
   * @param label What is decided.
   * @param bound How many answers there are.
   * @returns A whole number from 0 to `bound - 1`; 0 without asking if `bound` is 1.
   * @throws {RangeError} If `bound` is not a whole number of at least 1, or the strategy's answer is
   * out of bounds.
   */
  choose(label: string, bound: number): number {
    return this.#parts.choices.choose(label, bound);
  }

  /**
   * Asks the strategy for a time.
   *
   * @param label What is decided.
   * @param times The times to choose from, see {@linkcode chosen}.
   * @returns One of them, in seconds; the first is what usually happens.
   */
  chooseTime(label: string, times: ChosenTimes): number {
    return this.#parts.choices.chooseTime(label, times.times, "");
  }

  /**
   * Returns the cell with a name, and makes it if there is none: state that hosts share, and that
   * the strategy `dpor` has to know of.
   *
   * @example Two orders of two writers; a third host has nothing to do with them
   * ```ts
   * import { explore, type Simulation } from "@twinloop/twinloop/sim";
   * import { PollIOLoop } from "@twinloop/twinloop/ioloop";
   * import { assertEquals } from "@std/assert";
   *
   * function program(sim: Simulation) {
   *   const winner = sim.cell("winner", "");
   *   for (const name of ["anna", "bert", "carl"]) {
   *     const loop = new PollIOLoop(sim.host(name));
   *     loop.addCallback(() => {
   *       if (name !== "carl") winner.value = name;
   *       loop.stop();
   *     });
   *     loop.start();
   *   }
   *   return () => winner.value;
   * }
   * const { outcomes } = await explore(program, { strategy: "dpor" });
   * assertEquals(outcomes.map(({ outcome }) => outcome).sort(), ["anna", "bert"]);
   * ```
   *
   * @typeParam T The value.
   * @param name What it is called in reports.
   * @param initial Its first value; of no effect if there is such a cell.
   */
  cell<T>(name: string, initial: T): SimCell<T> {
    const cells = this.#cells ??= new Map();
    let cell = cells.get(name);
    if (cell === undefined) {
      cell = new SimCell<unknown>(this.#parts.time, name, initial);
      cells.set(name, cell);
    }
    return cell as SimCell<T>;
  }

  /**
   * Lets the strategy choose one of some faults, or none (its answer 0), as long as the fault budget
   * lasts.
   *
   * @param label What the decision is called: `crash`.
   * @param faults The faults; the one that is chosen is called at once.
   * @returns Whether there was a fault.
   */
  faultPoint(label: string, ...faults: readonly (() => void)[]): boolean {
    const answer = this.#parts.world.conditions.budget.chooseOf(label, faults.length);
    faults[answer - 1]?.();
    return answer > 0;
  }

  /**
   * Makes the world bad, from now on, in a way that the seed decides: links, what systems may do, and
   * what befalls hosts. Each feature is left out for half of the seeds.
   *
   * @param options What may be drawn.
   * @returns What was drawn, and the guard.
   */
  swarm(options: SwarmOptions = {}): Swarm {
    const { network, hosts: control } = this;
    const { world, hosts } = this.#parts;
    return new Swarm({ world, hosts, network, control }, options);
  }

  /**
   * Sends a signal to a host, or to a process on one: its listeners run in a turn of their own. Without
   * a listener it is ignored.
   *
   * @param name The host's name, or `host/process`.
   * @param signal The signal.
   * @throws {TypeError} If there is no such host.
   */
  signal(name: string, signal: SignalName): void {
    const { time, scheduler } = this.#parts;
    const host = this.#parts.existingHost(name);
    const turn = () => {
      scheduler.current = host;
      host.record("signal", signal, "");
      host.signals.deliver(signal);
    };
    time.scheduleTurn(time.now, () => host.whenRunning(turn), host.lane);
  }

  /**
   * Returns the errors reported to a host, or to a process on one, so far and forgets them, so that they do
   * not fail the run.
   *
   * @param name The host's name, or `host/process`.
   * @returns The errors, oldest first.
   * @throws {TypeError} If there is no such host.
   */
  takeReports(name: string): TakenReport[] {
    this.#parts.time.log?.write("reports");
    return this.#parts.failures.take(this.#parts.existingHost(name));
  }

  /**
   * Returns what was left behind: open handles, registrations, polls under way, timers, sleeps; with the option
   * `leakCheck` also the Deferreds that did not fire though somebody waits for them.
   */
  leaks(): Leak[] {
    return this.#parts.leaks();
  }
}
