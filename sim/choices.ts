/**
 * The decisions of a run.
 *
 * @module
 */

import type { Scheduler } from "./scheduler.ts";
import type { ChoiceCandidate, ChoicePlace, Strategy } from "./strategy.ts";
import type { Trace } from "./trace.ts";
import type { VirtualTime } from "./virtual_time.ts";

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Asks a strategy, tells it where in the run it is, and checks its answers. */
export class Choices {
  readonly #strategy: Strategy;
  readonly #time: VirtualTime;
  readonly #trace: Trace;
  readonly #scheduler: Scheduler;
  /** The one object that the strategy is handed, so that a decision makes none. */
  readonly #place: Writable<ChoicePlace> = {
    cause: 0,
    host: "",
    isFault: false,
    times: null,
    candidate: nothingPicked,
  };

  /** Made by the simulation. */
  constructor(strategy: Strategy, time: VirtualTime, trace: Trace, scheduler: Scheduler) {
    this.#strategy = strategy;
    this.#time = time;
    this.#trace = trace;
    this.#scheduler = scheduler;
  }

  /**
   * Returns the answer to a decision.
   *
   * @param label What is decided.
   * @param bound How many answers there are.
   * @param candidate Says what an answer picks.
   * @param isFault Whether every answer but 0 is a fault.
   * @param times The times that the answers stand for.
   */
  choose(
    label: string,
    bound: number,
    candidate: (answer: number) => ChoiceCandidate | null = nothingPicked,
    isFault: boolean = false,
    times: readonly number[] | null = null,
  ): number {
    if (bound === 1) return 0;
    if (!Number.isInteger(bound) || bound < 1) {
      throw new RangeError(`Cannot choose ${label}: bound ${bound} is not a whole number above 0`);
    }
    const place = this.#place;
    const { cause } = this.#time;
    const host = label === "step" ? "" : this.#scheduler.current?.name ?? "";
    place.cause = cause;
    place.host = host;
    place.candidate = candidate;
    place.isFault = isFault;
    place.times = times;
    const answer = this.#strategy.choose(label, bound, place);
    if (!Number.isInteger(answer) || answer < 0 || answer >= bound) {
      throw new RangeError(`Cannot choose ${label}: answer ${answer} is not below ${bound}`);
    }
    if (answer !== 0 && this.#trace.enabled) {
      const name = this.#scheduler.current?.name ?? "";
      this.#trace.record(this.#time.now, cause, name, "choose", label, `${answer}/${bound}`);
    }
    return answer;
  }

  /**
   * Returns the time that a strategy chooses, in seconds.
   *
   * @param label What is decided.
   * @param times The times; the first is what usually happens.
   * @param subject What it is the time of; empty if the label says that.
   */
  chooseTime(label: string, times: readonly number[], subject: string): number {
    const { cause } = this.#time;
    const candidate = subject === "" ? nothingPicked : () => ({ name: cause, subject });
    return times[this.choose(label, times.length, candidate, false, times)] as number;
  }
}

function nothingPicked(): null {
  return null;
}
