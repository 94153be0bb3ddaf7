/**
 * A platform with some of its parts replaced.
 *
 * @module
 */

import type { Platform } from "../../poller/mod.ts";

/**
 * Replaces parts of a platform. Its members may be getters, which a spread would miss.
 *
 * @param platform The platform.
 * @param others What takes the place of its parts.
 * @returns A platform with both.
 */
export function withParts(platform: Platform, others: Partial<Platform>): Platform {
  const { clock, poller, network, random, signals, processes, workers, report } = platform;
  return { clock, poller, network, random, signals, processes, workers, report, ...others };
}
