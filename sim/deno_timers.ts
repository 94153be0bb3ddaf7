/**
 * Timers in virtual time, in the shape of the originals: Deno's and those of `node:timers`, which
 * are the same functions.
 *
 * @module
 */

import { captureContext } from "../poller/mod.ts";
import { type Ambient, ambient, type AmbientTimer } from "./deno_ambient.ts";

type Callback = (...args: unknown[]) => unknown;

/** The longest delay, in milliseconds; what is longer counts as 1, as in Deno. */
const DELAY_MAX_MS = 2 ** 31 - 1;

/** What `setTimeout`, `setInterval` and `setImmediate` return. */
export class SimTimeout {
  readonly #world: Ambient;
  readonly #id: number;
  readonly #label: string;
  readonly #seconds: number;
  readonly #repeats: boolean;
  readonly #call: () => void;
  #timer: AmbientTimer | null = null;
  #hasRef = true;

  /** Made by the functions below, in a turn of a simulation. */
  constructor(world: Ambient, kind: string, seconds: number, repeats: boolean, call: () => void) {
    this.#world = world;
    this.#id = world.nextTimerId();
    this.#label = `${kind}#${this.#id}`;
    this.#seconds = seconds;
    this.#repeats = repeats;
    const context = captureContext();
    // Not written in the assignment: V8 would put it into the old space.
    const callInContext = () => context(call);
    this.#call = callInContext;
    this.refresh();
  }

  /** Says that the timer keeps the program going. Virtual time does not care. */
  ref(): this {
    this.#hasRef = true;
    return this;
  }

  /** Says that the timer does not keep the program going. Virtual time does not care. */
  unref(): this {
    this.#hasRef = false;
    return this;
  }

  /** Whether {@linkcode SimTimeout.ref} was called last. */
  hasRef(): boolean {
    return this.#hasRef;
  }

  /** Begins to wait anew. */
  refresh(): this {
    this.#timer?.cancel();
    this.#world.timers.set(this.#id, this);
    this.#timer = this.#world.schedule(this.#seconds, this.#label, () => this.#fire());
    return this;
  }

  /** Cancels the timer. */
  close(): this {
    this.#timer?.cancel();
    this.#timer = null;
    this.#world.timers.delete(this.#id);
    return this;
  }

  /** The number that stands for the timer. */
  [Symbol.toPrimitive](): number {
    return this.#id;
  }

  /** Cancels the timer. */
  [Symbol.dispose](): void {
    this.close();
  }

  #fire(): void {
    // As in Deno, an interval waits again before its callback runs, which may cancel it.
    if (this.#repeats) this.refresh();
    else this.close();
    this.#call();
  }
}

/** `setTimeout` and `setInterval` in a simulation. */
export function simulateTimer(
  world: Ambient,
  kind: "setTimeout" | "setInterval",
  args: readonly unknown[],
): SimTimeout {
  const [callback, delay, ...rest] = args;
  const call = bind(kind, callback, rest);
  return new SimTimeout(world, kind, toSeconds(delay), kind === "setInterval", call);
}

/** `setImmediate` in a simulation: a turn of its own, now. */
export function simulateImmediate(world: Ambient, args: readonly unknown[]): SimTimeout {
  const [callback, ...rest] = args;
  return new SimTimeout(world, "setImmediate", 0, false, bind("setImmediate", callback, rest));
}

/** Cancels a timer of a simulation; returns false if it is none. */
export function clearSimulated(timer: unknown): boolean {
  if (timer instanceof SimTimeout) return timer.close() !== null;
  if (ambient === null || (typeof timer !== "number" && typeof timer !== "string")) return false;
  return ambient.timers.get(Number(timer))?.close() !== undefined;
}

/** A delay as Deno takes it: what is no number, less than 1 ms or too long counts as 1 ms. */
export function toSeconds(milliseconds: unknown): number {
  const delay = Number(milliseconds);
  return delay >= 1 && delay <= DELAY_MAX_MS ? Math.trunc(delay) / 1000 : 1e-3;
}

function bind(kind: string, callback: unknown, args: readonly unknown[]): () => void {
  if (typeof callback === "function") return () => void (callback as Callback)(...args);
  throw new TypeError(`Cannot call ${kind}: the callback is not a function`);
}

/** What the functions of `node:timers/promises` take besides a delay. */
interface WaitOptions {
  readonly signal?: AbortSignal;
}

/** Waits in virtual time; an abort rejects. */
export function simulateWait<T>(
  world: Ambient,
  seconds: number,
  value: T,
  options: WaitOptions = {},
): Promise<T> {
  const { signal } = options;
  return new Promise((resolve, reject) => {
    const aborted = () => {
      timer.close();
      reject(new DOMException("The operation was aborted", "AbortError"));
    };
    const timer = new SimTimeout(world, "wait", seconds, false, () => {
      signal?.removeEventListener("abort", aborted);
      resolve(value);
    });
    if (signal?.aborted) aborted();
    else signal?.addEventListener("abort", aborted, { once: true });
  });
}

/** `setInterval` of `node:timers/promises` in a simulation. */
export async function* simulateTicks<T>(
  world: Ambient,
  delay: unknown,
  value: T,
  options: WaitOptions = {},
): AsyncGenerator<T> {
  for (;;) yield await simulateWait(world, toSeconds(delay), value, options);
}

/** `AbortSignal.timeout` in a simulation. */
export function simulateAbort(world: Ambient, milliseconds: unknown): AbortSignal {
  const delay = Number(milliseconds);
  if (!(delay >= 0)) throw new TypeError("Cannot make a signal: its delay is negative or NaN");
  const controller = new AbortController();
  new SimTimeout(world, "AbortSignal.timeout", delay / 1000, false, () => {
    controller.abort(new DOMException("Signal timed out.", "TimeoutError"));
  });
  return controller.signal;
}
