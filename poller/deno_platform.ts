/**
 * The machine as a platform.
 *
 * @module
 */

import type { Clock } from "./clock.ts";
import { DenoClock } from "./deno_clock.ts";
import { reserveDescriptor } from "./deno_descriptor_reserve.ts";
import { reportToStandardError } from "./deno_error_report.ts";
import { Farewells } from "./deno_farewells.ts";
import type { HandleSite } from "./deno_handle.ts";
import { DenoNetwork } from "./deno_network.ts";
import { DenoPoller } from "./deno_poller.ts";
import { DenoProcesses } from "./deno_processes.ts";
import { DenoRandom } from "./deno_random.ts";
import { DenoSignals } from "./deno_signals.ts";
import { DenoWorkers } from "./deno_workers.ts";
import type { ErrorReporter } from "./error_report.ts";
import type { Network } from "./network.ts";
import type { Platform } from "./platform.ts";
import type { Poller } from "./poller.ts";
import type { Processes } from "./processes.ts";
import type { RandomSource } from "./random.ts";
import { RenewingMap } from "./renewing_map.ts";
import type { Signals } from "./signals.ts";
import type { Workers } from "./workers.ts";

/** What a {@linkcode DenoPlatform} can be made to do differently. */
export interface DenoPlatformOptions {
  /**
   * Takes the errors that nobody took. It must not throw.
   *
   * By default one line and the error with its stack are written on standard error.
   */
  readonly report?: ErrorReporter;
  /**
   * The file with the names of services. It is read when a port is given by name, which takes
   * `--allow-read` of it.
   *
   * @default {"/etc/services"}
   */
  readonly servicesFile?: string;
}

/**
 * The native platform: the process's monotonic clock, Deno's sockets, the system's random numbers,
 * signals, child processes and threads.
 *
 * A platform belongs to one loop, or to one tower of loops. Several in a process are independent of
 * each other.
 *
 * Permissions: none to make one and to run timers; `--allow-net` for the sockets that are opened, and
 * for the address that one connects from; in addition `--allow-read` and `--allow-write` of the path
 * for UNIX sockets, and `--allow-net` without a list for UNIX datagrams, which are sent by way of a
 * name that nobody can know before; `--allow-run` for child processes; `--allow-read` of the table
 * of services for a port by name; `--allow-read` or `--allow-import` of the
 * modules that threads load. A permission that was not granted is reported as a `SocketError` with
 * the code `NOT_CAPABLE`, as is one that Deno asked the user for and the user refused. Where
 * `/dev/null` may be read, or the loopback interface listened on, a descriptor is held in reserve
 * while something listens (see `ListenerHandle.accept`).
 *
 * @example A poll that has nothing to wait for ends when its time is up
 * ```ts
 * import { DenoPlatform } from "@twinloop/twinloop/poller";
 * import { assert } from "@std/assert";
 *
 * const { clock, poller } = new DenoPlatform();
 * const start = clock.now();
 * await new Promise<void>((resolve) => poller.poll(0.002, () => {}, resolve));
 * assert(clock.now() >= start + 0.002);
 * poller.close();
 * ```
 */
export class DenoPlatform implements Platform {
  /** Time, in seconds. */
  readonly clock: Clock;
  /** Readiness of the handles that {@linkcode DenoPlatform.network} opened. */
  readonly poller: Poller;
  /** What opens handles. */
  readonly network: Network;
  /** The system's cryptographic generator. */
  readonly random: RandomSource;
  /** Signals to the process. */
  readonly signals: Signals;
  /** Child processes of the process. */
  readonly processes: Processes;
  /** Threads of the process. */
  readonly workers: Workers;
  /** Takes the errors that nobody took. */
  readonly report: ErrorReporter;
  readonly #farewells: Farewells;

  /**
   * Makes a platform. It holds nothing of the system until a handle is opened or a poll waits.
   *
   * @param options Where errors go, and where names of services come from.
   */
  constructor(options: DenoPlatformOptions = {}) {
    this.report = options.report ?? reportToStandardError;
    this.clock = new DenoClock();
    const poller = new DenoPoller(this.clock);
    this.poller = poller;
    const reserve = reserveDescriptor(this.report);
    this.#farewells = new Farewells();
    const site: HandleSite = {
      sink: poller,
      handles: new RenewingMap(),
      farewells: this.#farewells,
      reserve,
      report: this.report,
    };
    this.network = new DenoNetwork(site, options.servicesFile);
    this.processes = new DenoProcesses(site);
    this.workers = new DenoWorkers(this.report);
    this.random = new DenoRandom();
    this.signals = new DenoSignals();
  }

  /**
   * Returns a promise that resolves when no closed stream has anything left to do: to send what it had taken, or to
   * say goodbye over TLS, which takes some turns of Deno's loop. A test waits for it where Deno's sanitizers watch, a
   * program before it calls `Deno.exit()`. A peer that does not read can hold it up until it, or the stream, is gone.
   *
   * @example Everything is on its way
   * ```ts
   * import { DenoPlatform } from "@twinloop/twinloop/poller";
   *
   * const platform = new DenoPlatform();
   * // ... run loops on it, and close what they opened; then
   * await platform.settled();
   * ```
   */
  settled(): Promise<void> {
    return this.#farewells.over();
  }
}
