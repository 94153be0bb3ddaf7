/**
 * One direction between two hosts.
 *
 * @module
 */

import type { ChosenTimes } from "../chosen_times.ts";
import { type Distribution, toDistribution } from "../distribution.ts";
import type { FaultBudget } from "../fault_budget.ts";
import { countFragments, type LinkSettings, type Rate } from "./link_settings.ts";
import { SeededRandom, splitSeed } from "../seed.ts";
import type { LinkWorld } from "../world.ts";

const REORDERING_DELAY = 0.01;

/** Says that a packet does not arrive. */
export const LOST = -1;

/** What becomes of one datagram. */
export interface DatagramFate {
  /** After how many seconds each copy arrives; none if it is lost. */
  readonly delays: readonly number[];
  /** Which bit is flipped; -1 if none is. */
  readonly flippedBit: number;
}

/** The state of one direction between two hosts, and its streams of randomness. */
export class Link {
  /** What it is like now. */
  settings: LinkSettings = {};
  readonly #world: LinkWorld;
  readonly #budget: FaultBudget;
  /** The seed of this direction: `a` to `b` and `b` to `a` draw apart. */
  readonly #seed: bigint;
  /** What it is called: `a>b`. */
  readonly #name: string;
  readonly #streams = new Map<string, SeededRandom>();
  /** Until when what was sent before is leaving. */
  #busyUntil = 0;

  /** Made when the first message goes this way. */
  constructor(world: LinkWorld, budget: FaultBudget, from: string, to: string) {
    this.#world = world;
    this.#budget = budget;
    this.#name = `${from}>${to}`;
    this.#seed = splitSeed(world.seed, `link/${from}/${to}`);
  }

  /** Returns how long a segment of TCP takes, or {@linkcode LOST}. */
  carrySegment(size: number): number {
    const { loss } = this.settings;
    const queued = this.#enqueue(size);
    if (queued === LOST || this.#happens("tcp", "loss", loss)) return LOST;
    return queued + this.#latency("tcp");
  }

  /** Draws whether a reset overtakes what was sent before it. */
  drawResetRace(): boolean {
    return this.#happens("tcp", "resetRace", this.settings.resetRace);
  }

  /** Draws for how long the end of a stream is held up. */
  drawEndDelay(): number {
    const { endRace, reorderingDelay = REORDERING_DELAY } = this.settings;
    if (!this.#happens("tcp", "endRace", endRace)) return 0;
    return this.#draw("tcp/endDelay", reorderingDelay);
  }

  /** Draws what becomes of a datagram. */
  carryDatagram(size: number): DatagramFate {
    const { loss, duplication, corruption, mtu } = this.settings;
    const delays: number[] = [];
    let isLost = false;
    for (let i = countFragments(size, mtu); i > 0; i--) {
      if (this.#happens("udp", "loss", loss)) isLost = true;
    }
    const queued = this.#enqueue(size);
    const copies = this.#happens("udp", "duplication", duplication) ? 2 : 1;
    for (let i = 0; i < copies && !isLost && queued !== LOST; i++) {
      delays.push(queued + this.#latency("udp") + this.#heldUp());
    }
    const isCorrupted = size > 0 && this.#happens("udp", "corruption", corruption);
    const flippedBit = isCorrupted ? this.#stream("udp/bit").below(size * 8) : -1;
    return { delays, flippedBit };
  }

  #latency(transport: string): number {
    const { latency } = this.settings;
    if (latency === undefined) return this.#world.link.latency;
    return this.#draw(`${transport}/latency`, latency);
  }

  #heldUp(): number {
    const { reordering, reorderingDelay = REORDERING_DELAY } = this.settings;
    if (!this.#happens("udp", "reordering", reordering)) return 0;
    return this.#draw("udp/reorderingDelay", reorderingDelay);
  }

  /** Draws a time, or has the strategy choose it. */
  #draw(label: string, time: number | Distribution | ChosenTimes): number {
    if (typeof time === "object" && "times" in time) {
      return this.#world.chooseTime(label, time.times, this.#name);
    }
    return toDistribution(time).sample(this.#stream(label));
  }

  /** Returns how long it takes until a packet has left, or {@linkcode LOST} if the queue is full. */
  #enqueue(size: number): number {
    const { bandwidth, queueLimit } = this.settings;
    if (bandwidth === undefined) return 0;
    const { now } = this.#world.time;
    const wait = Math.max(0, this.#busyUntil - now);
    const isFull = queueLimit !== undefined && wait * bandwidth + size > queueLimit;
    // Who finds the line free does not queue.
    if (isFull && wait > 0) return LOST;
    const leaving = wait + size / bandwidth;
    this.#busyUntil = now + leaving;
    return leaving;
  }

  #happens(transport: string, kind: string, rate: Rate | undefined): boolean {
    if (rate === undefined || rate === 0) return false;
    if (rate === "choose") return this.#budget.choose(`${transport}/${kind}`, this.#name);
    return this.#stream(`${transport}/${kind}`).next() < rate;
  }

  #stream(label: string): SeededRandom {
    let stream = this.#streams.get(label);
    if (stream === undefined) {
      stream = new SeededRandom(splitSeed(this.#seed, label));
      this.#streams.set(label, stream);
    }
    return stream;
  }
}
