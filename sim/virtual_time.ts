/**
 * The time of a simulated world, and what will happen in it.
 *
 * @module
 */

import { type Timer, TimerQueue } from "../poller/mod.ts";
import type { Causes } from "./causes.ts";
import { ChildCounts } from "./child_counts.ts";
import { DueLanes, Lane } from "./due_lanes.ts";
import type { TurnLog } from "./turn_log.ts";

/**
 * Sums of decimal fractions are off by a few units in the last place: 0.1 + 0.2 is not 0.3. Times
 * this close to a whole number of nanoseconds are taken for it, so that they read as people expect.
 */
const SNAP_SECONDS = 1e-12;

/** Above this, in seconds, a double cannot hold nanoseconds any more, and nothing is snapped. */
const SNAP_MAX_SECONDS = 2 ** 22;

/**
 * Returns the time that is so many seconds after another, snapped to the nanosecond where the
 * difference is only that of rounding.
 */
export function addSeconds(time: number, seconds: number): number {
  const sum = time + seconds;
  if (sum > SNAP_MAX_SECONDS) return sum;
  const snapped = Math.round(sum * 1e9) / 1e9;
  return Math.abs(snapped - sum) < SNAP_SECONDS ? snapped : sum;
}

/** As {@linkcode addSeconds}, but never less than the exact sum, and later than `time` if `seconds` is positive. */
export function addSecondsUp(time: number, seconds: number): number {
  const sum = time + seconds;
  if (sum > SNAP_MAX_SECONDS) return sum === time && seconds > 0 ? nextAfter(time) : sum;
  const snapped = Math.round(sum * 1e9) / 1e9;
  const result = snapped >= sum && snapped - sum < SNAP_SECONDS ? snapped : sum;
  return result === time && seconds > 0 ? nextAfter(time) : result;
}

/** The next double above a number that is not negative. */
function nextAfter(value: number): number {
  let step = Number.EPSILON * value / 2 || Number.MIN_VALUE;
  while (value + step === value) step *= 2;
  return value + step;
}

/** How often the clock may be read in one turn. */
export const READS_MAX = 10_000_000;

/** What an event is for: events for different purposes are counted apart in causal names. */
type Purpose = typeof WORLD | typeof TURN | typeof SLEEP;
const WORLD = 0;
const TURN = 1;
const SLEEP = 2;

/** An event as it waits in the queue. */
interface NamedEvent {
  (): void;
  /** Its causal name. */
  eventName?: number;
  /** Whose it is. */
  lane?: Lane;
  /** What waits for it, if a leak check should hear of it. */
  sleep?: Sleep;
}

/** A sleep that has not ended. */
export interface Sleep {
  /** The name of the host whose turn it was when it began; empty for the world. */
  readonly host: string;
  /** When it ends, in seconds. */
  readonly at: number;
  /** Where it began: a stack, if stacks are kept. */
  readonly origin: string | undefined;
}

/**
 * The clock of a world and the events that are to come, with their causes.
 *
 * Every event has a causal name: a number made of the name of the event during which it was
 * scheduled and of its place among that event's children of the same kind: those on the same host and
 * for the same purpose. It stays the same when something unrelated is added to the program.
 */
export class VirtualTime {
  /** The time, in seconds; set by the driver. */
  now = 0;
  /** The causal name of the event that runs. */
  cause = 0;
  /** The causes of causes, if they are kept. */
  causes: Causes | null = null;
  /** What notes who touched what; `null` if nobody does. */
  log: TurnLog | null = null;
  readonly #timers = new TimerQueue();
  /** The events of `#dueAt`, once they are due. */
  readonly #due = new DueLanes();
  #dueAt = 0;
  /** The events of the world, which may touch anything. */
  readonly #lane = new Lane("");
  /** Called when code of the program has read the clock so often that it must be waiting for it. */
  onSpin: () => void = () => {};
  /** How often the clock was read since the last event began. */
  #reads = 0;
  /** How many children the event that runs has. */
  readonly #children = new ChildCounts();
  /** Whether the event that ran last ran code of the program under test. */
  #ranUserCode = false;

  /** When the next event happens; `Infinity` if there is none. */
  get nextAt(): number {
    return this.#due.size > 0 ? this.#dueAt : this.#timers.nextDeadline;
  }

  /** How many events can be next: the first of each lane. Events of different times are in order. */
  countDue(): number {
    if (this.#due.size === 0) {
      this.#dueAt = this.#timers.nextDeadline;
      if (this.#dueAt > this.now) return 0;
    }
    for (;;) {
      const timer = this.#timers.takeFirst(this.#dueAt);
      if (timer === null) return this.#due.size;
      this.#due.add(timer, (timer.callback as NamedEvent).lane as Lane);
    }
  }

  /** The causal name of an event that can be next. */
  dueName(index: number): number {
    const { queue, first } = this.#due.at(index);
    return ((queue[first] as Timer).callback as NamedEvent).eventName as number;
  }

  /** In which lane an event is that can be next. */
  dueLane(index: number): Lane {
    return this.#due.at(index);
  }

  /**
   * Has the world do something at a time: deliver a segment, for example. No code of the program
   * under test runs in it.
   *
   * @param at When.
   * @param event What.
   * @param lane Whose it is: it happens after what the same lane has for the same time, and touches
   * nothing but its host, unless it says so. Without one it may touch anything.
   */
  schedule(at: number, event: () => void, lane?: Lane): Timer {
    return this.#add(at, event, WORLD, lane);
  }

  /** As {@linkcode VirtualTime.schedule}, for an event that runs code of the program under test. */
  scheduleTurn(at: number, event: () => void, lane?: Lane): Timer {
    return this.#add(at, event, TURN, lane);
  }

  /** As {@linkcode VirtualTime.scheduleTurn}, for the end of a sleep. */
  scheduleWake(sleep: Sleep, event: () => void): void {
    const timer = this.#add(sleep.at, event, SLEEP);
    (timer.callback as NamedEvent).sleep = sleep;
  }

  /** The sleeps that have not ended, in no order. */
  *sleeps(): Iterable<Sleep> {
    for (const { callback } of [...this.#lane.queue.slice(this.#lane.first), ...this.#timers]) {
      const { sleep } = callback as NamedEvent;
      if (sleep !== undefined) yield sleep;
    }
  }

  #add(at: number, event: () => void, purpose: Purpose, lane: Lane = this.#lane): Timer {
    const name = this.nextName(lane.kind + purpose);
    const run: NamedEvent = () => {
      this.enter(name);
      this.#ranUserCode = purpose !== WORLD;
      event();
    };
    run.eventName = name;
    run.lane = lane;
    this.log?.scheduled(lane.owner, name, at, this.now);
    return this.#timers.add(at, run);
  }

  /** Takes back an event. */
  cancel(timer: Timer): void {
    const lane = this.#takeBack(timer);
    if (lane !== null) this.log?.cancelled(lane.host);
  }

  /** As {@linkcode VirtualTime.cancel}, for an event that touches only what its owner touches. */
  withdraw(timer: Timer): void {
    this.#takeBack(timer);
  }

  /** Takes back an event; returns its lane, or `null` if it has happened or was taken back. */
  #takeBack(timer: Timer): Lane | null {
    const lane = (timer.callback as NamedEvent | null)?.lane;
    const isDue = timer.state === "due";
    if (!this.#timers.cancel(timer) || lane === undefined) return null;
    if (isDue) {
      this.log?.disables(lane.owner);
      this.#due.remove(timer, lane);
    }
    return lane;
  }

  /**
   * Runs an event that can be next, see {@linkcode VirtualTime.countDue}.
   *
   * @param index Which.
   * @returns Whether it ran code of the program under test.
   */
  fire(index: number): boolean {
    this.#ranUserCode = false;
    this.#due.take(index).run();
    return this.#ranUserCode;
  }

  /** Returns the causal name of the next child of what runs now, children of each kind counted apart. */
  nextName(kind: number): number {
    const name = mix(this.cause, this.#children.next(kind));
    this.causes?.add(name, this.cause);
    return name;
  }

  /** Says that the event with a name runs from now on. */
  enter(name: number): void {
    this.cause = name;
    this.#children.clear();
    this.#reads = 0;
  }

  /** As `now`, for code of the program: it stands still during a turn, so nobody may wait for it there. */
  read(): number {
    if (++this.#reads > READS_MAX) this.onSpin();
    return this.now;
  }
}

/** Makes the causal name of a child: mixes the name of its parent and its ordinal into 53 bits. */
export function mix(parent: number, ordinal: number): number {
  const low = parent | 0;
  const high = (parent / 0x100000000) | 0;
  let a = Math.imul(low ^ ordinal, 0x9e3779b1) ^ high;
  a = Math.imul(a ^ (a >>> 15), 0x85ebca77);
  a ^= a >>> 13;
  let b = Math.imul(high + ordinal, 0xc2b2ae3d) ^ low ^ a;
  b = Math.imul(b ^ (b >>> 16), 0x27d4eb2f);
  b ^= b >>> 15;
  return (a >>> 0) + (b & 0x1fffff) * 0x100000000;
}
