/**
 * What happened in at least one of many runs.
 *
 * @module
 */

/**
 * Counts how often the conditions of {@linkcode Simulation.sometimes} held, over all simulations
 * that share it: a test that never got into the situation it is about proves nothing.
 *
 * @example A retry happens in some of ten runs
 * ```ts
 * import { random, Sightings, Simulation } from "@twinloop/twinloop/sim";
 * import { assertEquals } from "@std/assert";
 *
 * const sightings = new Sightings();
 * for (let seed = 0; seed < 10; seed++) {
 *   const sim = new Simulation({ strategy: random(seed), sightings });
 *   let isLost = false;
 *   sim.sometimes("lost", () => isLost);
 *   await sim.run(async () => {
 *     isLost = sim.choose("lose", 2) === 1;
 *     await sim.sleep(1);
 *   });
 * }
 * sightings.check();
 * assertEquals(sightings.unseen(), []);
 * ```
 */
export class Sightings {
  readonly #counts = new Map<string, number>();

  /** Says that a condition is looked for. Called by {@linkcode Simulation.sometimes}. */
  expect(id: string): void {
    if (!this.#counts.has(id)) this.#counts.set(id, 0);
  }

  /** Says that a condition held. Called by simulations, once a run. */
  see(id: string): void {
    this.#counts.set(id, this.count(id) + 1);
  }

  /** Returns in how many runs a condition held. */
  count(id: string): number {
    return this.#counts.get(id) ?? 0;
  }

  /** Returns the conditions that never held, in the order in which they were first looked for. */
  unseen(): string[] {
    return [...this.#counts].filter(([, count]) => count === 0).map(([id]) => id);
  }

  /**
   * Throws if a condition never held.
   *
   * @throws {RangeError} If one never did, with the names of all that never did.
   */
  check(): void {
    const unseen = this.unseen();
    if (unseen.length === 0) return;
    throw new RangeError(`Cannot trust these runs: never seen in any: ${unseen.join(", ")}`);
  }
}
