/**
 * Stand-in for `@std/async`, used where JSR cannot be reached: what the tests use of it, with its
 * signatures, on `setTimeout` and `AbortSignal`.
 *
 * @module
 */

/** Options of {@linkcode delay}. */
export interface DelayOptions {
  /** Ends the wait with a rejection. */
  signal?: AbortSignal;
  /** Whether the wait keeps the process alive. */
  persistent?: boolean;
}

/** Waits for some milliseconds. */
export function delay(ms: number, options: DelayOptions = {}): Promise<void> {
  const { signal } = options;
  if (signal?.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    const aborted = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", aborted);
      resolve();
    }, ms);
    signal?.addEventListener("abort", aborted, { once: true });
  });
}

/** Options of {@linkcode deadline}. */
export interface DeadlineOptions {
  /** Ends the wait with a rejection. */
  signal?: AbortSignal;
}

/** Returns what a promise resolves to, or rejects after some milliseconds with a `TimeoutError`. */
export async function deadline<T>(
  p: Promise<T>,
  ms: number,
  options: DeadlineOptions = {},
): Promise<T> {
  const signals = [AbortSignal.timeout(ms)];
  if (options.signal) signals.push(options.signal);
  const signal = AbortSignal.any(signals);
  signal.throwIfAborted();
  return await Promise.race([
    p,
    new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    }),
  ]);
}

/** Options of {@linkcode retry}. */
export interface RetryOptions {
  /** By what each wait is longer than the one before. */
  multiplier?: number;
  /** The longest wait, in milliseconds. */
  maxTimeout?: number;
  /** How often to try. */
  maxAttempts?: number;
  /** The first wait, in milliseconds. */
  minTimeout?: number;
  /** How much of a wait is random, from 0 to 1. */
  jitter?: number;
}

/** Thrown when no attempt succeeded; `cause` has the last error. */
export class RetryError extends Error {
  /** Made by {@linkcode retry}. */
  constructor(cause: unknown, attempts: number) {
    super(`Retrying exceeded the maxAttempts (${attempts}).`);
    this.name = "RetryError";
    this.cause = cause;
  }
}

/** Calls a function until it succeeds, and waits longer after each failure. */
export async function retry<T>(
  fn: (() => Promise<T>) | (() => T),
  options: RetryOptions = {},
): Promise<T> {
  const { multiplier = 2, maxTimeout = 60_000, maxAttempts = 5, minTimeout = 1000, jitter = 1 } =
    options;
  for (let attempt = 0;; attempt++) {
    try {
      return await fn();
    } catch (error) {
      if (attempt + 1 >= maxAttempts) throw new RetryError(error, maxAttempts);
      const wait = Math.min(maxTimeout, minTimeout * multiplier ** attempt);
      await delay((1 - jitter * Math.random()) * wait);
    }
  }
}
