/**
 * The smallest loop on a platform: what the tests of the simulation drive hosts with, so that they
 * depend on no loop of the package.
 *
 * @module
 */

import {
  CallbackQueue,
  type Handle,
  type OnReady,
  type Platform,
  READ,
  type StreamHandle,
  TimerQueue,
} from "../../poller/mod.ts";

/** Runs callbacks, timers and handlers on a platform, forever. */
export class RawLoop {
  readonly platform: Platform;
  readonly callbacks: CallbackQueue<() => void> = new CallbackQueue();
  readonly timers: TimerQueue = new TimerQueue();
  readonly handlers: Map<Handle, OnReady> = new Map();
  /** How many passes began. */
  passes = 0;
  stopped = false;

  constructor(platform: Platform) {
    this.platform = platform;
  }

  start(): this {
    this.platform.poller.poll(0, () => {}, this.#step);
    return this;
  }

  stop(): void {
    this.stopped = true;
    this.platform.poller.wake();
  }

  callSoon(fn: () => void): void {
    this.callbacks.push(fn);
    this.platform.poller.wake();
  }

  callLater(seconds: number, fn: () => void): void {
    this.timers.add(this.platform.clock.now() + seconds, fn);
    this.platform.poller.wake();
  }

  add(handle: Handle, interest: number, fn: OnReady): void {
    this.handlers.set(handle, fn);
    this.platform.poller.register(handle, interest);
  }

  remove(handle: Handle): void {
    this.handlers.delete(handle);
    if (handle.fileno() >= 0) this.platform.poller.unregister(handle);
  }

  #onReady: OnReady = (handle, events) => this.handlers.get(handle)?.(handle, events);

  #step = (): void => {
    if (this.stopped) return this.platform.poller.pause();
    this.passes++;
    this.callbacks.drain((fn) => fn());
    const now = this.platform.clock.now();
    for (const timer of this.timers.takeDue(now)) timer.run();
    const timeout = this.callbacks.length > 0 ? 0 : this.timers.nextDeadline - now;
    this.platform.poller.poll(timeout, this.#onReady, this.#step);
  };
}

/** Waits for one report of a handle and returns its events. */
export function ready(loop: RawLoop, handle: Handle, interest: number): Promise<number> {
  return new Promise((resolve) => {
    loop.add(handle, interest, (_, events) => {
      loop.remove(handle);
      resolve(events);
    });
  });
}

/** Receives until so many bytes have come or the stream has ended. */
export async function receiveExactly(
  loop: RawLoop,
  stream: StreamHandle,
  count: number,
): Promise<Uint8Array> {
  const all: number[] = [];
  while (all.length < count) {
    const bytes = stream.receive();
    if (bytes === null) break;
    if (bytes === undefined) await ready(loop, stream, READ);
    else all.push(...bytes);
  }
  return new Uint8Array(all);
}
