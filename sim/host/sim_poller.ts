/**
 * Readiness on a simulated host.
 *
 * @module
 */

import {
  AlreadyRegisteredError,
  type Handle,
  type Interest,
  InvariantError,
  NotRegisteredError,
  type OnReady,
  type Poller,
  PollerClosedError,
  READ,
  SocketError,
  WRITE,
} from "../../poller/mod.ts";
import type { SimHost } from "./host.ts";
import { formatInterest } from "./interest_text.ts";
import type { Surprises } from "../simulation_options.ts";
import { SimHandle, UNREGISTERED } from "../network/sim_handle.ts";
import { addSecondsUp } from "../virtual_time.ts";

/**
 * A loop whose passes follow each other without a wait would keep time from passing, and what is on
 * its way would never arrive. Beyond this many such passes in a row each further one takes time.
 */
const SPIN_FREE_MAX = 10_000;

/** How long a pass takes from then on, in seconds. */
const SPIN_SECONDS = 1e-5;

/** By how much a poll may end too late, in seconds, if systems surprise. */
const LATE_SECONDS: readonly number[] = [0, 1e-3, 5e-2];

/** The handles of a poller that never had any: never added to. */
const NONE: Set<SimHandle> = new Set();

/** The poller of one host; the simulation calls {@linkcode SimPoller.pass} when it is its turn. */
export class SimPoller implements Poller {
  readonly #host: SimHost;
  /** The registered handles, in the order of registration. */
  #handles: Set<SimHandle> = NONE;
  /** Those that may be ready, in the order in which they became so. Checked again before use. */
  #ready: SimHandle[] = [];
  /** The array that the next pass swaps with `#ready`. */
  #spare: SimHandle[] = [];
  #state: "idle" | "parked" | "dispatching" | "closed" | "ended" = "idle";
  /** Until when the poll under way waits. */
  #deadline = Infinity;
  #woken = false;
  #onReady: OnReady = ignore;
  #onDone: () => void = ignore;
  /** Passes in a row that did not wait. */
  #spins = 0;
  /** True while a spinning host waits for its pass's time to be over. */
  #held = false;
  /** True while the program is paused. */
  #isSuspended = false;
  /** The handle that this poll reports although it is not ready; `null` if there is none. */
  #spurious: SimHandle | null = null;
  /** Whether the last poll was a surprise: never two in a row, so that work gets done. */
  #wasSurprised = false;

  /** Made by the host. */
  constructor(host: SimHost) {
    this.#host = host;
  }

  /** How many handles are registered. */
  get size(): number {
    return this.#handles.size;
  }

  /** Until when the poll under way waits; `Infinity` if none does. */
  get deadline(): number {
    return this.#state === "parked" && !this.#held && !this.#isSuspended
      ? this.#deadline
      : Infinity;
  }

  /** What the poller does. */
  get state(): string {
    return this.#state;
  }

  /** The registered handles. */
  get registered(): Iterable<SimHandle> {
    return this.#handles;
  }

  /** Begins to watch a handle. */
  register(handle: Handle, interest: Interest): void {
    this.#checkOpen();
    const own = this.#own(handle);
    if (own.closed) throw new SocketError("EBADF", `Cannot register ${own.label}: it is closed`);
    if (own.interest !== UNREGISTERED) {
      throw new AlreadyRegisteredError(`Cannot register ${own.label}: it is registered already`);
    }
    if (this.#handles === NONE) this.#handles = new Set();
    this.#handles.add(own);
    own.interest = interest;
    if (own.events !== 0) this.note(own);
  }

  /** Replaces what a handle is watched for. */
  modify(handle: Handle, interest: Interest): void {
    const own = this.#registered(handle, "modify");
    own.interest = interest;
    if (own.events !== 0) this.note(own);
  }

  /** Ceases to watch a handle. */
  unregister(handle: Handle): void {
    this.forget(this.#registered(handle, "unregister"));
  }

  /** Makes one pass. */
  poll(timeout: number, onReady: OnReady, onDone: () => void): void {
    this.#checkOpen();
    // What is left of a program that has ended may still call; it never hears of it.
    if (this.#state === "ended") return;
    if (this.#state !== "idle") throw new InvariantError("Cannot poll: a pass is under way");
    if (Number.isNaN(timeout)) throw new RangeError("Cannot poll: timeout is NaN");
    const now = this.#host.world.time.now;
    this.#state = "parked";
    this.#onReady = onReady;
    this.#onDone = onDone;
    this.#deadline = addSecondsUp(now, this.#host.clock.worldSeconds(Math.max(0, timeout)));
    this.#host.nameNextPass();
    if (this.#host.world.surprises !== null) this.#surprise(this.#host.world.surprises);
    this.#dropStale();
    if (!this.#isDue(now)) {
      this.#spins = 0;
    } else if (++this.#spins <= SPIN_FREE_MAX) {
      this.#host.world.enqueue(this.#host);
    } else {
      this.#hold(now);
    }
  }

  /** Ends the wait of the poll under way, or of the next one. */
  wake(): void {
    this.#host.touch();
    if (this.#woken || this.#state === "closed") return;
    this.#woken = true;
    this.#unpark();
  }

  /** Tells that no poll will follow for now. */
  pause(): void {
    if (this.#state === "parked" || this.#state === "dispatching") {
      throw new InvariantError("Cannot pause: a pass is under way");
    }
  }

  /** Ends the poller. */
  close(): void {
    if (this.#state === "closed") return;
    for (const handle of [...this.#handles]) this.forget(handle);
    this.#state = "closed";
    this.#onReady = ignore;
    this.#onDone = ignore;
  }

  /** Makes no passes until {@linkcode SimPoller.resume}. */
  suspend(): void {
    this.#isSuspended = true;
  }

  /** Makes passes again. */
  resume(): void {
    this.#isSuspended = false;
    this.#unpark();
  }

  /** Makes no passes any more, as the program has ended. */
  end(): void {
    if (this.#state === "closed") return;
    for (const handle of [...this.#handles]) this.forget(handle);
    this.#state = "ended";
    this.#onReady = ignore;
    this.#onDone = ignore;
  }

  /** Called by a handle of this host that has become ready for what it is registered for. */
  note(handle: SimHandle): void {
    if (handle.queued) return;
    handle.queued = true;
    this.#ready.push(handle);
    this.#unpark();
  }

  /** Takes a handle out, if it is in. */
  forget(handle: SimHandle): void {
    if (handle.interest === UNREGISTERED) return;
    handle.interest = UNREGISTERED;
    this.#handles.delete(handle);
  }

  /** Called at the time of the poll's deadline. */
  expire(): void {
    this.#unpark();
  }

  /**
   * Makes the pass, if there is a reason to: reports what is ready, and ends the poll.
   *
   * @returns Whether there was.
   */
  pass(): boolean {
    if (this.#state !== "parked" || this.#isSuspended) return false;
    this.#dropStale();
    if (!this.#isDue(this.#host.world.time.now)) return false;
    if (this.#host.world.trace.enabled && this.#ready.length === 0) {
      this.#host.record(this.#woken ? "woken" : "timeout", "", "");
    }
    this.#woken = false;
    this.#state = "dispatching";
    if (this.#spurious !== null) this.#reportSpurious();
    if (this.#ready.length > 0) this.#dispatch();
    // A handler may have closed the poller, or ended the program.
    if ((this.#state as string) !== "dispatching") return true;
    this.#state = "idle";
    const onDone = this.#onDone;
    this.#onReady = ignore;
    this.#onDone = ignore;
    onDone();
    return true;
  }

  /** Reports the batch; what is left, or ready again, is for the next pass. */
  #dispatch(): void {
    const world = this.#host.world;
    const batch = this.#ready;
    const count = batch.length;
    this.#ready = this.#spare;
    const size = count > 1 ? count - world.choose("batch", count) : 1;
    for (let i = size; i < count; i++) this.#ready.push(batch[i] as SimHandle);
    for (let i = 0; i < size; i++) {
      if (size - i > 1) moveToFront(batch, i, i + this.#chooseFrom(batch, i, size));
      this.#report(batch[i] as SimHandle);
    }
    batch.length = 0;
    this.#spare = batch;
  }

  /** Chooses which of the handles from `start` to `end` is next. */
  #chooseFrom(batch: readonly SimHandle[], start: number, end: number): number {
    return this.#host.world.choose("order", end - start, (answer) => {
      const { id, label } = batch[start + answer] as SimHandle;
      return { name: id, subject: label };
    });
  }

  #report(handle: SimHandle): void {
    handle.queued = false;
    const events = handle.events;
    if (events === 0) return;
    if (this.#host.world.trace.enabled) {
      this.#host.record("ready", handle.label, formatInterest(events));
    }
    this.#onReady(handle, events);
    // Level-triggered: what the handler left is ready again.
    if (handle.events !== 0) this.note(handle);
  }

  /** Lets the strategy have the poll end late, or for no reason. */
  #surprise({ spurious, late }: Surprises): void {
    const { world } = this.#host;
    if (late && this.#deadline < Infinity) {
      const delay = world.chooseTime("late", LATE_SECONDS);
      this.#deadline = addSecondsUp(this.#deadline, delay);
    }
    if (!spurious || this.#wasSurprised) {
      this.#wasSurprised = false;
      return;
    }
    const answer = world.choose("spurious", this.#handles.size > 0 ? 3 : 2);
    this.#wasSurprised = answer > 0;
    if (answer === 1) this.#woken = true;
    if (answer === 2) {
      const index = world.choose("spurious/handle", this.#handles.size);
      this.#spurious = [...this.#handles][index] as SimHandle;
      this.#woken = true;
    }
  }

  /** Reports the handle that is not ready. */
  #reportSpurious(): void {
    const handle = this.#spurious;
    this.#spurious = null;
    if (handle === null || handle.events !== 0) return;
    // No system reports errors that are not there.
    const events = handle.interest & (READ | WRITE);
    if (handle.interest === UNREGISTERED || events === 0) return;
    this.#host.record("spurious", handle.label, formatInterest(events));
    this.#onReady(handle, events);
  }

  /** Whether the poll under way has a reason to end. */
  #isDue(now: number): boolean {
    return this.#woken || this.#ready.length > 0 || this.#deadline <= now;
  }

  #unpark(): void {
    if (this.#state !== "parked" || this.#held || this.#isSuspended) return;
    this.#host.world.enqueue(this.#host);
  }

  #hold(now: number): void {
    this.#held = true;
    const world = this.#host.world;
    world.time.schedule(addSecondsUp(now, SPIN_SECONDS), () => {
      this.#held = false;
      this.#unpark();
    }, this.#host.lane);
  }

  /** Drops from the ready list what is not ready any more. */
  #dropStale(): void {
    const ready = this.#ready;
    // Most passes have none, and to set a length costs what a twentieth of a schedule does.
    if (ready.length === 0) return;
    let kept = 0;
    for (let i = 0; i < ready.length; i++) {
      const handle = ready[i] as SimHandle;
      if (handle.events !== 0) ready[kept++] = handle;
      else handle.queued = false;
    }
    ready.length = kept;
  }

  #own(handle: Handle): SimHandle {
    if (handle instanceof SimHandle && handle.host === this.#host) return handle;
    throw new TypeError("Cannot watch a handle: it belongs to another platform");
  }

  #registered(handle: Handle, operation: string): SimHandle {
    const own = handle instanceof SimHandle ? handle : null;
    if (own !== null && own.host === this.#host && own.interest !== UNREGISTERED) return own;
    throw new NotRegisteredError(`Cannot ${operation} a handle: it is not registered`);
  }

  #checkOpen(): void {
    if (this.#state === "closed") throw new PollerClosedError("Cannot use a poller: it is closed");
  }
}

function ignore(): void {}

/** Moves the item at `from` to `to`, which is not behind it; those between move back by one. */
function moveToFront<T>(items: T[], to: number, from: number): void {
  if (from === to) return;
  const item = items[from] as T;
  items.copyWithin(to + 1, to, from);
  items[to] = item;
}
