/**
 * Where a contract suite runs: on hosts of a simulation, or on real sockets.
 *
 * @module
 */

import type { Platform } from "../../poller/mod.ts";

/** Registers a test; `Deno.test` is one. */
export type TestFunction = (name: string, fn: () => void | Promise<void>) => void;

/** Makes a fresh platform for each test, and sees that the test leaves nothing behind. */
export interface World {
  /** Stands in the names of tests: `sim` or `deno`. */
  readonly name: string;
  /** Whether time passes by itself: a test may then not wait for more than a few milliseconds. */
  readonly isReal: boolean;
  /**
   * Runs a test on a fresh platform and fails if handles, timers or registrations are left, or if
   * an error was reported that the test did not take.
   */
  run(body: (world: WorldRun) => Promise<void>): Promise<void>;
}

/** One test's share of a {@linkcode World}. */
export interface WorldRun {
  /** The platform to build loops on. */
  readonly platform: Platform;
  /** Returns the messages and errors reported to the platform so far and forgets them. */
  takeReports(): { readonly message: string; readonly error: unknown }[];
  /** Waits for some seconds, virtual ones in a simulation. It needs no loop. */
  sleep(seconds: number): Promise<void>;
}
