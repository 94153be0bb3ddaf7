/**
 * The events that are due, by whose they are.
 *
 * @module
 */

import type { Timer } from "../poller/mod.ts";
import { kindOf } from "./child_counts.ts";

/** Events that happen one after the other: those of a host's network, or those of the world. */
export class Lane {
  /** What it is called: the name of a host, or more if the host has several; empty for the world. */
  readonly owner: string;
  /** Whose events they are: the name of a host; empty for the world. */
  readonly host: string;
  /** Tells its events from others in causal names. */
  readonly kind: number;
  /** The events that are due; those before `first` have happened. */
  readonly queue: Timer[] = [];
  /** Where in the queue the next event is. */
  first = 0;

  /** Made by a host, and by the world. */
  constructor(host: string, owner: string = host) {
    this.owner = owner;
    this.host = host;
    this.kind = kindOf(owner);
  }
}

/** The lanes that have events which are due. Any of them can be next: nothing orders them. */
export class DueLanes {
  /** In the order of their first events. */
  readonly #lanes: Lane[] = [];

  /** How many lanes have events. */
  get size(): number {
    return this.#lanes.length;
  }

  /** Adds an event, which comes after all that are there. */
  add(timer: Timer, lane: Lane): void {
    if (lane.queue.length === 0) this.#lanes.push(lane);
    lane.queue.push(timer);
  }

  /** Returns the lane at a place. */
  at(index: number): Lane {
    return this.#lanes[index] as Lane;
  }

  /** Takes out the first event of the lane at a place. */
  take(index: number): Timer {
    const lane = this.#lanes[index] as Lane;
    const timer = lane.queue[lane.first++] as Timer;
    this.#settle(lane, index);
    return timer;
  }

  /** Takes out an event that was cancelled. */
  remove(timer: Timer, lane: Lane): void {
    const index = lane.queue.indexOf(timer, lane.first);
    if (index < 0) return;
    lane.queue.splice(index, 1);
    this.#settle(lane, this.#lanes.indexOf(lane));
  }

  /** Puts a lane to its place after its first event has changed. */
  #settle(lane: Lane, index: number): void {
    const next = lane.queue[lane.first];
    if (next === undefined) {
      lane.queue.length = lane.first = 0;
      for (let i = index + 1; i < this.#lanes.length; i++) this.#lanes[i - 1] = this.at(i);
      this.#lanes.length--;
      return;
    }
    let to = index;
    while (to + 1 < this.#lanes.length && sequenceOf(this.at(to + 1)) < next.sequence) {
      this.#lanes[to] = this.at(to + 1);
      to++;
    }
    this.#lanes[to] = lane;
  }
}

function sequenceOf(lane: Lane): number {
  return (lane.queue[lane.first] as Timer).sequence;
}
