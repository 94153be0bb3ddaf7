/**
 * Finding out that nobody asks any more.
 *
 * @module
 */

import type { Cancellable, Timers } from "./loop.ts";

/**
 * After so many microtasks who waited for an answer has heard of it, perhaps through a function or
 * two of its own, and asked its next question: the resolver's own functions take 8.
 */
const MICROTASKS = 16;

/** What is watched. */
export interface IdleWatchOptions {
  /** Whether nothing is asked at the moment. */
  readonly isIdle: () => boolean;
  /** Called when nothing has been asked for a pass. */
  readonly onIdle: () => void;
}

/**
 * Waits after an answer whether another question follows, so that who asks one after the other does
 * not pay for a new socket and a new timer each time.
 *
 * The wait is for some microtasks first. A timer of no seconds would cost every single question a
 * pass of the loop, a fifth of all that it takes.
 */
export class IdleWatch {
  readonly #timers: Timers;
  readonly #options: IdleWatchOptions;
  /** Whether microtasks are waited for. */
  #isWaiting = false;
  /** `null` unless a pass is waited for. */
  #timer: Cancellable | null = null;

  /**
   * Waits for nothing yet.
   *
   * @param timers Where the passes are waited for.
   * @param options What is watched, and who is told.
   */
  constructor(timers: Timers, options: IdleWatchOptions) {
    this.#timers = timers;
    this.#options = options;
  }

  /** Begins to wait, when the last answer has come. A second call is ignored. */
  begin(): void {
    if (this.#isWaiting || this.#timer !== null) return;
    this.#isWaiting = true;
    void this.#waitForMicrotasks();
  }

  /** Ceases to wait. */
  end(): void {
    this.#isWaiting = false;
    this.#timer?.cancel();
    this.#timer = null;
  }

  async #waitForMicrotasks(): Promise<void> {
    const { isIdle, onIdle } = this.#options;
    for (let i = 0; i < MICROTASKS && this.#isWaiting && isIdle(); i++) await undefined;
    const wasEnded = !this.#isWaiting;
    this.#isWaiting = false;
    if (wasEnded || !isIdle()) return;
    try {
      this.#waitForPasses();
    } catch {
      // The loop is closed: nobody will ask, and nobody would close what is open.
      onIdle();
    }
  }

  /**
   * The next pass may begin before the one who waits for the answer has run; between two passes all
   * promises settle.
   */
  #waitForPasses(): void {
    const { isIdle, onIdle } = this.#options;
    this.#timer = this.#timers.callLater(0, () => {
      this.#timer = null;
      if (!isIdle()) return;
      this.#timer = this.#timers.callLater(0, () => {
        this.#timer = null;
        if (isIdle()) onIdle();
      });
    });
  }
}
