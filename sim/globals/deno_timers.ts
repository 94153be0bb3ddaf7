/**
 * Timers in virtual time, in the shape of the originals: Deno's and those of `node:timers`, which
 * are the same functions.
 *
 * @module
 */

import { type Ambient, ambient, type AmbientTask, type AmbientTimer } from "./deno_ambient.ts";

type Callback = (...args: unknown[]) => unknown;

/** The longest delay, in milliseconds; what is longer counts as 1, as in Deno. */
const DELAY_MAX_MS = 2 ** 31 - 1;

/**
 * What `setTimeout`, `setInterval` and `setImmediate` return.
 *
 * The callback runs in the context in which the timer was made. To remember a context costs some 3 µs,
 * most of what a timer would; the reaction of a promise remembers it for next to nothing. So each timer has a
 * promise whose reaction is the callback: the first microtask of the timer's turn.
 */
export class SimTimeout implements AmbientTask {
  readonly #world: Ambient;
  readonly #id: number;
  readonly #kind: string;
  readonly #seconds: number;
  readonly #repeats: boolean;
  readonly #callback: Callback;
  readonly #args: readonly unknown[];
  #timer: AmbientTimer | null = null;
  /** Has the callback run; `null` after it has. */
  #go: (() => void) | null = null;
  #hasRef = true;

  /** Made by the functions below, in a turn of a simulation. */
  constructor(
    world: Ambient,
    kind: string,
    seconds: number,
    callback: Callback,
    args: readonly unknown[] = [],
    repeats: boolean = false,
  ) {
    this.#world = world;
    this.#id = world.nextTimerId();
    this.#kind = kind;
    this.#seconds = seconds;
    this.#callback = callback;
    this.#args = args;
    this.#repeats = repeats;
    this.refresh();
  }

  /** What it is called in traces and reports. */
  get label(): string {
    return `${this.#kind}#${this.#id}`;
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
    this.#go ??= inContext(() => this.#call());
    this.#world.timers.set(this.#id, this);
    this.#timer = this.#world.schedule(this.#seconds, this);
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

  /** Called by the simulation in the timer's turn. */
  run(): void {
    this.#timer = null;
    this.#world.timers.delete(this.#id);
    this.#go?.();
  }

  #call(): void {
    this.#go = null;
    // As in Deno, an interval waits again before its callback runs, which may cancel it.
    if (this.#repeats) this.refresh();
    const callback = this.#callback;
    try {
      callback(...this.#args);
    } catch (error) {
      this.#world.threw(this.label, error);
    }
  }
}

/** Returns what has a function run as the next microtask, in the context of now. */
function inContext(fn: () => void): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  promise.then(fn);
  return resolve;
}

/** `setTimeout` and `setInterval` in a simulation. */
export function simulateTimer(
  world: Ambient,
  kind: "setTimeout" | "setInterval",
  [callback, delay, ...args]: readonly unknown[],
): SimTimeout {
  const seconds = toSeconds(delay);
  return new SimTimeout(world, kind, seconds, check(kind, callback), args, kind === "setInterval");
}

/** `setImmediate` in a simulation: a turn of its own, now. */
export function simulateImmediate(
  world: Ambient,
  [callback, ...args]: readonly unknown[],
): SimTimeout {
  return new SimTimeout(world, "setImmediate", 0, check("setImmediate", callback), args);
}

/**
 * Cancels a timer of a simulation; returns false if it may be another one. In a turn every number is a
 * simulated timer's, also of one that is over: a real timer may have the same.
 */
export function clearSimulated(timer: unknown): boolean {
  if (timer instanceof SimTimeout) return timer.close() !== null;
  if (ambient === null || (typeof timer !== "number" && typeof timer !== "string")) return false;
  ambient.timers.get(Number(timer))?.close();
  return true;
}

/** A delay as Deno takes it: what is no number, less than 1 ms or too long counts as 1 ms. */
export function toSeconds(milliseconds: unknown): number {
  const delay = Number(milliseconds);
  return delay >= 1 && delay <= DELAY_MAX_MS ? Math.trunc(delay) / 1000 : 1e-3;
}

function check(kind: string, callback: unknown): Callback {
  if (typeof callback === "function") return callback as Callback;
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
    const timer = new SimTimeout(world, "wait", seconds, () => {
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
  new SimTimeout(world, "AbortSignal.timeout", delay / 1000, () => {
    controller.abort(new DOMException("Signal timed out.", "TimeoutError"));
  });
  return controller.signal;
}
