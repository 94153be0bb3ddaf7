/**
 * What a simulation is made of, put together.
 *
 * @module
 */

import { AmbientWorld } from "./globals/ambient_world.ts";
import { Causes } from "./causes.ts";
import { Choices } from "./choices.ts";
import type { DrivenParts } from "./driver/driven_parts.ts";
import { Failures } from "./driver/failures.ts";
import { SimHost } from "./host/host.ts";
import { describeWaiting, findLeaks, type Leak } from "./driver/inspect.ts";
import { makeWorld } from "./make_world.ts";
import { Oracles } from "./oracles.ts";
import { PendingResults } from "./driver/pending_results.ts";
import { addressOfHost } from "./network/routes.ts";
import { RunDriver } from "./driver/run_driver.ts";
import { Scheduler } from "./scheduler.ts";
import { parseSeed } from "./seed.ts";
import type { SimulationOptions } from "./simulation_options.ts";
import { fifo, type Strategy } from "./strategy.ts";
import { Trace } from "./trace.ts";
import { logOf } from "./turn_log.ts";
import { VirtualTime } from "./virtual_time.ts";
import type { World } from "./world.ts";

/** The parts of one simulation. A class with few functions, as a search makes thousands of them. */
export class SimulationParts implements DrivenParts {
  /** What it was made with. */
  readonly options: SimulationOptions;
  /** What everything is drawn from. */
  readonly seed: bigint;
  /** What answers the decisions. */
  readonly strategy: Strategy;
  /** The time, and what is due. */
  readonly time: VirtualTime = new VirtualTime();
  /** What happened. */
  readonly trace: Trace;
  /** The hosts by name, in the order in which they were made, and the further processes on them. */
  readonly hosts: Map<string, SimHost> = new Map();
  /** Chooses who goes on. */
  readonly scheduler: Scheduler;
  /** Asks for decisions. */
  readonly choices: Choices;
  /** What went wrong. */
  readonly failures: Failures;
  /** The Deferreds that did not fire; `null` if they are not watched. */
  readonly pending: PendingResults | null;
  /** Takes the turns. */
  readonly driver: RunDriver;
  /** What hosts know of the whole. */
  readonly world: World;
  /** How many sleeps were begun that never end. */
  endlessSleeps = 0;
  /** How many machines there are. */
  #machines = 0;
  #oracles: Oracles | null = null;
  #ambient: AmbientWorld | null = null;

  /**
   * Made by the simulation.
   *
   * @throws {RangeError} If an option makes no sense.
   */
  constructor(options: SimulationOptions) {
    this.options = options;
    this.seed = parseSeed(options.seed ?? 0);
    this.strategy = options.strategy ?? fifo();
    this.time.causes = options.traceParents ? new Causes() : null;
    this.trace = new Trace(options.traceMax, this.time.causes);
    this.scheduler = new Scheduler(
      this.time,
      this.hosts,
      (label, bound, candidate) => this.choices.choose(label, bound, candidate),
    );
    this.time.log = logOf(this.strategy);
    this.time.log?.attach(this.scheduler);
    this.choices = new Choices(this.strategy, this.time, this.trace, this.scheduler);
    this.pending = options.leakCheck ? new PendingResults(() => this.scheduler.current) : null;
    this.failures = new Failures(() => this.driver.turns.place());
    this.driver = new RunDriver(this);
    this.world = makeWorld(this);
  }

  /** What judges the run; `null` if nothing does yet. */
  get oracles(): Oracles | null {
    return this.#oracles;
  }

  /** What answers for the globals; made when it is first asked for. */
  get ambient(): AmbientWorld {
    return this.#ambient ??= this.#makeAmbient();
  }

  /** What judges the run, from now on. */
  useOracles(): Oracles {
    return this.#oracles ??= new Oracles({
      time: this.time,
      failures: this.failures,
      sightings: this.options.sightings ?? null,
      longestWait: () => this.scheduler.longestWait,
      turn: () => this.driver.turns.count,
    });
  }

  /** Returns the host with a name, and makes it if there is none. */
  host(name: string): SimHost {
    let host = this.hosts.get(name);
    if (host === undefined) {
      const address = addressOfHost(++this.#machines);
      host = new SimHost(this.world, name, address);
      this.time.log?.write("hosts");
      this.hosts.set(name, host);
    } else if (host.main !== host) {
      throw new TypeError(
        `Cannot make host ${name}: a process on host ${host.machine} has the name`,
      );
    }
    return host;
  }

  /**
   * Returns the host, or the process on one, with a name.
   *
   * @throws {TypeError} If there is none.
   */
  existingHost(name: string): SimHost {
    const host = this.hosts.get(name);
    if (host === undefined) throw new TypeError(`Cannot find host ${name}: there is no such host`);
    return host;
  }

  /** Has what waits for a time of a machine's clock look again. */
  clockChanged(main: SimHost): void {
    this.#ambient?.clockChanged(main);
  }

  /** What was left behind so far. */
  leaks(): Leak[] {
    return findLeaks(this.hosts.values(), {
      timers: this.#ambient?.waiting ?? [],
      sleeps: this.time.sleeps(),
      results: this.pending ?? [],
    });
  }

  /** Who waits for what, a line each. */
  waiting(): string[] {
    return describeWaiting(this.hosts.values(), this.endlessSleeps);
  }

  #makeAmbient(): AmbientWorld {
    return new AmbientWorld({
      time: this.time,
      trace: this.trace,
      scheduler: this.scheduler,
      failures: this.failures,
      place: () => this.driver.turns.place(),
      keepsOrigins: this.options.leakCheck === true,
      seed: this.seed,
      wallClock: this.options.wallClock,
      allow: this.options.allow ?? [],
    });
  }
}
