/**
 * Long work in small steps, which take turns.
 *
 * @module
 */

import type { Deferred } from "../deferred/deferred.ts";
import { getReactor } from "../default_reactor.ts";
import { type CooperativeTask, RunningTask } from "./cooperative_task.ts";
import { SchedulerStopped } from "./errors.ts";
import type { TaskClock } from "./task_clock.ts";

/** How long a cooperator works before it lets the reactor do other things, in seconds. Twisted's. */
const SLICE_SECONDS = 0.01;

/** How long a cooperator waits between two slices, in seconds: any time at all. Twisted's. */
const PAUSE_SECONDS = 1e-8;

/** A planned slice of work, which may be called off. */
export interface ScheduledSlice {
  /** Calls it off. */
  cancel(): void;
}

/** How a {@linkcode Cooperator} shares out time. */
export interface CooperatorOptions {
  /**
   * Called at the beginning of each slice; returns a function that is asked after each step whether the
   * slice is over.
   *
   * @default {10 ms on the clock}
   */
  readonly terminationPredicateFactory?: () => () => boolean;
  /**
   * Plans a slice; what it is given must be called later, never at once.
   *
   * @default {clock.callLater(1e-8, slice)}
   */
  readonly scheduler?: (slice: () => void) => ScheduledSlice;
  /**
   * Whether it works from the beginning, or from {@linkcode Cooperator.start}.
   *
   * @default {true}
   */
  readonly started?: boolean;
  /**
   * The clock of the defaults above.
   *
   * @default {the default reactor, looked up when needed}
   */
  readonly clock?: TaskClock;
}

/**
 * Advances any number of iterators in turn, a slice of time at once, so that long work in small steps
 * leaves the reactor free to do other things in between.
 *
 * Twisted: `Cooperator` (`internet/task.py`, 24.7), with its keywords as options.
 *
 * @example Two tasks take turns
 * ```ts
 * import { Cooperator } from "@twinloop/twinloop/reactor";
 * import { SimClock } from "@twinloop/twinloop/sim";
 * import { assertEquals } from "@std/assert";
 *
 * const clock = new SimClock();
 * const cooperator = new Cooperator({ clock });
 * const log: string[] = [];
 * function* count(name: string) {
 *   for (let i = 1; i <= 2; i++) yield log.push(`${name}${i}`);
 * }
 * cooperator.cooperate(count("a"));
 * cooperator.cooperate(count("b"));
 * clock.advance(1);
 * assertEquals(log, ["a1", "b1", "a2", "b2"]);
 * ```
 */
export class Cooperator {
  /** The tasks that are not paused, in the order of their turns. */
  readonly #tasks: Set<RunningTask<Iterator<unknown>>> = new Set();
  /** Whose turn it is; goes on where the last slice ended. */
  #turns: Iterator<RunningTask<Iterator<unknown>>> = this.#tasks.values();
  readonly #terminationPredicateFactory: () => () => boolean;
  readonly #scheduler: (slice: () => void) => ScheduledSlice;
  readonly #clock: TaskClock | null;
  #state: "unstarted" | "running" | "stopped";
  /** The slice that is planned. */
  #slice: ScheduledSlice | null = null;

  /**
   * Makes a cooperator without tasks.
   *
   * @param options How it shares out time.
   */
  constructor(options?: CooperatorOptions) {
    this.#clock = options?.clock ?? null;
    this.#state = options?.started ?? true ? "running" : "unstarted";
    this.#terminationPredicateFactory = options?.terminationPredicateFactory ??
      (() => this.#timer());
    this.#scheduler = options?.scheduler ??
      ((slice) => this.#getClock().callLater(PAUSE_SECONDS, slice));
  }

  /** Whether tasks are advanced, if there are any. */
  get running(): boolean {
    return this.#state === "running";
  }

  /**
   * Adds an iterator.
   *
   * @param iterator What to advance; a step may yield a Deferred or a promise to wait for.
   * @returns A Deferred that fires with the iterator at its end. It fails with what the iterator throws,
   * and with {@linkcode SchedulerStopped} if this is stopped.
   */
  coiterate<I extends Iterator<unknown>>(iterator: I): Deferred<I>;
  /**
   * Adds an iterator and fires a given Deferred at its end.
   *
   * @param iterator What to advance.
   * @param doneDeferred The Deferred to fire.
   * @returns The given Deferred.
   */
  coiterate<I extends Iterator<unknown>>(iterator: I, doneDeferred: Deferred<I>): Deferred<I>;
  coiterate<I extends Iterator<unknown>>(iterator: I, doneDeferred?: Deferred<I>): Deferred<I> {
    const done = this.cooperate(iterator).whenDone();
    if (doneDeferred === undefined) return done;
    done.chainDeferred(doneDeferred);
    return doneDeferred;
  }

  /**
   * Adds an iterator.
   *
   * @param iterator What to advance; a step may yield a Deferred or a promise to wait for.
   * @returns The task, which can be paused, resumed, stopped and waited for.
   */
  cooperate<I extends Iterator<unknown>>(iterator: I): CooperativeTask<I> {
    const task = new RunningTask(iterator, {
      add: (task) => this.#add(task),
      remove: (task) => this.#remove(task),
    });
    this.#add(task);
    return task;
  }

  /** Begins to work, or begins again after {@linkcode Cooperator.stop}. */
  start(): void {
    this.#state = "running";
    this.#reschedule();
  }

  /**
   * Stops: every task ends with {@linkcode SchedulerStopped}, and so does every one that is added. A
   * paused task does when it is resumed.
   */
  stop(): void {
    this.#state = "stopped";
    for (const task of this.#tasks) task.abort(new SchedulerStopped());
  }

  #add(task: RunningTask<Iterator<unknown>>): void {
    this.#tasks.add(task);
    if (this.#state === "stopped") task.abort(new SchedulerStopped());
    else this.#reschedule();
  }

  #remove(task: RunningTask<Iterator<unknown>>): void {
    this.#tasks.delete(task);
    if (this.#tasks.size > 0) return;
    this.#slice?.cancel();
    this.#slice = null;
  }

  #reschedule(): void {
    if (!this.running || this.#slice !== null || this.#tasks.size === 0) return;
    this.#slice = this.#scheduler(() => this.#work());
  }

  #work(): void {
    this.#slice = null;
    try {
      this.#advance(this.#terminationPredicateFactory());
    } finally {
      this.#reschedule();
    }
  }

  #advance(isOver: () => boolean): void {
    while (this.#tasks.size > 0) {
      const { done, value: task } = this.#turns.next();
      if (done) {
        this.#turns = this.#tasks.values();
        continue;
      }
      task.step();
      if (isOver()) return;
    }
  }

  #timer(): () => boolean {
    const clock = this.#getClock();
    const end = clock.seconds() + SLICE_SECONDS;
    return () => clock.seconds() > end;
  }

  #getClock(): TaskClock {
    return this.#clock ?? getReactor();
  }
}

/** The cooperator of the default reactor, made when it is first used. */
let globalCooperator: Cooperator | null = null;

/**
 * Adds an iterator to the cooperator of the default reactor.
 *
 * Twisted: `cooperate` (`internet/task.py`, 24.7).
 *
 * @param iterator What to advance.
 * @returns The task.
 */
export function cooperate<I extends Iterator<unknown>>(iterator: I): CooperativeTask<I> {
  globalCooperator ??= new Cooperator();
  return globalCooperator.cooperate(iterator);
}

/**
 * Adds an iterator to the cooperator of the default reactor.
 *
 * Twisted: `coiterate` (`internet/task.py`, 24.7).
 *
 * @param iterator What to advance.
 * @returns A Deferred that fires with the iterator at its end.
 */
export function coiterate<I extends Iterator<unknown>>(iterator: I): Deferred<I> {
  return cooperate(iterator).whenDone();
}
