/**
 * One direction of a stream.
 *
 * @module
 */

import { ByteQueue } from "./byte_queue.ts";
import { LOST } from "./link.ts";
import { TCP_HEADERS } from "./link_settings.ts";
import type { MessageKind } from "./network_rules.ts";
import { ReliableWire, type WireEnds } from "./reliable_wire.ts";
import { addSeconds } from "../virtual_time.ts";
import { latencyBetween, type World } from "../world.ts";

/** After how long news of room are told again, in seconds, and how long that takes at most. */
const CREDIT_RETRY_SECONDS = 0.2;
const CREDIT_RETRY_SECONDS_MAX = 120;

/** What a pipe tells its two ends. */
export interface PipeEnds extends WireEnds {
  /** Called after room has come free for the sender. */
  onRoom(): void;
  /** Called after bytes, or the end, have arrived. */
  onArrival(): void;
  /** Called when all is sent and the end, too. */
  onFinished(): void;
}

/**
 * Carries bytes from one stream to its peer, in order.
 *
 * The sender has a buffer, and a credit: the number of bytes that the receiver has room for. What
 * the credit covers is on its way at once, the rest waits in the buffer. What the receiver takes
 * is credited to the sender again, in portions of at least half of the receiver's buffer, after the
 * time that the news takes.
 */
export class Pipe {
  readonly #world: World;
  readonly #ends: PipeEnds;
  /** What the sender has given and the credit does not cover yet. */
  #outbox: Uint8Array[] = [];
  #outboxBytes = 0;
  #credit: number;
  /** What has arrived and was not received yet. */
  readonly #inbox = new ByteQueue();
  /** What was received and not credited yet. */
  #received = 0;
  /** Whether the sender has ended: the end follows the last byte. */
  #ending = false;
  /** Whether the end has been sent. */
  #ended = false;
  /** Whether the end has arrived. */
  #endArrived = false;
  /** Whether the sender has given up: nothing more is sent. */
  #isCut = false;
  /** Whether the receiver has given up: what arrives is thrown away. */
  #isDeaf = false;
  /** When the last thing that was sent arrives; nothing overtakes. */
  #lastArrival = 0;
  /** What sends, and sends again, once the network was not perfect; `null` before. */
  #wire: ReliableWire | null = null;

  /** Made when two streams are connected. */
  constructor(world: World, ends: PipeEnds) {
    this.#world = world;
    this.#ends = ends;
    this.#credit = world.link.receiveBuffer;
  }

  /** How many bytes the sender may give now. */
  get room(): number {
    if (this.#isCut || this.#ending) return 0;
    return this.#credit + this.#world.link.sendBuffer - this.#outboxBytes;
  }

  /** How many bytes wait to be received. */
  get waiting(): number {
    return this.#inbox.length;
  }

  /** Whether everything has been received and no more will come. */
  get atEnd(): boolean {
    return this.#inbox.length === 0 && (this.#endArrived || this.#isDeaf);
  }

  /** Whether the end has arrived, after all bytes. */
  get endArrived(): boolean {
    return this.#endArrived;
  }

  /** Whether the network was not perfect at some time. */
  get hasMetConditions(): boolean {
    return this.#wire !== null;
  }

  /** Whether the sender has ended. */
  get ending(): boolean {
    return this.#ending;
  }

  /** Takes bytes of the sender, which gives them up; at most {@linkcode Pipe.room}. */
  write(bytes: Uint8Array): void {
    this.#outbox.push(bytes);
    this.#outboxBytes += bytes.length;
    this.#pump();
  }

  /** Ends this direction after what was written. */
  end(): void {
    if (this.#ending || this.#isCut) return;
    this.#ending = true;
    this.#pump();
  }

  /** For the sender: loses what was not sent, and ends. */
  endNow(): void {
    this.#outbox = [];
    this.#outboxBytes = 0;
    this.end();
  }

  /** For the sender: loses what was not sent; nothing more is sent. */
  cut(): void {
    this.#isCut = true;
    this.#outbox = [];
    this.#outboxBytes = 0;
    this.#wire?.cut();
  }

  /**
   * For the receiver: loses what has arrived and what will. The sender does not know: its credit
   * grows, so that it does not wait for a reader that will never come, but sends and is told.
   */
  deafen(): void {
    if (this.#isDeaf) return;
    this.#isDeaf = true;
    this.#taken(this.#inbox.clear());
  }

  /** Takes up to `limit` of the bytes that have arrived; there is at least one. */
  read(limit: number): Uint8Array {
    const bytes = this.#inbox.take(limit);
    this.#taken(bytes.length);
    return bytes;
  }

  /** Sends something that takes its turn behind what was sent before. */
  deliver(kind: MessageKind, size: number, arrive: () => void): void {
    if (this.#wire !== null || this.#isConditional) {
      return this.#getWire().send({ kind, size, arrive });
    }
    this.#schedule(arrive);
  }

  /** Sends a reset behind what was sent before; it is not sent again if it is lost. */
  deliverReset(arrive: () => void): void {
    if (this.#wire === null && !this.#isConditional) return this.#schedule(arrive);
    this.#getWire().sendOnce({ kind: "reset", size: 0, arrive });
  }

  #schedule(arrive: () => void): void {
    const { time } = this.#world;
    const latency = latencyBetween(this.#world, this.#ends.from, this.#ends.to);
    this.#lastArrival = Math.max(this.#lastArrival, addSeconds(time.now, latency));
    time.schedule(this.#lastArrival, arrive, this.#ends.to.lane);
  }

  /** Whether what is sent now does not just arrive. */
  get #isConditional(): boolean {
    return this.#world.conditions.active && this.#ends.from.main !== this.#ends.to.main;
  }

  #getWire(): ReliableWire {
    return this.#wire ??= new ReliableWire(this.#world, this.#ends, this.#lastArrival);
  }

  /** Sends what the credit covers, and the end once all is sent. */
  #pump(): void {
    if (this.#ends.from.life !== "up") return;
    const most = this.#isConditional ? this.#segmentMax() : Infinity;
    while (this.#credit > 0) {
      const chunk = this.#outbox[0];
      if (chunk === undefined) break;
      const part = Math.min(chunk.length, this.#credit, most);
      if (part === chunk.length) this.#outbox.shift();
      else this.#outbox[0] = chunk.subarray(part);
      this.#outboxBytes -= part;
      this.#credit -= part;
      this.#transmit(part === chunk.length ? chunk : chunk.subarray(0, part));
    }
    if (this.#ending && !this.#ended && this.#outbox.length === 0) this.#transmitEnd();
  }

  /** How many bytes fit a segment. */
  #segmentMax(): number {
    const { from, to } = this.#ends;
    const { mtu } = this.#world.conditions.link(from.machine, to.machine).settings;
    return mtu === undefined ? Infinity : mtu - TCP_HEADERS;
  }

  #transmit(bytes: Uint8Array): void {
    const arrive = () => {
      if (this.#ends.to.life !== "up") return this.#takeBack("data", bytes.length, arrive);
      if (this.#world.trace.enabled) {
        this.#ends.to.record("arrive", this.#ends.label, bytes.length);
      }
      if (this.#isDeaf) {
        this.#taken(bytes.length);
      } else {
        this.#inbox.push(bytes);
      }
      this.#ends.onArrival();
    };
    this.deliver("data", bytes.length, arrive);
  }

  #transmitEnd(): void {
    this.#ended = true;
    const arrive = () => {
      if (this.#ends.to.life !== "up") return this.#takeBack("end", 0, arrive);
      if (this.#world.trace.enabled) this.#ends.to.record("end", this.#ends.label, "");
      this.#endArrived = true;
      this.#ends.onArrival();
    };
    this.deliver("end", 0, arrive);
    this.#ends.onFinished();
  }

  /** What has reached a host that is down is sent again, until the sender gives up. */
  #takeBack(kind: MessageKind, size: number, arrive: () => void): void {
    if (this.#ends.from.life !== "up") return;
    this.#getWire().takeBack({ kind, size, arrive });
  }

  /** The receiver has room for so many bytes more. */
  #taken(count: number): void {
    this.#received += count;
    if (this.#received * 2 >= this.#world.link.receiveBuffer) this.#returnCredit();
  }

  #returnCredit(): void {
    if (this.#ends.to.life !== "up") return;
    const bytes = this.#received;
    this.#received = 0;
    const { time } = this.#world;
    if (this.#isConditional) return this.#tellCredit(bytes, 0);
    const latency = latencyBetween(this.#world, this.#ends.to, this.#ends.from);
    time.schedule(
      addSeconds(time.now, latency),
      () => this.#credited(bytes),
      this.#ends.from.lane,
    );
  }

  /** Tells of room over a network that may lose the news, until they come through. */
  #tellCredit(bytes: number, retries: number): void {
    const { from, to } = this.#ends;
    const { time, conditions } = this.#world;
    if (this.#isCut || to.life !== "up") return;
    const delay = conditions.isDeaf(to.machine, from.machine)
      ? LOST
      : conditions.link(to.machine, from.machine).carrySegment(0);
    if (delay !== LOST) {
      time.schedule(addSeconds(time.now, delay), () => this.#credited(bytes), from.lane);
      return;
    }
    const wait = CREDIT_RETRY_SECONDS * 2 ** retries;
    // What the sender sends then does not get through either: it is told by its own time-out.
    if (wait > CREDIT_RETRY_SECONDS_MAX) return this.#credited(bytes);
    time.schedule(
      addSeconds(time.now, wait),
      () => this.#tellCredit(bytes, retries + 1),
      to.lane,
    );
  }

  #credited(bytes: number): void {
    if (this.#isCut) return;
    this.#credit += bytes;
    this.#pump();
    if (this.#outboxBytes * 2 <= this.#world.link.sendBuffer) this.#ends.onRoom();
  }
}
