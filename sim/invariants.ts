/**
 * What has to hold all the time.
 *
 * @module
 */

import type { Failures } from "./failures.ts";

/** An invariant of the program under test. */
interface Invariant {
  readonly id: string;
  readonly holds: () => boolean | void;
}

/** The invariants of a run. */
export class Invariants {
  readonly #failures: Failures;
  readonly #all: Invariant[] = [];

  /** Made by the simulation. */
  constructor(failures: Failures) {
    this.#failures = failures;
  }

  /** Adds an invariant. */
  add(id: string, holds: () => boolean | void): void {
    this.#all.push({ id, holds });
  }

  /** Checks all of them; one that does not hold ends the run. */
  check(): void {
    for (const { id, holds } of this.#all) {
      if (this.#failures.hasFailed) return;
      try {
        if (holds() !== false) continue;
        this.#failures.fail("always", `Invariant ${id} does not hold`);
      } catch (error) {
        this.#failures.fail("always", `Invariant ${id} does not hold`, error);
      }
    }
  }
}
