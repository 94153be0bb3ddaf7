/**
 * A strategy for suites that are written for whole reads and writes.
 *
 * @module
 */

import { random, type Strategy } from "../../sim/mod.ts";

/** Draws the order of things, and leaves the sizes of reads and writes as they usually are. */
export function randomOrder(seed: number): Strategy {
  const drawn = random(seed);
  const isOrder = (label: string) => label === "step" || label === "batch" || label === "order";
  return {
    name: `order of ${drawn.name}`,
    choose: (label, bound) => isOrder(label) ? drawn.choose(label, bound) : 0,
  };
}
