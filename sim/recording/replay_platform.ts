/**
 * A platform made of a recording.
 *
 * @module
 */

import type {
  Clock,
  ErrorReport,
  ErrorReporter,
  ExitStatus,
  Network,
  Platform,
  RandomSource,
} from "../../poller/mod.ts";
import { formatStep, type RecordingEntry } from "./format.ts";
import type { Recording } from "./recording.ts";
import { ReplayCursor } from "./replay_cursor.ts";
import type { ReplaySite } from "./replay_handle.ts";
import { ReplayNetwork } from "./replay_network.ts";
import { ReplayPoller } from "./replay_poller.ts";
import { ReplayProcesses } from "./replay_processes.ts";
import { ReplaySignals } from "./replay_signals.ts";
import { ReplayWorkers } from "./replay_workers.ts";

/** A platform that answers as the recorded one did, and holds what it is asked against that. */
export class ReplayPlatform implements Platform {
  /** See `Platform.clock`: the time of the recording. */
  readonly clock: Clock;
  /** See `Platform.poller`. */
  readonly poller: ReplayPoller;
  /** See `Platform.network`. */
  readonly network: Network;
  /** See `Platform.random`. */
  readonly random: RandomSource;
  /** See `Platform.signals`. */
  readonly signals: ReplaySignals;
  /** See `Platform.processes`. */
  readonly processes: ReplayProcesses;
  /** See `Platform.workers`. */
  readonly workers: ReplayWorkers;
  /** See `Platform.report`. */
  readonly report: ErrorReporter;
  /** Where the replay is. */
  readonly cursor: ReplayCursor;
  /** What was reported, as it was when the program was recorded. */
  readonly reports: ErrorReport[] = [];
  readonly #site: ReplaySite;

  /** Made by a replay. */
  constructor(recording: Recording) {
    const cursor = new ReplayCursor(recording);
    this.cursor = cursor;
    const site = { cursor, handles: new Map(), registered: new Set<number>(), releases: new Map() };
    this.#site = site;
    this.clock = { now: () => cursor.call("now") as number };
    this.random = {
      next: () => cursor.call("random") as number,
      fill: (buffer) =>
        buffer.set(Uint8Array.fromBase64(cursor.call("fill", buffer.length) as string)),
    };
    this.poller = new ReplayPoller(site);
    this.network = new ReplayNetwork(site);
    this.signals = new ReplaySignals(cursor);
    this.processes = new ReplayProcesses(site);
    this.workers = new ReplayWorkers(cursor);
    this.report = (report) => this.#take(report);
  }

  /** Whether the program waits in a poll. */
  get isPolling(): boolean {
    return this.poller.isPolling;
  }

  /** Has what comes next in the recording happen, if it is an event; returns whether it is. */
  step(): boolean {
    const { cursor } = this;
    if (cursor.over !== null) return false;
    const entry = cursor.next;
    if (entry === null) cursor.end();
    if (entry === null || cursor.expectsCall) return false;
    try {
      this.#happenAtAll(entry);
    } catch (error) {
      // A replay that is over has its own reason; what a handler throws then is a part of that.
      if (cursor.over === null) cursor.fail(error);
    }
    return cursor.over === null;
  }

  /** Has an event happen at all of its listeners: microtasks run when the last of them was called. */
  #happenAtAll(first: RecordingEntry): void {
    const { cursor } = this;
    const [kind, subject] = first;
    const hasListeners = kind === "signal" || kind === "exited";
    const called = new Set<unknown>();
    for (let entry: RecordingEntry | null = first; entry !== null; entry = cursor.next) {
      if (entry[0] !== kind || entry[1] !== subject || called.has(entry[2])) return;
      this.#happen(kind, entry.slice(1));
      if (!hasListeners || cursor.over !== null) return;
      called.add(entry[2]);
    }
  }

  #happen(kind: string, parts: readonly unknown[]): void {
    const [first, second, third] = parts;
    switch (kind) {
      case "ready":
      case "done":
        return this.poller.pass();
      case "signal":
        return this.signals.arrive(second as number);
      case "exited":
        return this.processes.exit(first as number, second as number, third as ExitStatus);
      case "outcome":
        return this.workers.outcome(first as number, second);
      case "terminated":
        return this.workers.terminated(first as number);
      case "released": {
        const release = this.#site.releases.get(first as number);
        if (release === undefined) throw this.cursor.broken("frees the address of no handle");
        return release.happen();
      }
      default:
        throw this.cursor.broken(`is ${first}, which is not recorded`);
    }
  }

  #take(report: ErrorReport): void {
    const { cursor } = this;
    // Nobody asks any more for the errors of a program that was given up.
    if (cursor.over !== null) return;
    const { next } = cursor;
    if (next?.[0] !== "report" || next[1] !== report.message) {
      if (next === null) cursor.end();
      else cursor.mismatch(formatStep("report", [report.message]), report.error);
      return;
    }
    cursor.pass();
    this.reports.push(report);
  }
}
