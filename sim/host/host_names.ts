/**
 * What hosts are called where names have to be the same in each run.
 *
 * @module
 */

import { splitSeed } from "../seed.ts";

/** Names that were made before: a search makes the same hosts again for each schedule. */
const names = new Map<string, number>();
const NAMES_MAX = 1000;

/** The causal name of a host. */
export function nameOfHost(name: string): number {
  let number = names.get(name);
  if (number === undefined) {
    if (names.size >= NAMES_MAX) names.clear();
    number = Number(splitSeed(0n, `host/${name}`) >> 11n);
    names.set(name, number);
  }
  return number;
}

/** What a host's streams of randomness and causal names are split by: a name of its own for each generation. */
export function labelOf(name: string, generation: number, main: string | null): string {
  if (main !== null) return `${main}//${name}`;
  return generation === 0 ? name : `${name}/${generation}`;
}
