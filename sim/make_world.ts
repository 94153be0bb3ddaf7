/**
 * What the parts of a simulated world need of the whole, put together.
 *
 * @module
 */

import { WALL_SECONDS } from "./globals/ambient_world.ts";
import type { Choices } from "./choices.ts";
import { Conditions } from "./network/conditions.ts";
import type { Failures } from "./driver/failures.ts";
import type { SimHost } from "./host/host.ts";
import { faultsChanged } from "./host/host_life.ts";
import type { Scheduler } from "./scheduler.ts";
import {
  linkOf,
  type SimulationOptions,
  type Surprises,
  surprisesOf,
} from "./simulation_options.ts";
import type { ChoiceCandidate } from "./strategy.ts";
import type { Trace } from "./trace.ts";
import type { VirtualTime } from "./virtual_time.ts";
import type { LinkOptions, World } from "./world.ts";

/** What a world is made of. */
export interface WorldParts {
  readonly options: SimulationOptions;
  readonly seed: bigint;
  readonly time: VirtualTime;
  readonly trace: Trace;
  readonly hosts: Map<string, SimHost>;
  readonly choices: Choices;
  readonly scheduler: Scheduler;
  readonly failures: Failures;
  clockChanged(main: SimHost): void;
}

/**
 * Makes the world of a simulation.
 *
 * @throws {RangeError} If an option makes no sense.
 */
export function makeWorld(parts: WorldParts): World {
  return new SimWorld(parts);
}

/** A class, as a search makes thousands of them: its methods are made once. */
class SimWorld implements World {
  readonly time: VirtualTime;
  readonly seed: bigint;
  readonly link: LinkOptions;
  readonly keepsOrigins: boolean;
  readonly wallClock: number;
  readonly trace: Trace;
  readonly hosts: Map<string, SimHost>;
  surprises: Surprises | null;
  readonly conditions: Conditions;
  readonly #choices: Choices;
  readonly #scheduler: Scheduler;
  readonly #failures: Failures;
  readonly #parts: WorldParts;

  constructor(parts: WorldParts) {
    const { options, seed, time, trace, hosts, choices, scheduler, failures } = parts;
    this.#parts = parts;
    this.time = time;
    this.seed = seed;
    this.link = linkOf(options);
    this.keepsOrigins = options.leakCheck === true;
    this.wallClock = options.wallClock ?? WALL_SECONDS;
    this.trace = trace;
    this.hosts = hosts;
    this.surprises = surprisesOf(options);
    this.#choices = choices;
    this.#scheduler = scheduler;
    this.#failures = failures;
    this.conditions = new Conditions(this, options.faultBudget ?? Infinity);
  }

  choose(
    label: string,
    bound: number,
    candidate?: (answer: number) => ChoiceCandidate | null,
    isFault?: boolean,
  ): number {
    return this.#choices.choose(label, bound, candidate, isFault);
  }

  chooseTime(label: string, times: readonly number[], subject: string = ""): number {
    return this.#choices.chooseTime(label, times, subject);
  }

  addProcess(process: SimHost): void {
    this.hosts.set(process.name, process);
  }

  enter(host: SimHost): void {
    this.#scheduler.current = host;
  }

  enqueue(host: SimHost): void {
    this.#scheduler.enqueue(host);
  }

  clockChanged(main: SimHost): void {
    this.#parts.clockChanged(main);
  }

  faultsChanged(): void {
    faultsChanged(this.hosts.values());
  }

  noteReport(host: SimHost, message: string, error: unknown): void {
    // The run fails with the first.
    this.time.log?.write("reports");
    this.#failures.note(host, message, error);
  }
}
