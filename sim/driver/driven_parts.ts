/**
 * What of a simulated world its driver needs.
 *
 * @module
 */

import type { AmbientWorld } from "../globals/ambient_world.ts";
import type { Failures } from "./failures.ts";
import type { Leak } from "./inspect.ts";
import type { Oracles } from "../oracles.ts";
import type { PendingResults } from "./pending_results.ts";
import type { Scheduler } from "../scheduler.ts";
import type { SimulationOptions } from "../simulation_options.ts";
import type { Trace } from "../trace.ts";
import type { VirtualTime } from "../virtual_time.ts";

/** What of the world is driven. */
export interface DrivenParts {
  readonly options: SimulationOptions;
  readonly seed: bigint;
  readonly time: VirtualTime;
  readonly trace: Trace;
  readonly scheduler: Scheduler;
  readonly failures: Failures;
  /** What judges the run; `null` if nothing does yet. */
  readonly oracles: Oracles | null;
  /** What answers for the globals; made when it is first asked for. */
  readonly ambient: AmbientWorld;
  /** Watches Deferreds; `null` if nobody wants to know. */
  readonly pending: PendingResults | null;
  /** What was left behind so far. */
  leaks(): Leak[];
  /** Who waits for what, a line each. */
  waiting(): string[];
}
