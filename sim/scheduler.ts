/**
 * What happens next in a simulated world.
 *
 * @module
 */

import type { SimHost } from "./host/host.ts";
import type { ChoiceCandidate } from "./strategy.ts";
import { laneOf, type Runnable } from "./turn_log.ts";
import type { VirtualTime } from "./virtual_time.ts";

/**
 * Deadlines further away than this, in seconds, never come: some 30 years, beyond which a double
 * could not tell a microsecond any more.
 */
const HORIZON_SECONDS = 1e9;

type Choose = (
  label: string,
  bound: number,
  candidate: (answer: number) => ChoiceCandidate,
) => number;

/** Picks the next event or host, and moves time on when there is none. */
export class Scheduler implements Runnable {
  /** The host whose turn it is, or was last; `null` outside of every host. */
  current: SimHost | null = null;
  readonly #time: VirtualTime;
  readonly #hosts: ReadonlyMap<string, SimHost>;
  readonly #choose: Choose;
  /** The hosts that can make a pass, in the order in which they became so. */
  readonly #runnable: SimHost[] = [];
  /** How many things were done. */
  #steps = 0;

  /** Made by the simulation. */
  constructor(
    time: VirtualTime,
    hosts: ReadonlyMap<string, SimHost>,
    choose: Choose,
  ) {
    this.#time = time;
    this.#hosts = hosts;
    this.#choose = choose;
  }

  /** The host that has waited for its pass the longest, and how many things were done meanwhile. */
  get longestWait(): { readonly host: string; readonly turns: number } | null {
    let longest: SimHost | null = null;
    for (const host of this.#runnable) {
      if (longest === null || host.queuedAt < longest.queuedAt) longest = host;
    }
    return longest && { host: longest.name, turns: this.#steps - longest.queuedAt };
  }

  /** Whether a time is so far away that it never comes. */
  static isNever(time: number): boolean {
    return time > HORIZON_SECONDS;
  }

  /** Puts a host at the end of those that can make a pass, unless it is among them. */
  enqueue(host: SimHost): void {
    if (host.queued) return;
    host.queued = true;
    host.queuedAt = this.#steps;
    this.#time.log?.enabled(host.name);
    this.#runnable.push(host);
    // Outside of every event, the cause is what the host waited for.
    if (this.#time.cause !== 0) host.wakeName = this.#time.nextName(~host.lane.kind);
  }

  /**
   * Does the next thing that can be done now.
   *
   * @returns Whether it was a turn: whether code of the program under test ran.
   */
  runOne(): boolean {
    const runnable = this.#runnable;
    const due = this.#time.countDue();
    const candidates = runnable.length + due;
    if (candidates === 0) return false;
    this.#steps++;
    let index = candidates > 1 ? this.#choose("step", candidates, this.#candidate) : 0;
    if (index < due) return this.#fire(index);
    index -= due;
    const host = runnable[index] as SimHost;
    if (index === 0) runnable.shift();
    else takeOut(runnable, index);
    host.queued = false;
    this.current = host;
    this.#time.log?.begin(host.name, host.name, host.wakeName, this.#time.now);
    this.#time.enter(host.wakeName);
    return host.poller.pass();
  }

  /** Whose turns are possible now: events that are due, then hosts. */
  owners(): string[] {
    const owners = this.#runnable.map(({ name }) => name);
    for (let due = this.#time.countDue(); due > 0; due--) {
      owners.unshift(laneOf(this.#time.dueLane(due - 1).owner));
    }
    return owners;
  }

  #fire(index: number): boolean {
    const { log } = this.#time;
    const { owner, host } = this.#time.dueLane(index);
    // What is decided in an event has nothing to do with whose turn happened to be before.
    this.current = this.#hosts.get(host) ?? null;
    log?.begin(laneOf(owner), host, this.#time.dueName(index), this.#time.now);
    return this.#time.fire(index);
  }

  /** What can be done next: the events that are due, then the hosts. */
  #candidate = (answer: number): ChoiceCandidate => {
    const due = this.#time.countDue();
    if (answer < due) {
      const { owner } = this.#time.dueLane(answer);
      return { name: this.#time.dueName(answer), subject: laneOf(owner) };
    }
    const host = this.#runnable[answer - due] as SimHost;
    return { name: host.wakeName, subject: host.name };
  };

  /**
   * Moves time to the next deadline if nothing can be done now.
   *
   * @param until Beyond this time nothing happens.
   * @returns Whether something can be done.
   */
  moveOn(until: number): boolean {
    if (this.#runnable.length > 0 || this.#time.nextAt <= this.#time.now) return true;
    let next = this.#time.nextAt;
    for (const host of this.#hosts.values()) next = Math.min(next, host.poller.deadline);
    if (Scheduler.isNever(next) || next > until) return false;
    this.#time.now = next;
    this.#time.log?.moved();
    this.expireDue();
    return true;
  }

  /** Has the polls end whose deadlines have come. */
  expireDue(): void {
    this.#time.enter(0);
    for (const host of this.#hosts.values()) {
      if (host.poller.deadline <= this.#time.now) host.poller.expire();
    }
  }
}

/** As `splice(index, 1)`, without making a list of what was taken out. */
function takeOut<T>(items: T[], index: number): void {
  for (let i = index + 1; i < items.length; i++) items[i - 1] = items[i] as T;
  items.length--;
}
