/**
 * Message channels in virtual time: each message comes in a turn of its own.
 *
 * @module
 */

import type { Ambient } from "./deno_ambient.ts";

type Listener = ((event: MessageEvent) => unknown) | null;

/** One end of a channel, in the shape of `MessagePort`. */
export class SimMessagePort extends EventTarget {
  /** The other end; `null` once closed. */
  peer: SimMessagePort | null = null;
  readonly #world: Ambient;
  readonly #queue: unknown[] = [];
  #started = false;
  #onmessage: Listener = null;

  /** Made by {@linkcode simulateChannel}. */
  constructor(world: Ambient) {
    super();
    this.#world = world;
  }

  /** What is called with each message; setting it begins the delivery. */
  get onmessage(): Listener {
    return this.#onmessage;
  }

  /** Sets what is called with each message. */
  set onmessage(listener: Listener) {
    this.#onmessage = listener;
    this.start();
  }

  /** Sends a copy of a value to the other end. */
  postMessage(message: unknown, options?: Transferable[] | StructuredSerializeOptions): void {
    const transfer = Array.isArray(options) ? options : options?.transfer ?? [];
    const copy = structuredClone(message, { transfer });
    const { peer } = this;
    if (peer === null) return;
    peer.#queue.push(copy);
    if (peer.#started) peer.#scheduleOne();
  }

  /** Begins to deliver. */
  start(): void {
    if (this.#started) return;
    this.#started = true;
    for (let i = 0; i < this.#queue.length; i++) this.#scheduleOne();
  }

  /** Ends the channel. */
  close(): void {
    if (this.peer !== null) this.peer.peer = null;
    this.peer = null;
    this.#queue.length = 0;
  }

  #scheduleOne(): void {
    const run = () => {
      if (this.#queue.length === 0) return;
      const event = new MessageEvent("message", { data: this.#queue.shift() });
      this.#onmessage?.call(this, event);
      this.dispatchEvent(event);
    };
    this.#world.schedule(0, { label: "MessageChannel", run });
  }
}

/** `new MessageChannel()` in a simulation. */
export function simulateChannel(world: Ambient): { port1: SimMessagePort; port2: SimMessagePort } {
  const port1 = new SimMessagePort(world);
  const port2 = new SimMessagePort(world);
  port1.peer = port2;
  port2.peer = port1;
  return { port1, port2 };
}
