/**
 * A simulated world, and the driver that runs it.
 *
 * @module
 */

import type { SignalName } from "../poller/mod.ts";
import { SimCell } from "./cell.ts";
import { Causes } from "./causes.ts";
import { Choices } from "./choices.ts";
import { AmbientWorld } from "./ambient_world.ts";
import type { DrivenRun, SimScenario } from "./driven_run.ts";
import { HostControl } from "./host_control.ts";
import { Failures, type TakenReport } from "./failures.ts";
import { SimHost } from "./host.ts";
import { describeWaiting, findLeaks, type Leak } from "./inspect.ts";
import { Oracles } from "./oracles.ts";
import { makeWorld } from "./make_world.ts";
import { NetworkControl } from "./network_control.ts";
import { addressOfHost } from "./routes.ts";
import { PendingResults } from "./pending_results.ts";
import { RunDriver } from "./run_driver.ts";
import { Scheduler } from "./scheduler.ts";
import { formatSeed, parseSeed } from "./seed.ts";
import { SimulationOracles } from "./simulation_oracles.ts";
import type { SimulatedHost, SimulationOptions } from "./simulation_options.ts";
import { captureStack } from "./stack.ts";
import { fifo, type Strategy } from "./strategy.ts";
import { Swarm, type SwarmOptions } from "./swarm.ts";
import { Trace } from "./trace.ts";
import { logOf } from "./turn_log.ts";
import { addSecondsUp, VirtualTime } from "./virtual_time.ts";
import type { World } from "./world.ts";

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
export class Simulation extends SimulationOracles {
  /** What happened so far. */
  readonly trace: Trace;
  /** What answers the decisions. */
  readonly strategy: Strategy;
  /** What makes the network between the hosts worse: latencies, losses, partitions. */
  readonly network: NetworkControl;
  /** What has hosts crash, stop, pause and begin anew. */
  readonly hosts: HostControl;
  readonly #options: SimulationOptions;
  readonly #seedBits: bigint;
  readonly #time = new VirtualTime();
  readonly #hosts = new Map<string, SimHost>();
  readonly #world: World;
  readonly #scheduler: Scheduler;
  readonly #failures: Failures;
  readonly #choices: Choices;
  #oracles: Oracles | null = null;
  readonly #driver: RunDriver;
  #cells: Map<string, SimCell<unknown>> | null = null;
  #ambient: AmbientWorld | null = null;
  /** The Deferreds that did not fire, if they are watched. */
  readonly #pending: PendingResults | null;
  #endlessSleeps = 0;

  static {
    begin = (sim, scenario) => sim.#driver.begin(() => scenario(sim));
  }

  /**
   * Makes a world without hosts, at time 0.
   *
   * @param options The seed, the strategy, and what the network is like.
   * @throws {RangeError} If the seed is not a whole number or hexadecimal text, or a size or delay
   * of the network, or the fault budget, makes no sense.
   */
  constructor(options: SimulationOptions = {}) {
    super();
    this.#options = options;
    this.#seedBits = parseSeed(options.seed ?? 0);
    this.strategy = options.strategy ?? fifo();
    this.#time.causes = options.traceParents ? new Causes() : null;
    this.trace = new Trace(options.traceMax, this.#time.causes);
    this.#scheduler = new Scheduler(
      this.#time,
      this.#hosts,
      (label, bound, candidate) => this.#choices.choose(label, bound, candidate),
    );
    this.#time.log = logOf(this.strategy);
    this.#time.log?.attach(this.#scheduler);
    this.#choices = new Choices(this.strategy, this.#time, this.trace, this.#scheduler);
    this.#pending = options.leakCheck ? new PendingResults(() => this.#scheduler.current) : null;
    this.#failures = new Failures(() => this.#driver.place());
    this.#driver = this.#makeDriver();
    this.#world = makeWorld({
      options,
      seed: this.#seedBits,
      time: this.#time,
      trace: this.trace,
      hosts: this.#hosts,
      choices: this.#choices,
      scheduler: this.#scheduler,
      failures: this.#failures,
    });
    this.network = new NetworkControl(this.#world.conditions);
    this.hosts = new HostControl(this.#world, this.#hosts);
  }

  /** The seed, as reports print it. */
  get seed(): string {
    return formatSeed(this.#seedBits);
  }

  /** What judges the run. */
  protected override get oracles(): Oracles {
    return this.#oracles ??= this.#makeOracles();
  }

  /** The virtual time, in seconds. */
  get now(): number {
    return this.#time.read();
  }

  /** How many turns were taken: passes of hosts, ends of sleeps, signals. */
  get turns(): number {
    return this.#driver.turn;
  }

  /**
   * Returns the host with a name, and makes it if there is none. After
   * {@linkcode HostControl.restart} that is the new one.
   *
   * @param name The name by which others reach it.
   * @returns The host: a platform to build loops on.
   */
  host(name: string): SimulatedHost {
    return this.#host(name);
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
    if (this.#driver.isDriven) return await this.#driver.runInside(main);
    return await this.#driver.run(main);
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
    await this.#driver.take(end, () => true);
    this.#time.now = Math.max(this.#time.now, end);
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
    this.#time.now = this.#endOf(seconds);
    this.#scheduler.expireDue();
    await this.#driver.take(this.#time.now, () => true);
  }

  /**
   * Takes one turn, and moves time to it if nothing can be done now.
   *
   * @returns A promise of whether there was one; it rejects with what the run fails with.
   */
  async step(): Promise<boolean> {
    const { turn } = this.#driver;
    await this.#driver.take(Infinity, () => this.#driver.turn === turn);
    return this.#driver.turn > turn;
  }

  /**
   * Takes turns until something is true.
   *
   * @param holds Looked at before the first turn and after each.
   * @returns A promise of whether it became true; false means that nothing can happen any more. It rejects with what
   * the run fails with.
   */
  async runUntil(holds: () => boolean): Promise<boolean> {
    return await this.#driver.take(Infinity, () => !holds());
  }

  #endOf(seconds: number): number {
    if (seconds >= 0 && seconds < Infinity) return addSecondsUp(this.now, seconds);
    throw new RangeError(`Cannot move time: step ${seconds} is negative or not finite`);
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
    return this.#choices.choose(label, bound);
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
      cell = new SimCell<unknown>(this.#time, name, initial);
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
    const answer = this.#world.conditions.budget.chooseOf(label, faults.length);
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
    return new Swarm({ world: this.#world, hosts: this.#hosts, network, control }, options);
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
    if (Scheduler.isNever(at)) this.#endlessSleeps++;
    return new Promise((resolve) => {
      const host = this.#scheduler.current?.name ?? "";
      const origin = this.#options.leakCheck ? captureStack() : undefined;
      this.#time.scheduleWake({ host, at, origin }, () => {
        this.#scheduler.current = null;
        this.#record("wake", "sleep", "");
        resolve();
      });
    });
  }

  /**
   * Sends a signal to a host: its listeners run in a turn of their own. Without a listener it is
   * ignored.
   *
   * @param name The host's name.
   * @param signal The signal.
   * @throws {TypeError} If there is no such host.
   */
  signal(name: string, signal: SignalName): void {
    const host = this.#existing(name);
    const turn = () => {
      this.#scheduler.current = host;
      host.record("signal", signal, "");
      host.signals.deliver(signal);
    };
    this.#time.scheduleTurn(this.now, () => host.whenRunning(turn), host.lane);
  }

  /**
   * Returns the errors reported to a host so far and forgets them, so that they do not fail the run.
   *
   * @param name The host's name.
   * @returns The errors, oldest first.
   * @throws {TypeError} If there is no such host.
   */
  takeReports(name: string): TakenReport[] {
    return this.#failures.take(this.#existing(name));
  }

  /**
   * Returns what was left behind: open handles, registrations, polls under way, timers, sleeps; with the option
   * `leakCheck` also the Deferreds that did not fire though somebody waits for them.
   */
  leaks(): Leak[] {
    return findLeaks(this.#hosts.values(), {
      timers: this.#ambient?.waiting ?? [],
      sleeps: this.#time.sleeps(),
      results: this.#pending ?? [],
    });
  }

  #makeDriver(): RunDriver {
    return new RunDriver({
      options: this.#options,
      seed: this.#seedBits,
      time: this.#time,
      trace: this.trace,
      scheduler: this.#scheduler,
      failures: this.#failures,
      oracles: () => this.#oracles,
      ambient: () => this.#ambient ??= this.#makeAmbient(),
      pending: this.#pending,
      leaks: () => this.leaks(),
      waiting: () => describeWaiting(this.#hosts.values(), this.#endlessSleeps),
    });
  }

  #makeOracles(): Oracles {
    return new Oracles({
      time: this.#time,
      failures: this.#failures,
      sightings: this.#options.sightings ?? null,
      longestWait: () => this.#scheduler.longestWait,
      turn: () => this.#driver.turn,
    });
  }

  #makeAmbient(): AmbientWorld {
    return new AmbientWorld({
      time: this.#time,
      trace: this.trace,
      scheduler: this.#scheduler,
      failures: this.#failures,
      place: () => this.#driver.place(),
      keepsOrigins: this.#options.leakCheck === true,
      seed: this.#seedBits,
      wallClock: this.#options.wallClock,
      allow: this.#options.allow ?? [],
    });
  }

  #host(name: string): SimHost {
    let host = this.#hosts.get(name);
    if (host === undefined) {
      const address = addressOfHost(this.#hosts.size + 1);
      host = new SimHost(this.#world, name, address);
      this.#time.log?.write("hosts");
      this.#hosts.set(name, host);
    }
    return host;
  }

  #existing(name: string): SimHost {
    const host = this.#hosts.get(name);
    if (host === undefined) throw new TypeError(`Cannot find host ${name}: there is no such host`);
    return host;
  }

  #record(kind: string, subject: string, detail: string | number): void {
    const host = this.#scheduler.current?.name ?? "";
    this.trace.record(this.now, this.#time.cause, host, kind, subject, detail);
  }
}
