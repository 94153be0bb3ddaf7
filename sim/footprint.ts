/**
 * What a turn touched, and whether two turns can be swapped.
 *
 * @module
 */

/** What a turn touched. Things are numbers, see {@linkcode Things}. */
export interface Footprint {
  /** Whether it may have touched anything. */
  all: boolean;
  /** What it changed, or may have. */
  readonly writes: number[];
  /** What it only looked at. */
  readonly reads: number[];
}

/** Gives things numbers that stay the same from run to run. */
export class Things {
  readonly #numbers = new Map<string, number>();
  readonly #names: string[] = [];

  /** The names of things, by number. */
  get names(): readonly string[] {
    return this.#names;
  }

  /** Returns the number of a thing. */
  numberOf(name: string): number {
    let number = this.#numbers.get(name);
    if (number === undefined) {
      number = this.#names.push(name) - 1;
      this.#numbers.set(name, number);
    }
    return number;
  }

  /** Returns the name of a thing. */
  nameOf(number: number): string {
    return this.#names[number] as string;
  }
}

/** Returns the footprint of a turn that touched nothing. */
export function nothingTouched(): Footprint {
  return { all: false, writes: [], reads: [] };
}

/** Adds a thing that was changed. */
export function addWrite({ writes }: Footprint, thing: number): void {
  if (!writes.includes(thing)) writes.push(thing);
}

/** Adds a thing that was looked at. */
export function addRead({ reads }: Footprint, thing: number): void {
  if (!reads.includes(thing)) reads.push(thing);
}

/** Adds all that another turn touched. */
export function addAll(to: Footprint, from: Footprint): void {
  to.all ||= from.all;
  for (const thing of from.writes) addWrite(to, thing);
  for (const thing of from.reads) addRead(to, thing);
}

/** Whether the order of two turns may matter: one changed what the other touched. */
export function areDependent(a: Footprint, b: Footprint): boolean {
  if (a.all || b.all) return true;
  return meets(a.writes, b.writes) || meets(a.writes, b.reads) || meets(a.reads, b.writes);
}

function meets(some: readonly number[], others: readonly number[]): boolean {
  for (const thing of some) {
    if (others.includes(thing)) return true;
  }
  return false;
}
