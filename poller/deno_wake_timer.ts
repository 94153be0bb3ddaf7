/**
 * The one native timer of a poller.
 *
 * @module
 */

import type { Clock } from "./clock.ts";

/** The longest delay of a native timer, in milliseconds; a longer one fires at once in Deno. */
const DELAY_MAX = 2 ** 31 - 1;

/**
 * How much earlier than asked a native timer is set, in milliseconds: Deno's timers are late by
 * about this much and never early.
 */
const LATENESS = 1;

/**
 * One native timer under all deadlines of a poller.
 *
 * To set and clear a native timer for each pass costs a fifth of a round trip of an echo server,
 * so it is armed lazily: only when nothing is armed that fires early enough. Whoever it wakes
 * looks at the clock and arms it again if it was too early.
 */
export class WakeTimer {
  readonly #wake: () => void;
  /** What `setTimeout` returned; `undefined` when nothing is armed. */
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The deadline that it was armed for, in seconds of the clock. */
  #firesAt = Infinity;

  /**
   * Makes a timer that is not armed.
   *
   * @param wake Called when the native timer fires.
   */
  constructor(wake: () => void) {
    this.#wake = wake;
  }

  /**
   * Sees that `wake` is called no later than a deadline (or the longest delay) allows. It keeps
   * the process alive also if the deadline is `Infinity`.
   *
   * @param clock The clock; read only if the native timer has to be armed anew.
   * @param deadline The deadline, in seconds of that clock.
   */
  arm(clock: Clock, deadline: number): void {
    if (this.#timer !== undefined) {
      if (this.#firesAt <= deadline) return;
      clearTimeout(this.#timer);
    }
    const now = clock.now();
    const delay = Math.max(Math.floor((deadline - now) * 1000) - LATENESS, 0);
    this.#firesAt = Math.min(deadline, now + DELAY_MAX / 1000);
    this.#timer = setTimeout(this.#fire, Math.min(delay, DELAY_MAX));
  }

  /** Drops the native timer. */
  cancel(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#firesAt = Infinity;
  }

  readonly #fire = (): void => {
    this.#timer = undefined;
    this.#firesAt = Infinity;
    this.#wake();
  };
}
