/**
 * A simulated world, and the driver that runs it.
 *
 * @module
 */

import { captureContext, emptyContext, type SignalName } from "../poller/mod.ts";
import { Choices } from "./choices.ts";
import { AmbientWorld } from "./ambient_world.ts";
import { ambient } from "./deno_ambient.ts";
import { drive } from "./deno_drain.ts";
import { arePatchesHeld, holdPatches } from "./deno_patches.ts";
import type { DrivenRun, SimScenario } from "./driven_run.ts";
import { takeRejections } from "./deno_rejections.ts";
import { DeadlockError, type SimulationPlace } from "./errors.ts";
import { HostControl } from "./host_control.ts";
import { Failures, type TakenReport } from "./failures.ts";
import { SimHost } from "./host.ts";
import { describeWaiting, findLeaks, type Leak } from "./inspect.ts";
import { Invariants } from "./invariants.ts";
import { makeWorld } from "./make_world.ts";
import { NetworkControl } from "./network_control.ts";
import { addressOfHost } from "./routes.ts";
import { RunScope } from "./run_scope.ts";
import { Scheduler } from "./scheduler.ts";
import { formatSeed, parseSeed } from "./seed.ts";
import { SimulationGlobals } from "./simulation_globals.ts";
import type { SimulatedHost, SimulationOptions } from "./simulation_options.ts";
import { fifo, type Strategy } from "./strategy.ts";
import { Trace } from "./trace.ts";
import { addSecondsUp, VirtualTime } from "./virtual_time.ts";
import type { World } from "./world.ts";

export type { DrivenRun, SimScenario };

const TURNS_MAX = 10_000_000;

/** The main function of a run. */
interface Main {
  settled: boolean;
  /** Whether it only set the world up: then the run ends when nothing can happen any more. */
  isSetup: boolean;
  /** What it returned. */
  value: unknown;
}

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
export class Simulation extends SimulationGlobals {
  /** What happened so far. */
  readonly trace: Trace;
  /** The seed, as reports print it. */
  readonly seed: string;
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
  readonly #invariants: Invariants;
  #ambient: AmbientWorld | null = null;
  #turn = 0;
  #running = false;
  /** Whether somebody else takes the turns, see {@linkcode beginRun}. */
  #isDriven = false;
  /** The main function of the run under way; `null` if it has none. */
  #main: Main | null = null;
  #endlessSleeps = 0;
  /** Inner runs without a main function, see {@linkcode beginRun}. */
  readonly #idlers: (() => void)[] = [];

  static {
    begin = (sim, scenario) => sim.#begin(scenario);
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
    this.seed = formatSeed(this.#seedBits);
    this.strategy = options.strategy ?? fifo();
    this.trace = new Trace(options.traceMax);
    this.#scheduler = new Scheduler(
      this.#time,
      this.#hosts,
      (label, bound, candidate) => this.#choices.choose(label, bound, candidate),
    );
    this.#choices = new Choices(this.strategy, this.#time, this.trace, this.#scheduler);
    this.#failures = new Failures(() => this.#place());
    this.#invariants = new Invariants(this.#failures);
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

  /** The virtual time, in seconds. */
  get now(): number {
    return this.#time.now;
  }

  /** How many turns were taken: passes of hosts, ends of sleeps, signals. */
  get turns(): number {
    return this.#turn;
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
    if (this.#isDriven) return await this.#runInside(main);
    if (this.#running) throw new TypeError("Cannot run a simulation: it is running");
    if (ambient !== null) throw new TypeError("Cannot run a simulation: it is inside another");
    this.#running = true;
    const started = main === undefined ? null : this.#startMain(main);
    this.#main = started;
    try {
      await this.#drive(() => this.#step());
    } finally {
      this.#running = false;
      this.#main = null;
    }
    this.#failures.throw();
    return started?.value as T;
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
      this.#time.scheduleTurn(at, () => {
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
    this.#time.scheduleTurn(this.now, () => host.whenRunning(turn));
  }

  /**
   * Adds an invariant: it is checked after every turn, and ends the run when it does not hold.
   *
   * @param id What it is called in reports.
   * @param holds Throws or returns false if the invariant does not hold.
   */
  always(id: string, holds: () => boolean | void): void {
    this.#invariants.add(id, holds);
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

  /** Returns what was left behind: open handles, registrations, polls under way. */
  leaks(): Leak[] {
    return findLeaks(this.#hosts.values());
  }

  #host(name: string): SimHost {
    let host = this.#hosts.get(name);
    if (host === undefined) {
      const address = addressOfHost(this.#hosts.size + 1);
      host = new SimHost(this.#world, name, address);
      this.#hosts.set(name, host);
    }
    return host;
  }

  #existing(name: string): SimHost {
    const host = this.#hosts.get(name);
    if (host === undefined) throw new TypeError(`Cannot find host ${name}: there is no such host`);
    return host;
  }

  /** Drives the world with its globals, its ledger of errors and its eye on rejections in place. */
  async #drive(step: () => boolean): Promise<void> {
    const release = this.#options.fences === false ? null : holdPatches();
    const giveBack = takeRejections((reason) => this.#noteRejection(reason));
    const scope = this.#scope();
    try {
      await emptyContext(() => drive(step, this.#options.drain, scope));
    } finally {
      giveBack();
      release?.();
      scope.end();
    }
  }

  #scope(): RunScope {
    if (this.#options.fences === false || !arePatchesHeld()) {
      return new RunScope(this.#failures, null);
    }
    this.#ambient ??= new AmbientWorld({
      time: this.#time,
      trace: this.trace,
      scheduler: this.#scheduler,
      failures: this.#failures,
      seed: this.#seedBits,
      wallClock: this.#options.wallClock,
      allow: this.#options.allow ?? [],
    });
    return new RunScope(this.#failures, this.#ambient);
  }

  /** Has main begin in the first turn, in the context of the caller. */
  #startMain<T>(fn: () => T | PromiseLike<T>): Main {
    const context = captureContext();
    const main: Main = { settled: false, isSetup: false, value: undefined };
    this.#time.scheduleTurn(this.now, () => {
      this.#scheduler.current = null;
      this.#record("main", "", "");
      context(() => settle(fn)).then((value) => {
        main.settled = true;
        main.value = value;
      }, (error) => {
        // One that settles after its run has failed tells nobody any more.
        if (this.#main === main) this.#failures.end(error);
      });
    });
    return main;
  }

  #begin(scenario: SimScenario): DrivenRun {
    if (this.#running) throw new TypeError("Cannot run a simulation: it is running");
    this.#running = true;
    this.#isDriven = true;
    const main: Main = { settled: false, isSetup: false, value: undefined };
    this.#main = main;
    this.#time.scheduleTurn(this.now, () => {
      this.#scheduler.current = null;
      this.#record("main", "", "");
      try {
        this.#noteResult(main, scenario(this));
      } catch (error) {
        this.#failures.end(error);
      }
    });
    const scope = this.#scope();
    return {
      enter: () => scope.enter(),
      leave: () => scope.leave(),
      step: () => this.#step(),
      fail: (error) => this.#failures.end(error),
      reject: (reason) => this.#noteRejection(reason),
      end: () => {
        scope.end();
        return this.#end(main);
      },
    };
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
      if (this.#main === main) this.#failures.end(error);
    });
  }

  #end(main: Main): unknown {
    this.#running = false;
    this.#isDriven = false;
    this.#main = null;
    this.#failures.throw();
    return main.isSetup && typeof main.value === "function" ? main.value() : main.value;
  }

  async #runInside<T>(main?: () => T | PromiseLike<T>): Promise<T> {
    if (main !== undefined) return await main();
    await new Promise<void>((resolve) => this.#idlers.push(resolve));
    return undefined as T;
  }

  /** Nothing can happen any more: returns whether somebody waited for just that. */
  #tellIdlers(): boolean {
    const idlers = this.#idlers.splice(0);
    for (const resolve of idlers) resolve();
    return idlers.length > 0;
  }

  /** Takes one turn; returns whether there is one more. */
  #step(): boolean {
    if (this.#turn > 0) this.#invariants.check();
    if (this.#failures.hasFailed || this.#main?.settled) return false;
    while (!this.#runOne()) {
      if (this.#scheduler.moveOn()) continue;
      if (this.#tellIdlers()) return true;
      if (this.#main === null || this.#main.isSetup) return false;
      const waiting = describeWaiting(this.#hosts.values(), this.#endlessSleeps);
      this.#failures.end(new DeadlockError(this.now, waiting));
      return false;
    }
    const max = this.#options.turnsMax ?? TURNS_MAX;
    if (++this.#turn > max) {
      this.#failures.fail("turns", `Cannot go on after ${max} turns: the run has not ended`);
    }
    return true;
  }

  #runOne(): boolean {
    try {
      return this.#scheduler.runOne();
    } catch (error) {
      this.#failures.fail("handler", "Cannot go on: a callback threw through the poller", error);
      return true;
    }
  }

  /** Deno tells between macrotasks: with the checkpoint, that is some turns later. */
  #noteRejection(reason: unknown): void {
    const place = this.#place();
    const isExact = this.#options.drain === "macrotask";
    this.#failures.fail(
      "rejection",
      isExact ? "Unhandled rejection" : "Unhandled rejection noticed",
      reason,
      isExact ? place : { ...place, host: null },
    );
  }

  #place(): SimulationPlace {
    const host = this.#scheduler.current?.name ?? null;
    return { host, time: this.now, turn: this.#turn };
  }

  #record(kind: string, subject: string, detail: string | number): void {
    const host = this.#scheduler.current?.name ?? "";
    this.trace.record(this.now, this.#time.cause, host, kind, subject, detail);
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === "function";
}

/** Calls a function and returns a promise of its result, also if it throws. */
async function settle<T>(main: () => T | PromiseLike<T>): Promise<T> {
  return await main();
}
