/**
 * Simulations in which the certificates for tests are good.
 *
 * @module
 */

import { random } from "../../sim/mod.ts";
import { simWorld } from "./sim_world.ts";
import type { World } from "./world.ts";

/** A time at which they are. */
const WALL_CLOCK = Date.parse("2026-12-01T00:00:00Z") / 1000;

/**
 * Makes a world of simulations whose clocks on the wall show a time in 2026.
 *
 * @param seed Draws every choice if given; by default all is first in, first out.
 * @returns The world.
 */
export function tlsSimWorld(seed?: number): World {
  const clock = { seed: seed ?? 1, wallClock: WALL_CLOCK };
  return simWorld(() => seed === undefined ? clock : { ...clock, strategy: random(seed) });
}
