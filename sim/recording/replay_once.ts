/**
 * What happens once, in a replay.
 *
 * @module
 */

import type { OnceKind, ReplayCursor } from "./replay_cursor.ts";

/** The promise of what happens once to a handle or thread, within the call that it comes of or later. */
export class ReplayOnce {
  /** The promise. */
  readonly promise: Promise<void>;
  readonly #resolve: () => void;
  readonly #cursor: ReplayCursor;
  readonly #kind: OnceKind;
  readonly #subject: number;
  #isWithin = false;
  #hasHappened = false;

  /** Made with the handle or thread, so that nobody hears of it before the replay does. */
  constructor(cursor: ReplayCursor, kind: OnceKind, subject: number) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.promise = promise;
    this.#resolve = resolve;
    this.#cursor = cursor;
    this.#kind = kind;
    this.#subject = subject;
    promise.then(() => {
      const { next } = cursor;
      if (cursor.over === null && next?.[0] === kind && next[1] === subject) cursor.pass();
      else if (this.#isWithin) cursor.mismatch(`${kind}(${subject}, true)`);
    });
  }

  /** Called when the program has made the call that it comes of. */
  called(): void {
    if (this.#hasHappened) return;
    this.#isWithin = this.#cursor.foresees(this.#kind, this.#subject);
    if (this.#isWithin) this.#happen();
  }

  /** Has it happen, as it comes next in the recording; its own note goes on to what comes then. */
  happen(): void {
    if (this.#hasHappened) throw this.#cursor.broken("tells again of what happens once");
    this.#happen();
  }

  #happen(): void {
    this.#hasHappened = true;
    this.#resolve();
  }
}
