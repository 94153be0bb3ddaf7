/**
 * The seam itself: all that a loop may know of the world.
 *
 * @module
 */

import type { Clock } from "./clock.ts";
import type { ErrorReporter } from "./error_report.ts";
import type { Network } from "./network.ts";
import type { Poller } from "./poller.ts";
import type { Processes } from "./processes.ts";
import type { RandomSource } from "./random.ts";
import type { Signals } from "./signals.ts";
import type { Workers } from "./workers.ts";

/**
 * Everything that is not deterministic enters a program through one of these, handed to the
 * constructor of a loop.
 *
 * `DenoPlatform` is the machine; `Simulation.host(name)` is a host of a simulated world. To write
 * a third one, implement the members by their own contracts and run the suites in
 * `tests/contract/` over it.
 *
 * A platform has one poller, and one loop polls it. The loops of a tower above that loop share the
 * platform for everything else: its clock, its network, its randomness.
 */
export interface Platform {
  /** Time. */
  readonly clock: Clock;
  /** Readiness; polled by the loop at the bottom of the tower and by nobody else. */
  readonly poller: Poller;
  /** What opens handles for {@linkcode Platform.poller}. */
  readonly network: Network;
  /** The only randomness. */
  readonly random: RandomSource;
  /** Signals to the process or host. */
  readonly signals: Signals;
  /** Child processes. */
  readonly processes: Processes;
  /** Threads. */
  readonly workers: Workers;
  /** Takes the errors that nobody took. */
  readonly report: ErrorReporter;
}
