/**
 * Readiness on Deno.
 *
 * ## How completion becomes readiness
 *
 * A handle keeps at most one native operation a direction under way and stores what it brought. Its
 * level says what can be had from it; the poller collects the handles whose level meets their
 * interest and reports them together, one batch a pass.
 *
 * ## When a pass ends
 *
 * The microtask queue must have run empty between two passes, or promises that settle each other
 * could keep timers and sockets waiting forever. Deno polls an operation once when it is started: if
 * it is done at once, its promise settles within the same run of microtasks, a known and small
 * number of them later. So a few hops after an operation was started (see {@linkcode EAGER_HOPS})
 * anything that settles comes from the native loop, which calls in only when the queue is empty.
 *
 * - A completion that comes from the native loop ends the pass one microtask later, so that all
 *   completions of the same native turn are in one batch. This is the common case, and it costs
 *   neither a timer nor a turn.
 * - Anything else (an eager completion, `wake`, a handle that is ready when it is registered)
 *   ends the pass through a turn of the native loop.
 *
 * @module
 */

import type { Clock } from "./clock.ts";
import { emptyContext } from "./context.ts";
import { DenoHandle, type ReadinessSink } from "./deno_handle.ts";
import { NativeTurn } from "./deno_turn.ts";
import { WakeTimer } from "./deno_wake_timer.ts";
import { AlreadyRegisteredError, NotRegisteredError, PollerClosedError } from "./errors.ts";
import { socketError } from "./deno_errors.ts";
import type { Handle } from "./handle.ts";
import { ERROR, type Interest, NONE } from "./interest.ts";
import { assert } from "./invariant.ts";
import type { OnReady, Poller } from "./poller.ts";
import { RenewingMap } from "./renewing_map.ts";

/**
 * How many microtasks after its start an operation that was done at once has settled: 1 was
 * measured for all of Deno 2.9's socket operations, and `tests/native/` watches it.
 */
export const EAGER_HOPS = 2;

/**
 * Time-outs below this many seconds are waited for in turns: a native timer takes 1 to 2 ms at
 * least.
 */
const TURNS_BELOW = 0.0001;

/** What is left, in seconds, when the native timer was early is waited for in turns, too. */
const TURNS_AFTER_TIMER = 0.001;

/**
 * Where a pass is. `idle`: none is under way. `waiting`: for a completion, a wake-up or the timer.
 * `ending`: a completion came, the rest of its native turn is collected. `turning`: a native turn
 * is under way. `dispatching`: handlers run.
 */
type State = "idle" | "waiting" | "ending" | "turning" | "dispatching";

/** A poller over Deno's sockets. */
export class DenoPoller implements Poller, ReadinessSink {
  readonly #clock: Clock;
  readonly #registered = new RenewingMap<number, DenoHandle>();
  /** The ready handles, for this pass or the next. */
  #ready: DenoHandle[] = [];
  /** The array that takes the place of `#ready` while that is dispatched. */
  #spare: DenoHandle[] = [];
  /** The handles to arm once the code that runs now has returned. */
  #unarmed: DenoHandle[] = [];
  #state: State = "idle";
  #onReady: OnReady | null = null;
  #onDone: (() => void) | null = null;
  /** When the wait is over, in seconds of the clock; `-Infinity` if there is none. */
  #deadline = Infinity;
  /** Whether the pass under way, or the next, must not wait. */
  #woken = false;
  /** Whether native I/O was looked at since the last turn began. */
  #looked = true;
  /** How many microtasks to go until no eager completion can come any more. */
  #hops = 0;
  /** The handle whose handler runs. */
  #current: DenoHandle | null = null;
  #closed = false;
  readonly #turn = new NativeTurn(() => this.#onTurn());
  readonly #timer = new WakeTimer(() => this.#onTimer());

  /**
   * Makes a poller that watches nothing.
   *
   * @param clock What time-outs are measured with.
   */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** See {@linkcode Poller.size}. */
  get size(): number {
    return this.#registered.size;
  }

  /** How many turns of the native loop were forced to look at I/O, and how many were not. */
  get turns(): { readonly forced: number; readonly plain: number } {
    return { ...this.#turn.counts };
  }

  /** See {@linkcode Poller.register}. */
  register(handle: Handle, interest: Interest): void {
    if (this.#closed) throw new PollerClosedError("Cannot register a handle: poller is closed");
    if (!(handle instanceof DenoHandle) || handle.site.sink !== this) {
      throw new TypeError("Cannot register a handle: it is of another platform");
    }
    if (handle.closed) throw socketError("register a handle", "EBADF");
    if (handle.registered) {
      throw new AlreadyRegisteredError(`Cannot register handle ${handle.id}: it is registered`);
    }
    handle.registered = true;
    this.#registered.set(handle.id, handle);
    this.#watch(handle, interest);
  }

  /** See {@linkcode Poller.modify}. */
  modify(handle: Handle, interest: Interest): void {
    this.#watch(this.#find("modify", handle), interest);
  }

  /** See {@linkcode Poller.unregister}. */
  unregister(handle: Handle): void {
    this.closed(this.#find("unregister", handle));
  }

  /** See {@linkcode Poller.poll}. */
  poll(timeout: number, onReady: OnReady, onDone: () => void): void {
    if (this.#closed) throw new PollerClosedError("Cannot poll: poller is closed");
    if (Number.isNaN(timeout)) throw new RangeError("Cannot poll: timeout is NaN");
    assert(this.#state === "idle", "Cannot poll: a pass is under way");
    this.#onReady = onReady;
    this.#onDone = onDone;
    this.#deadline = timeout <= 0 ? -Infinity : timeout;
    // Reading the clock costs a good part of a pass, and a wait without an end needs none of it.
    if (timeout > 0 && timeout !== Infinity) this.#deadline += this.#clock.now();
    if (timeout < TURNS_BELOW || this.#woken || this.#ready.length > 0) this.#beginTurn();
    else this.#wait();
  }

  /** See {@linkcode Poller.wake}. */
  wake(): void {
    this.#woken = true;
    if (this.#state === "waiting") this.#beginTurn();
  }

  /** See {@linkcode Poller.pause}. */
  pause(): void {
    assert(
      this.#state === "idle" || this.#state === "dispatching",
      "Cannot pause: a pass is under way",
    );
    this.#timer.cancel();
    this.#turn.rest();
  }

  /** See {@linkcode Poller.close}. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const handle of [...this.#registered.values()]) this.closed(handle);
    this.#timer.cancel();
    this.#turn.rest();
    this.#ready = [];
    this.#unarmed = [];
    this.#onReady = this.#onDone = null;
  }

  // -- What handles tell --

  /** See {@linkcode ReadinessSink.raised}. */
  raised(handle: DenoHandle, where: "any context" | "empty context"): void {
    this.#enqueue(handle);
    if (this.#state !== "waiting") return;
    if (this.#hops > 0) {
      this.#beginTurn();
      return;
    }
    this.#state = "ending";
    this.#looked = true;
    // To enter the empty context costs half a microsecond: a read need not, it comes from there.
    queueMicrotask(where === "empty context" ? this.#dispatch : this.#finish);
  }

  /** See {@linkcode ReadinessSink.started}. */
  started(): void {
    if (this.#state !== "waiting") return;
    const running = this.#hops > 0;
    this.#hops = EAGER_HOPS;
    if (!running) queueMicrotask(this.#hop);
  }

  /** See {@linkcode ReadinessSink.taken}. */
  taken(handle: DenoHandle): void {
    if (handle === this.#current || handle.unarmed || !handle.registered) return;
    handle.unarmed = true;
    if (this.#unarmed.push(handle) === 1) queueMicrotask(this.#armInEmptyContext);
  }

  /** See {@linkcode ReadinessSink.closed}. */
  closed(handle: DenoHandle): void {
    handle.registered = false;
    handle.interest = NONE;
    this.#registered.delete(handle.id);
  }

  // -- The pass --

  #find(verb: string, handle: Handle): DenoHandle {
    if (handle instanceof DenoHandle && handle.registered && handle.site.sink === this) {
      return handle;
    }
    throw new NotRegisteredError(`Cannot ${verb} handle ${handle.id}: it is not registered`);
  }

  #watch(handle: DenoHandle, interest: Interest): void {
    handle.interest = interest;
    if (handle === this.#current) return;
    this.taken(handle);
    if ((handle.level & (interest | ERROR)) === 0) return;
    this.#enqueue(handle);
    if (this.#state === "waiting") this.#beginTurn();
  }

  #enqueue(handle: DenoHandle): void {
    if (handle.queued) return;
    handle.queued = true;
    this.#ready.push(handle);
  }

  #wait(): void {
    this.#timer.arm(this.#clock, this.#deadline);
    this.#state = "waiting";
    this.started();
  }

  #beginTurn(): void {
    this.#state = "turning";
    const looked = this.#looked;
    this.#looked = false;
    this.#turn.begin(looked);
  }

  #onTurn(): void {
    if (this.#state === "turning") this.#finish();
  }

  #onTimer(): void {
    if (this.#state !== "waiting") return;
    this.#looked = true;
    this.#finish();
  }

  /** Handlers run in the empty context, not in that of whoever started the operation that ended. */
  readonly #finish = (): void => emptyContext(this.#dispatch);

  readonly #dispatch = (): void => {
    const onReady = this.#onReady;
    const onDone = this.#onDone;
    if (onReady === null || onDone === null) return;
    this.#state = "dispatching";
    const woken = this.#woken;
    this.#woken = false;
    const reported = this.#reportAll(onReady);
    if (this.#closed) return;
    if (reported === 0 && !woken && this.#goOn()) return;
    this.#onReady = this.#onDone = null;
    this.#state = "idle";
    onDone();
  };

  #reportAll(onReady: OnReady): number {
    const batch = this.#ready;
    this.#ready = this.#spare;
    let reported = 0;
    for (let i = 0; i < batch.length; i++) {
      if (this.#report(batch[i] as DenoHandle, onReady)) reported++;
    }
    // Not each right after its handler: reads one after the other, and writes likewise, take a
    // twentieth less of the processor.
    for (let i = 0; i < batch.length; i++) this.#rearm(batch[i] as DenoHandle);
    batch.length = 0;
    this.#spare = batch;
    return reported;
  }

  #report(handle: DenoHandle, onReady: OnReady): boolean {
    handle.queued = false;
    const events = handle.level & (handle.interest | ERROR);
    if (!handle.registered || events === 0) return false;
    this.#current = handle;
    onReady(handle as unknown as Handle, events);
    this.#current = null;
    return true;
  }

  #rearm(handle: DenoHandle): void {
    if (!handle.registered) return;
    handle.arm();
    if ((handle.level & (handle.interest | ERROR)) !== 0) this.#enqueue(handle);
  }

  /** Goes on with a pass that has nothing to report yet, unless its time is up. */
  #goOn(): boolean {
    if (this.#deadline === -Infinity) return false;
    const left = this.#deadline - this.#clock.now();
    if (left <= 0) return false;
    if (left < TURNS_AFTER_TIMER) this.#beginTurn();
    else this.#wait();
    return true;
  }

  readonly #hop = (): void => {
    if (--this.#hops > 0) queueMicrotask(this.#hop);
  };

  readonly #armInEmptyContext = (): void => emptyContext(this.#armTaken);

  readonly #armTaken = (): void => {
    const handles = this.#unarmed;
    this.#unarmed = [];
    for (const handle of handles) {
      handle.unarmed = false;
      if (handle.registered) handle.arm();
    }
  };
}
