/**
 * When a periodic callback is due next.
 *
 * @module
 */

/** What {@linkcode nextTick} needs. */
export interface Grid {
  /** The deadline of the tick that has just run, in seconds. */
  readonly previous: number;
  /** The time now, in seconds. */
  readonly now: number;
  /** The distance of two ticks, in seconds; more than 0. */
  readonly period: number;
}

/**
 * Returns the first point of the grid after now: ticks that were missed, also one that would be due
 * at this very moment, are left out. If the clock went back, it is the point after the previous
 * one, so that none comes twice.
 *
 * Tornado: `PeriodicCallback._update_next` (`ioloop.py`, 5.1).
 *
 * @param grid Where the grid is, and the time.
 * @returns The next deadline, in seconds.
 */
export function nextTick({ previous, now, period }: Grid): number {
  if (previous > now) return previous + period;
  return previous + (Math.floor((now - previous) / period) + 1) * period;
}

/**
 * Varies a period: the window is centred on it, so that the mean rate stays.
 *
 * Tornado: `jitter` of `PeriodicCallback` (`ioloop.py`, 5.1).
 *
 * @param period The period, in seconds.
 * @param jitter The width of the window, as a fraction of the period.
 * @param random At least 0 and less than 1.
 * @returns The varied period, in seconds.
 */
export function jittered(period: number, jitter: number, random: number): number {
  return jitter === 0 ? period : period * (1 + jitter * (random - 0.5));
}
