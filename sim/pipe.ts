/**
 * One direction of a stream.
 *
 * @module
 */

import { addSeconds } from "./virtual_time.ts";
import { latencyBetween, type World } from "./world.ts";
import type { SimHost } from "./host.ts";

/** What a pipe tells its two ends. */
export interface PipeEnds {
  /** The host that sends. */
  readonly from: SimHost;
  /** The host that receives. */
  readonly to: SimHost;
  /** What the receiving end is called in traces. */
  readonly label: string;
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
  #inbox: Uint8Array[] = [];
  #inboxBytes = 0;
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
    return this.#inboxBytes;
  }

  /** Whether everything has been received and no more will come. */
  get atEnd(): boolean {
    return this.#inboxBytes === 0 && (this.#endArrived || this.#isDeaf);
  }

  /** Whether the end has arrived, after all bytes. */
  get endArrived(): boolean {
    return this.#endArrived;
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

  /** For the sender: loses what was not sent; nothing more is sent. */
  cut(): void {
    this.#isCut = true;
    this.#outbox = [];
    this.#outboxBytes = 0;
  }

  /**
   * For the receiver: loses what has arrived and what will. The sender does not know: its credit
   * grows, so that it does not wait for a reader that will never come, but sends and is told.
   */
  deafen(): void {
    if (this.#isDeaf) return;
    this.#isDeaf = true;
    const bytes = this.#inboxBytes;
    this.#inbox = [];
    this.#inboxBytes = 0;
    this.#taken(bytes);
  }

  /** Takes up to `limit` of the bytes that have arrived; there is at least one. */
  read(limit: number): Uint8Array {
    const first = this.#inbox[0] as Uint8Array;
    let bytes: Uint8Array;
    if (this.#inbox.length === 1 && first.length <= limit) {
      bytes = first;
      this.#inbox.length = 0;
    } else if (first.length >= limit) {
      bytes = first.subarray(0, limit);
      if (first.length === limit) this.#inbox.shift();
      else this.#inbox[0] = first.subarray(limit);
    } else {
      bytes = this.#gather(limit);
    }
    this.#inboxBytes -= bytes.length;
    this.#taken(bytes.length);
    return bytes;
  }

  /** Sends something that takes its turn behind what was sent before, . */
  deliver(arrive: () => void): void {
    const time = this.#world.time;
    const latency = latencyBetween(this.#world, this.#ends.from, this.#ends.to);
    this.#lastArrival = Math.max(this.#lastArrival, addSeconds(time.now, latency));
    time.schedule(this.#lastArrival, arrive);
  }

  #gather(limit: number): Uint8Array {
    const bytes = new Uint8Array(Math.min(limit, this.#inboxBytes));
    let filled = 0;
    while (filled < bytes.length) {
      const chunk = this.#inbox[0] as Uint8Array;
      const part = Math.min(chunk.length, bytes.length - filled);
      bytes.set(part === chunk.length ? chunk : chunk.subarray(0, part), filled);
      filled += part;
      if (part === chunk.length) this.#inbox.shift();
      else this.#inbox[0] = chunk.subarray(part);
    }
    return bytes;
  }

  /** Sends what the credit covers, and the end once all is sent. */
  #pump(): void {
    while (this.#credit > 0) {
      const chunk = this.#outbox[0];
      if (chunk === undefined) break;
      const part = Math.min(chunk.length, this.#credit);
      if (part === chunk.length) this.#outbox.shift();
      else this.#outbox[0] = chunk.subarray(part);
      this.#outboxBytes -= part;
      this.#credit -= part;
      this.#transmit(part === chunk.length ? chunk : chunk.subarray(0, part));
    }
    if (this.#ending && !this.#ended && this.#outbox.length === 0) this.#transmitEnd();
  }

  #transmit(bytes: Uint8Array): void {
    this.deliver(() => {
      if (this.#world.trace.enabled) {
        this.#ends.to.record("arrive", this.#ends.label, bytes.length);
      }
      if (this.#isDeaf) {
        this.#taken(bytes.length);
      } else {
        this.#inbox.push(bytes);
        this.#inboxBytes += bytes.length;
      }
      this.#ends.onArrival();
    });
  }

  #transmitEnd(): void {
    this.#ended = true;
    this.deliver(() => {
      if (this.#world.trace.enabled) this.#ends.to.record("end", this.#ends.label, "");
      this.#endArrived = true;
      this.#ends.onArrival();
    });
    this.#ends.onFinished();
  }

  /** The receiver has room for so many bytes more. */
  #taken(count: number): void {
    this.#received += count;
    if (this.#received * 2 >= this.#world.link.receiveBuffer) this.#returnCredit();
  }

  #returnCredit(): void {
    const bytes = this.#received;
    this.#received = 0;
    const { time } = this.#world;
    const latency = latencyBetween(this.#world, this.#ends.to, this.#ends.from);
    time.schedule(addSeconds(time.now, latency), () => {
      if (this.#isCut) return;
      this.#credit += bytes;
      this.#pump();
      if (this.#outboxBytes * 2 <= this.#world.link.sendBuffer) this.#ends.onRoom();
    });
  }
}
