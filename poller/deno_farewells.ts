/**
 * What streams do after they were closed.
 *
 * @module
 */

/** Counts the closed streams that still send what they had taken, or say goodbye. */
export class Farewells {
  #count = 0;
  /** Resolved when there are none any more; `null` if nobody waits for that. */
  #over: PromiseWithResolvers<void> | null = null;

  /** A stream was closed that has something left to do. */
  begin(): void {
    this.#count++;
  }

  /** It has done it, or cannot any more. */
  end(): void {
    if (--this.#count > 0) return;
    this.#over?.resolve();
    this.#over = null;
  }

  /** Returns a promise that resolves when no stream has anything left to do. */
  over(): Promise<void> {
    if (this.#count === 0) return Promise.resolve();
    return (this.#over ??= Promise.withResolvers<void>()).promise;
  }
}
