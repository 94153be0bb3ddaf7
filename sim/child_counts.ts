/**
 * Counting what an event causes.
 *
 * @module
 */

/** Beyond so many kinds in one event, the rest is counted together: looking them up would take too long. */
const KINDS_MAX = 32;

/**
 * How many children of each kind the event that runs has. They are counted apart so that one more of a
 * kind, which somebody adds to a program, does not change the names of the others.
 */
export class ChildCounts {
  readonly #kinds: number[] = [];
  readonly #counts: number[] = [];
  #size = 0;

  /** Begins anew. */
  clear(): void {
    this.#size = 0;
  }

  /** Counts one more child; returns a number that no other child of this event has. */
  next(kind: number): number {
    let index = 0;
    while (index < this.#size && this.#kinds[index] !== kind) index++;
    if (index === this.#size && index === KINDS_MAX) index--;
    if (index === this.#size) {
      this.#kinds[index] = kind;
      this.#counts[index] = 0;
      this.#size++;
    }
    const count = (this.#counts[index] as number) + 1;
    this.#counts[index] = count;
    return (count + Math.imul(this.#kinds[index] as number, 0x9e3779b1)) | 0;
  }
}

/** The number of a kind: what belongs to a name. */
export function kindOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash;
}
