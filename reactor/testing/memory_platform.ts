/**
 * A world in which there is nothing but time.
 *
 * @module
 */

import type { Clock } from "../../poller/clock.ts";
import { DelayedCallQueue } from "../../poller/delayed_call_queue.ts";
import type { ErrorReport, ErrorReporter } from "../../poller/error_report.ts";
import { SocketError } from "../../poller/errors.ts";
import type { Network } from "../../poller/network.ts";
import type { Platform } from "../../poller/platform.ts";
import type { Poller } from "../../poller/poller.ts";
import type { Processes } from "../../poller/processes.ts";
import type { RandomSource } from "../../poller/random.ts";
import { COMMON_SERVICES } from "../../poller/services.ts";
import type { SignalName, Signals } from "../../poller/signals.ts";
import type { Workers } from "../../poller/workers.ts";
import { MemoryWorkers } from "./memory_workers.ts";

/** The middle of the range of every random number: jitter becomes nothing. */
const MIDDLE = 0.5;

/** Every byte of what is filled at random. */
const MIDDLE_BYTE = 0x80;

/**
 * The platform of a `MemoryReactor`. Its time stands until somebody sets it, its random numbers are
 * all 0.5, its signals are sent by a test, its threads are calls; it has no network and no processes:
 * the reactor above records what it is asked for instead.
 */
export class MemoryPlatform implements Platform {
  /** The time, in seconds. */
  time = 0;
  /** Tells {@linkcode MemoryPlatform.time}. */
  readonly clock: Clock = { now: () => this.time };
  /** What is to be called, and when. */
  readonly calls: DelayedCallQueue = new DelayedCallQueue({ seconds: () => this.time });
  /** Never reports anything, and takes no handle. */
  readonly poller: Poller = new EmptyPoller();
  /** Opens nothing: it throws `SocketError` `ENOTSUP`. It knows the names of `COMMON_SERVICES`. */
  readonly network: Network = {
    handles: new Map(),
    listen: () => refuse("listen"),
    connect: () => refuse("connect"),
    bindDatagram: () => refuse("bind"),
    identifyFile: () => null,
    findService: (name, transport) => COMMON_SERVICES.get(`${name}/${transport}`) ?? null,
  };
  /** The same number each time. */
  readonly random: RandomSource = {
    next: () => MIDDLE,
    fill: (buffer) => void buffer.fill(MIDDLE_BYTE),
  };
  /** Those of the test. */
  readonly signals: Signals = {
    addListener: (signal, listener) => void this.#listenersOf(signal).add(listener),
    removeListener: (signal, listener) => void this.#listenersOf(signal).delete(listener),
  };
  /** Starts and opens nothing: it throws `SocketError` `ENOTSUP`. */
  readonly processes: Processes = {
    spawn: () => refuse("spawn"),
    openStandardStreams: () => refuse("open the standard streams"),
  };
  /** Calls functions here. */
  readonly workers: Workers = new MemoryWorkers();
  /** Keeps the errors that nobody took, for {@linkcode MemoryPlatform.takeReports}. */
  readonly report: ErrorReporter = (report) => void this.#reports.push(report);
  #reports: ErrorReport[] = [];
  readonly #listeners = new Map<SignalName, Set<() => void>>();

  /** Returns the errors that nobody took, oldest first, and forgets them. */
  takeReports(): ErrorReport[] {
    const reports = this.#reports;
    this.#reports = [];
    return reports;
  }

  /**
   * Sends a signal: its listeners are called.
   *
   * @param signal Which.
   */
  send(signal: SignalName): void {
    for (const listener of [...this.#listenersOf(signal)]) listener();
  }

  #listenersOf(signal: SignalName): Set<() => void> {
    const listeners = this.#listeners.get(signal) ?? new Set();
    this.#listeners.set(signal, listeners);
    return listeners;
  }
}

class EmptyPoller implements Poller {
  readonly size = 0;
  register(): void {
    refuse("register");
  }
  modify(): void {
    refuse("modify");
  }
  unregister(): void {
    refuse("unregister");
  }
  poll(): void {
    refuse("poll");
  }
  wake(): void {}
  pause(): void {}
  close(): void {}
}

function refuse(what: string): never {
  throw new SocketError("ENOTSUP", `Cannot ${what}: there is nothing below a MemoryReactor`);
}
