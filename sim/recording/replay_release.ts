/**
 * When addresses become free, in a replay.
 *
 * @module
 */

import type { ReplayCursor } from "./replay_cursor.ts";

/** The promise of a handle whose address becomes free some time after it is closed. */
export class ReplayRelease {
  /** The promise. */
  readonly promise: Promise<void>;
  readonly #resolve: () => void;
  readonly #cursor: ReplayCursor;
  readonly #id: number;
  #isWithin = false;

  /** Made with the handle, so that nobody hears of it before the replay does. */
  constructor(cursor: ReplayCursor, id: number) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.promise = promise;
    this.#resolve = resolve;
    this.#cursor = cursor;
    this.#id = id;
    promise.then(() => {
      const { next } = cursor;
      if (cursor.over === null && next?.[0] === "released" && next[1] === id) cursor.pass();
      else if (this.#isWithin) cursor.mismatch(`released(${id}, true)`);
    });
  }

  /** Called when the handle was closed. */
  closed(): void {
    this.#isWithin = this.#cursor.foresees("released", this.#id);
    if (this.#isWithin) this.#resolve();
  }

  /** Called when the address became free later. */
  release(): void {
    this.#resolve();
  }
}
