/**
 * What a native read or receive that waits consists of.
 *
 * @module
 */

/**
 * A buffer to fill, and the promise of what comes into it.
 *
 * @typeParam T What the promise is fulfilled with.
 */
export interface Reception<T> {
  /** Where the bytes go. */
  readonly buffer: Uint8Array<ArrayBuffer>;
  /** Fulfils the promise. */
  resolve(outcome: T): void;
  /** Rejects it. */
  reject(error: unknown): void;
}
