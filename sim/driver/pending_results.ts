/**
 * The results that a run still waits for.
 *
 * @module
 */

import { type PendingResult, type PendingWatcher, watchPendingResults } from "../../poller/mod.ts";
import { captureStack } from "../../poller/stack.ts";
import type { SimHost } from "../host/host.ts";

/** A result that has not come, and where it was asked for. */
export interface UnsettledResult {
  /** The name of the host that made it; empty for the world. */
  readonly host: string;
  /** The stack in which it was made. */
  readonly origin: string | undefined;
}

/** Watches the results that are made while a run takes turns. */
export class PendingResults implements PendingWatcher {
  readonly #current: () => SimHost | null;
  readonly #pending = new Map<
    PendingResult,
    { host: SimHost | null; origin: string | undefined }
  >();
  #outer: PendingWatcher | null = null;

  /** Made for one simulation, which tells whose turn it is. */
  constructor(current: () => SimHost | null) {
    this.#current = current;
  }

  /** Called before turns. */
  enter(): void {
    this.#outer = watchPendingResults(this);
  }

  /** Called after turns. */
  leave(): void {
    watchPendingResults(this.#outer);
    this.#outer = null;
  }

  /** Takes note of something whose result is to come. */
  made(result: PendingResult): void {
    this.#pending.set(result, { host: this.#current(), origin: captureStack() });
  }

  /** Takes note of a result. */
  settled(result: PendingResult): void {
    this.#pending.delete(result);
  }

  /** What somebody waits for, on hosts whose programs have not ended, oldest first. */
  *[Symbol.iterator](): Iterator<UnsettledResult> {
    for (const [result, { host, origin }] of this.#pending) {
      if (result.isAwaited && host?.program !== "ended") yield { host: host?.name ?? "", origin };
    }
  }
}
