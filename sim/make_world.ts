/**
 * What the parts of a simulated world need of the whole, put together.
 *
 * @module
 */

import { WALL_SECONDS } from "./ambient_world.ts";
import type { Choices } from "./choices.ts";
import { Conditions } from "./conditions.ts";
import type { Failures } from "./failures.ts";
import type { SimHost } from "./host.ts";
import { faultsChanged } from "./host_life.ts";
import type { Scheduler } from "./scheduler.ts";
import { linkOf, type SimulationOptions, surprisesOf } from "./simulation_options.ts";
import type { Trace } from "./trace.ts";
import type { VirtualTime } from "./virtual_time.ts";
import type { World } from "./world.ts";

/** What a world is made of. */
export interface WorldParts {
  readonly options: SimulationOptions;
  readonly seed: bigint;
  readonly time: VirtualTime;
  readonly trace: Trace;
  readonly hosts: ReadonlyMap<string, SimHost>;
  readonly choices: Choices;
  readonly scheduler: Scheduler;
  readonly failures: Failures;
}

/**
 * Makes the world of a simulation.
 *
 * @throws {RangeError} If an option makes no sense.
 */
export function makeWorld(parts: WorldParts): World {
  const { options, seed, time, trace, hosts, choices, scheduler, failures } = parts;
  const base = {
    time,
    seed,
    link: linkOf(options),
    choose: choices.choose.bind(choices),
    faultsChanged: () => faultsChanged(hosts.values()),
  };
  return {
    ...base,
    keepsOrigins: options.leakCheck === true,
    wallClock: options.wallClock ?? WALL_SECONDS,
    trace,
    hosts,
    surprises: surprisesOf(options),
    conditions: new Conditions(base, options.faultBudget ?? Infinity),
    enqueue: (host) => scheduler.enqueue(host),
    noteReport: (host, message, error) => failures.note(host, message, error),
  };
}
