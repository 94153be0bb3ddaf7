/**
 * The time-outs of questions, many of them on one timer of the loop.
 *
 * @module
 */

import { emptyContext } from "../poller/context.ts";
import { type Timer, TimerQueue } from "../poller/timer_queue.ts";
import type { Cancellable, ResolverLoop, Timers } from "./loop.ts";

/**
 * Keeps at most one timer of the loop for any number of time-outs.
 *
 * Nearly all time-outs are cancelled, and nearly all are of the same length. The loop's timer is
 * left as it is when one is cancelled; it looks for what is due when it fires, or is put to rest
 * when nothing is asked any more.
 */
export class QuestionTimers implements Timers {
  readonly #loop: ResolverLoop;
  readonly #queue = new TimerQueue();
  /** The loop's timer; `null` when none is set. */
  #armed: Cancellable | null = null;
  /** When it fires. */
  #armedFor = Infinity;

  /**
   * Sets nothing yet.
   *
   * @param loop The loop.
   */
  constructor(loop: ResolverLoop) {
    this.#loop = loop;
  }

  /** See {@linkcode Timers.callLater}. */
  callLater(seconds: number, callback: () => void): Cancellable {
    const timer = this.#queue.add(this.#loop.platform.clock.now() + seconds, callback);
    try {
      if (timer.deadline < this.#armedFor) this.#arm();
    } catch (error) {
      this.#queue.cancel(timer);
      throw error;
    }
    return new QueuedCall(this.#queue, timer);
  }

  /** Drops the loop's timer if nothing waits for it. */
  rest(): void {
    if (this.#queue.size === 0) this.#disarm();
  }

  #disarm(): void {
    this.#armed?.cancel();
    this.#armed = null;
    this.#armedFor = Infinity;
  }

  #arm(): void {
    this.#disarm();
    const deadline = this.#queue.nextDeadline;
    if (deadline === Infinity) return;
    const seconds = Math.max(deadline - this.#loop.platform.clock.now(), 0);
    // It serves many questions: none of their contexts may live on in it.
    this.#armed = emptyContext(() => this.#loop.callLater(seconds, this.#onTimer));
    this.#armedFor = deadline;
  }

  readonly #onTimer = (): void => {
    this.#armed = null;
    this.#armedFor = Infinity;
    for (const timer of this.#queue.takeDue(this.#loop.platform.clock.now())) timer.run();
    if (this.#armed === null) this.#arm();
  };
}

/** A time-out of a {@linkcode QuestionTimers}. */
class QueuedCall implements Cancellable {
  readonly #queue: TimerQueue;
  readonly #timer: Timer;

  constructor(queue: TimerQueue, timer: Timer) {
    this.#queue = queue;
    this.#timer = timer;
  }

  cancel(): void {
    this.#queue.cancel(this.#timer);
  }
}
