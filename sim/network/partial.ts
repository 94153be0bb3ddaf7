/**
 * How much of what is possible a call does.
 *
 * @module
 */

import type { World } from "../world.ts";

/** Draws it: all that is possible, the least, all but one, or half. */
export function drawSize(world: World, label: string, most: number, least: number): number {
  if (most <= least) return most;
  const answer = world.choose(label, Math.min(4, most - least + 1));
  if (answer === 0) return most;
  if (answer === 1) return least;
  return answer === 2 ? most - 1 : (most + least) >> 1;
}
