/**
 * Which turns of a run came before which, and which could have come in another order.
 *
 * @module
 */

import { areDependent } from "../footprint.ts";
import type { Turn } from "../turn_log.ts";

/** Two turns whose order may matter, and which could have been the other way round. */
export interface Race {
  /** The number of the turn that came first. */
  readonly first: number;
  /** The number of the turn that came later. */
  readonly second: number;
  /** Who could have gone instead of the first for the second to come before it. */
  readonly initials: readonly string[];
}

/** The order that the turns of a run have for a reason: they cannot, or must not, be swapped. */
export class HappensBefore {
  readonly #turns: readonly Turn[];
  readonly #words: number;
  /** The set of turns before each turn, of the same instant, as bits. */
  readonly #before: Uint32Array;
  /** The first turn of each turn's instant. */
  readonly #starts: Int32Array;
  /** The turns right before each, that is with none between. */
  readonly #direct: number[][] = [];

  /** Looks at the turns of a run. */
  constructor(turns: readonly Turn[]) {
    this.#turns = turns;
    this.#starts = new Int32Array(turns.length);
    let longest = 0;
    for (let i = 0; i < turns.length; i++) {
      const isNew = i === 0 || turn(turns, i).instant !== turn(turns, i - 1).instant;
      this.#starts[i] = isNew ? i : this.#starts[i - 1] as number;
      longest = Math.max(longest, i - (this.#starts[i] as number) + 1);
    }
    this.#words = (longest + 31) >>> 5;
    this.#before = new Uint32Array(this.#words * turns.length);
    for (let i = 0; i < turns.length; i++) this.#order(i);
  }

  /** Whether one turn came before another for a reason; they have the same instant. */
  isBefore(first: number, second: number): boolean {
    const bit = first - (this.#starts[second] as number);
    const word = this.#before[second * this.#words + (bit >>> 5)] as number;
    return (word >>> (bit & 31) & 1) === 1;
  }

  /** Yields the races in which a turn came second. */
  *racesOf(second: number): Generator<Race> {
    const { owner, enabler } = turn(this.#turns, second);
    for (const first of this.#direct[second] as number[]) {
      if (first === enabler || turn(this.#turns, first).owner === owner) continue;
      yield { first, second, initials: this.#initials(first, second) };
    }
  }

  #order(second: number): void {
    const start = this.#starts[second] as number;
    const direct: number[] = [];
    for (let first = second - 1; first >= start; first--) {
      if (this.isBefore(first, second) || !this.#isOrdered(first, second)) continue;
      direct.push(first);
      const bit = first - start;
      const to = second * this.#words;
      const from = first * this.#words;
      for (let i = 0; i < this.#words; i++) {
        this.#before[to + i] = (this.#before[to + i] as number) |
          (this.#before[from + i] as number);
      }
      const at = to + (bit >>> 5);
      this.#before[at] = (this.#before[at] as number) | (1 << (bit & 31));
    }
    this.#direct.push(direct);
  }

  #isOrdered(first: number, second: number): boolean {
    const a = turn(this.#turns, first);
    const b = turn(this.#turns, second);
    return b.enabler === first || a.owner === b.owner || areDependent(a.footprint, b.footprint);
  }

  /** Of what came after `first` for no reason of it, up to `second`: whose turns could come at once. */
  #initials(first: number, second: number): string[] {
    const rest: number[] = [];
    const initials: string[] = [];
    for (let i = first + 1; i <= second; i++) {
      if (i < second && this.isBefore(first, i)) continue;
      if (!rest.some((other) => this.isBefore(other, i))) {
        initials.push(turn(this.#turns, i).owner);
      }
      rest.push(i);
    }
    return initials;
  }
}

function turn(turns: readonly Turn[], index: number): Turn {
  return turns[index] as Turn;
}
