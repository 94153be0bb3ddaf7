/**
 * What a resolver needs of a loop, and how each family of loops provides it.
 *
 * @module
 */

import type { AnyHandle } from "../poller/handle.ts";
import { type Interest, READ, WRITE } from "../poller/interest.ts";
import type { Platform } from "../poller/platform.ts";

/** A call that can still be called off. Cancelling one that was called or cancelled is an error. */
export interface Cancellable {
  /** Calls it off. */
  cancel(): void;
}

/**
 * Calls functions later: a reactor, a `SimClock`, or an IOLoop through {@linkcode resolverLoop}.
 *
 * Twisted: `IReactorTime.callLater` (`internet/interfaces.py`, 24.7).
 */
export interface Timers {
  /**
   * Calls a function once, never before `seconds` have passed.
   *
   * @param seconds How long to wait.
   * @param callback What to call.
   * @returns The call.
   */
  callLater(seconds: number, callback: () => void): Cancellable;
}

/**
 * Watches handles. An IOLoop is one as it stands; a reactor becomes one through
 * {@linkcode resolverLoop}.
 *
 * Tornado: `IOLoop.add_handler`, `update_handler`, `remove_handler` (`ioloop.py`, 4.5.3).
 */
export interface Watcher {
  /**
   * Begins to watch a handle.
   *
   * @param handle The handle.
   * @param handler Called with the handle (or its number) and the events each time it is ready.
   * @param events What to watch for.
   */
  addHandler(
    handle: AnyHandle,
    handler: (handle: unknown, events: Interest) => void,
    events: Interest,
  ): void;
  /**
   * Replaces what a handle is watched for.
   *
   * @param handle The handle.
   * @param events What to watch for from now on.
   */
  updateHandler(handle: AnyHandle, events: Interest): void;
  /**
   * Ceases to watch a handle.
   *
   * @param handle The handle.
   */
  removeHandler(handle: AnyHandle): void;
}

/** What a resolver runs on: the platform of a loop, its timers, and its watch over handles. */
export interface ResolverLoop extends Timers, Watcher {
  /** Where sockets, time and randomness come from. */
  readonly platform: Platform;
}

/** The part of Tornado's IOLoop that a resolver uses. */
export interface IOLoopLike extends Watcher {
  /** The platform that the loop was built on. */
  readonly platform: Platform;
  /** `IOLoop.callLater`; the result goes to {@linkcode IOLoopLike.removeTimeout}. */
  callLater(delay: number, callback: () => void): unknown;
  /** `IOLoop.removeTimeout`. */
  removeTimeout(timeout: never): void;
}

/** What a reactor watches, as far as a resolver is one. */
export interface ReactorDescriptor {
  /** The number of the handle, or -1. */
  fileno(): number;
  /** Called when there is something to read. */
  doRead(): void;
  /** Called when there is room to write. */
  doWrite(): void;
  /** Called instead of the two above by reactors that know it. */
  handleEvents(events: Interest): void;
  /** Called when the reactor gives up on the descriptor. */
  connectionLost(reason: unknown): void;
  /** The name in the reactor's log. */
  logPrefix(): string;
}

/** The part of a Twisted reactor that a resolver uses. */
export interface ReactorLike extends Timers {
  /** The platform that the reactor was built on. */
  readonly platform: Platform;
  /** `IReactorFDSet.addReader`. */
  addReader(reader: ReactorDescriptor): void;
  /** `IReactorFDSet.removeReader`. */
  removeReader(reader: ReactorDescriptor): void;
  /** `IReactorFDSet.addWriter`. */
  addWriter(writer: ReactorDescriptor): void;
  /** `IReactorFDSet.removeWriter`. */
  removeWriter(writer: ReactorDescriptor): void;
}

/** Any loop that a resolver can run on. */
export type AnyLoop = ResolverLoop | IOLoopLike | ReactorLike;

/**
 * Makes what a resolver needs out of any loop.
 *
 * @param loop An IOLoop, a reactor, or a {@linkcode ResolverLoop} already.
 * @returns The loop as resolvers see it.
 */
export function resolverLoop(loop: AnyLoop): ResolverLoop {
  if ("addReader" in loop) return new ReactorLoop(loop);
  if ("removeTimeout" in loop) return new IOLoopLoop(loop);
  return loop;
}

/** An IOLoop as a {@linkcode ResolverLoop}. */
class IOLoopLoop implements ResolverLoop {
  readonly #loop: IOLoopLike;

  constructor(loop: IOLoopLike) {
    this.#loop = loop;
  }

  get platform(): Platform {
    return this.#loop.platform;
  }

  callLater(seconds: number, callback: () => void): Cancellable {
    const timeout = this.#loop.callLater(seconds, callback);
    return { cancel: () => this.#loop.removeTimeout(timeout as never) };
  }

  addHandler(
    handle: AnyHandle,
    handler: (handle: unknown, events: Interest) => void,
    events: Interest,
  ): void {
    this.#loop.addHandler(handle, handler, events);
  }

  updateHandler(handle: AnyHandle, events: Interest): void {
    this.#loop.updateHandler(handle, events);
  }

  removeHandler(handle: AnyHandle): void {
    this.#loop.removeHandler(handle);
  }
}

/** A reactor as a {@linkcode ResolverLoop}. */
class ReactorLoop implements ResolverLoop {
  readonly #reactor: ReactorLike;
  readonly #descriptors = new Map<AnyHandle, WatchedDescriptor>();

  constructor(reactor: ReactorLike) {
    this.#reactor = reactor;
  }

  get platform(): Platform {
    return this.#reactor.platform;
  }

  callLater(seconds: number, callback: () => void): Cancellable {
    return this.#reactor.callLater(seconds, callback);
  }

  addHandler(
    handle: AnyHandle,
    handler: (handle: unknown, events: Interest) => void,
    events: Interest,
  ): void {
    this.#descriptors.set(handle, new WatchedDescriptor(handle, handler));
    this.updateHandler(handle, events);
  }

  updateHandler(handle: AnyHandle, events: Interest): void {
    const descriptor = this.#descriptors.get(handle);
    if (descriptor === undefined) return;
    const added = events & ~descriptor.events;
    const removed = descriptor.events & ~events;
    descriptor.events = events;
    if ((added & READ) !== 0) this.#reactor.addReader(descriptor);
    if ((added & WRITE) !== 0) this.#reactor.addWriter(descriptor);
    if ((removed & READ) !== 0) this.#reactor.removeReader(descriptor);
    if ((removed & WRITE) !== 0) this.#reactor.removeWriter(descriptor);
  }

  removeHandler(handle: AnyHandle): void {
    this.updateHandler(handle, 0);
    this.#descriptors.delete(handle);
  }
}

/** A handle as a reactor watches it. */
class WatchedDescriptor implements ReactorDescriptor {
  /** What the reactor watches it for now. */
  events: Interest = 0;
  readonly #handle: AnyHandle;
  readonly #handler: (handle: unknown, events: Interest) => void;

  constructor(handle: AnyHandle, handler: (handle: unknown, events: Interest) => void) {
    this.#handle = handle;
    this.#handler = handler;
  }

  fileno(): number {
    return this.#handle.fileno();
  }

  doRead(): void {
    this.handleEvents(READ);
  }

  doWrite(): void {
    this.handleEvents(WRITE);
  }

  handleEvents(events: Interest): void {
    if (this.events !== 0) this.#handler(this.#handle, events);
  }

  connectionLost(): void {
    this.handleEvents(READ | WRITE);
  }

  logPrefix(): string {
    return "resolver";
  }
}
