/**
 * Which simulation answers for the globals of the process: time, timers, randomness.
 *
 * The patches of `deno_patches.ts` ask here on every call. While no simulation takes a turn, the
 * answer is none and the originals do their work, so that several simulations and other code can
 * share a process.
 *
 * @module
 */

import type { RandomSource } from "../../poller/mod.ts";

/** Something that will happen in virtual time, until it is cancelled. */
export interface AmbientTimer {
  /** Takes it back; does nothing if it has happened. */
  cancel(): void;
}

/** Something to do in a turn of its own. */
export interface AmbientTask {
  /** What it is called in traces and reports: `setTimeout#1`. */
  readonly label: string;
  /** Does it. */
  run(): void;
}

/** What the globals ask of a simulation. All answers are those of the host whose turn it is. */
export interface Ambient {
  /** The wall clock, in milliseconds since 1970. */
  wallMilliseconds(): number;
  /** The monotonic clock, in milliseconds since the run's first turn. */
  monotonicMilliseconds(): number;
  /** The wall clock at the run's first turn, in milliseconds since 1970. */
  readonly originMilliseconds: number;
  /** The timers that wait, by their numbers: `clearTimeout` takes numbers, too. */
  readonly timers: Map<number, { close(): unknown }>;
  /** Randomness. */
  random(): RandomSource;
  /** Returns a number that no other timer of the simulation has. */
  nextTimerId(): number;
  /**
   * Has a task run in a turn of its own. What it throws fails the run.
   *
   * @param seconds In how many seconds.
   * @param task The task.
   */
  schedule(seconds: number, task: AmbientTask): AmbientTimer;
  /** Takes note of what a callback threw: it fails the run. */
  threw(label: string, error: unknown): void;
  /** Whether a fenced global may be used all the same. */
  allows(name: string): boolean;
  /** Takes note that a fenced global was used; returns the error to throw. */
  fenced(name: string, instead: string): Error;
}

/** The simulation that takes a turn now; `null` if none does. */
export let ambient: Ambient | null = null;

/** Makes a simulation answer from now on, or nobody; returns who answered until now. */
export function setAmbient(next: Ambient | null): Ambient | null {
  const previous = ambient;
  ambient = next;
  return previous;
}
