/**
 * How a stream stays reliable when the network is not.
 *
 * @module
 */

import { LOST } from "./link.ts";
import type { MessageKind, NetworkMessage } from "./network_rules.ts";
import type { SimHost } from "../host/host.ts";
import { addSeconds } from "../virtual_time.ts";
import type { World } from "../world.ts";

/** The least time-out after which Linux sends again what was not acknowledged. */
const RETRY_SECONDS_MIN = 0.2;

/** The greatest; the time-out doubles each time. */
const RETRY_SECONDS_MAX = 120;

/** How often Linux sends again (`tcp_retries2`): with the times above it gives up after 924.6 s. */
const RETRIES_MAX = 15;

/** Something that takes its turn in one direction of a stream. */
export interface Segment {
  /** What it is. */
  readonly kind: MessageKind;
  /** How many bytes it has. */
  readonly size: number;
  /** Called when it arrives. */
  readonly arrive: () => void;
}

/** What a wire tells the end that sends, and asks about the one that receives. */
export interface WireEnds {
  /** The host that sends. */
  readonly from: SimHost;
  /** The host that receives. */
  readonly to: SimHost;
  /** What the receiving end is called in traces. */
  readonly label: string;
  /** Called when everything was tried in vain. */
  onGivenUp(): void;
  /** Called when the receiving host says that it does not know the connection. */
  onUnknown(): void;
}

/**
 * Carries segments in order over a link that may lose them. There is one timer for all of them, as
 * in TCP: while the first has to be sent again, the others wait behind it.
 */
export class ReliableWire {
  readonly #world: World;
  readonly #ends: WireEnds;
  /** What was not sent, or did not get through; first come, first sent. */
  #queue: Segment[] = [];
  /** Whether a test holds the first segment back. */
  #isHeld = false;
  /** Whether the first segment has to be sent again, when the timer runs out. */
  #isLost = false;
  /** Whether all that was sent has arrived, but the news of it does not come through. */
  #isUnconfirmed = false;
  #isTimerSet = false;
  /** How often the timer has run out in a row. */
  #retries = 0;
  #isCut = false;
  /** How long the last segment took. */
  #lastDelay = 0;
  /** When the last segment arrives; nothing overtakes. */
  #lastArrival: number;

  /** Made for a direction when its first segment meets conditions. */
  constructor(world: World, ends: WireEnds, lastArrival: number) {
    this.#world = world;
    this.#ends = ends;
    this.#lastArrival = lastArrival;
  }

  /** Sends a segment behind those that were sent before. */
  send(segment: Segment): void {
    if (this.#isCut) return;
    this.#queue.push(segment);
    this.#flush();
  }

  /** Takes back a segment that reached a host that is down; its order is nothing any more. */
  takeBack(segment: Segment): void {
    if (this.#isCut) return;
    this.#queue.push(segment);
    this.#lose(segment);
  }

  /** Sends nothing more. */
  cut(): void {
    this.#isCut = true;
    this.#queue = [];
  }

  /** Sends a reset, which is not sent again if it is lost; it may overtake what was sent before. */
  sendOnce(segment: Segment): void {
    const { from, to } = this.#ends;
    const message = this.#messageOf(segment);
    const go = (goes: boolean) => {
      const link = this.#world.conditions.link(from.machine, to.machine);
      const delay = goes ? link.carrySegment(segment.size) : LOST;
      if (delay === LOST) return from.record("lost", this.#ends.label, segment.kind);
      const { time } = this.#world;
      const overtakes = link.drawResetRace() && this.#lastArrival > time.now;
      const at = overtakes
        ? (time.now + this.#lastArrival) / 2
        : Math.max(addSeconds(time.now, delay), this.#lastArrival);
      time.schedule(at, segment.arrive, to.lane);
    };
    const verdict = this.#world.conditions.judge(message, go);
    if (verdict !== "hold") go(verdict === "pass");
  }

  /** Sends what waits, until something is in the way. */
  #flush(): void {
    while (!this.#isHeld && !this.#isLost && !this.#isCut) {
      const segment = this.#queue[0];
      if (segment === undefined) return;
      this.#attempt(segment);
    }
  }

  /** Sends the first segment. */
  #attempt(segment: Segment): void {
    const verdict = this.#world.conditions.judge(this.#messageOf(segment), (goes) => {
      this.#isHeld = false;
      const first = this.#queue[0];
      if (first === undefined) return;
      if (goes) this.#transmit(first);
      else this.#lose(first);
      this.#flush();
    });
    if (verdict === "pass") return this.#transmit(segment);
    if (verdict === "drop") return this.#lose(segment);
    this.#isHeld = true;
    this.#ends.from.record("hold", this.#ends.label, segment.kind);
  }

  #transmit(segment: Segment): void {
    const { from, to } = this.#ends;
    const { time, conditions } = this.#world;
    const link = conditions.link(from.machine, to.machine);
    const delay = link.carrySegment(segment.size);
    if (delay === LOST || to.life === "down") return this.#lose(segment);
    const isHeard = !conditions.isDeaf(to.machine, from.machine);
    if (to.life === "replaced") {
      if (!isHeard) return this.#lose(segment);
      return this.#beRefused(delay);
    }
    this.#queue.shift();
    this.#lastDelay = delay;
    this.#lastArrival = Math.max(this.#lastArrival, addSeconds(time.now, delay));
    // Nothing follows an end but a reset, which does not wait for one that is held up.
    const heldUp = segment.kind === "end" ? link.drawEndDelay() : 0;
    time.schedule(addSeconds(this.#lastArrival, heldUp), segment.arrive, to.lane);
    // What is not confirmed is in the window: what follows need not wait for it.
    this.#isUnconfirmed = !isHeard;
    if (isHeard) this.#retries = 0;
    else this.#setTimer();
  }

  /** The host has begun anew and does not know the connection: its reset comes back. */
  #beRefused(delay: number): void {
    const { from, to } = this.#ends;
    const { time, conditions } = this.#world;
    const back = conditions.link(to.machine, from.machine).carrySegment(0);
    // Lost: the next one is refused, too.
    if (back === LOST) return this.#lose(this.#queue[0] as Segment);
    this.cut();
    time.schedule(addSeconds(time.now, delay + back), () => this.#ends.onUnknown(), from.lane);
  }

  #lose(segment: Segment): void {
    this.#ends.from.record("lost", this.#ends.label, segment.kind);
    this.#isLost = true;
    this.#setTimer();
  }

  #setTimer(): void {
    if (this.#isTimerSet) return;
    this.#isTimerSet = true;
    const { time } = this.#world;
    const first = RETRY_SECONDS_MIN + 2 * this.#lastDelay;
    const wait = Math.min(RETRY_SECONDS_MAX, first * 2 ** this.#retries);
    time.schedule(addSeconds(time.now, wait), () => this.#onTimer(), this.#ends.from.lane);
  }

  #onTimer(): void {
    this.#isTimerSet = false;
    if (this.#isCut || this.#ends.from.life !== "up") return;
    const { from, to } = this.#ends;
    if (this.#isUnconfirmed && !this.#world.conditions.isDeaf(to.machine, from.machine)) {
      this.#isUnconfirmed = false;
      this.#retries = 0;
    }
    if (!this.#isLost && !this.#isUnconfirmed) return;
    if (this.#retries++ >= RETRIES_MAX) {
      this.cut();
      return this.#ends.onGivenUp();
    }
    if (this.#isUnconfirmed) this.#setTimer();
    this.#isLost = false;
    this.#flush();
  }

  #messageOf({ kind, size }: Segment): NetworkMessage {
    return { from: this.#ends.from.machine, to: this.#ends.to.machine, kind, size };
  }
}
