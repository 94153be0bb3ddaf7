/**
 * Which of two runs that fail in the same way is simpler.
 *
 * @module
 */

import type { DetailedRun } from "./detail.ts";
import { roughnessOf } from "./round_times.ts";

/** What the world decides about the order and the size of things; all else is a fault, or drawn by the test. */
const SCHEDULING: ReadonlySet<string> = new Set([
  "step",
  "order",
  "batch",
  "read",
  "send",
  "accept",
  "exit",
  "late",
  "spurious",
  "spurious/handle",
]);

/** Whether a decision is about order and size only: not a fault, nor a draw of the test's own. */
export function isScheduling(label: string): boolean {
  return SCHEDULING.has(label);
}

/**
 * Whether a run is simpler than another: fewer deviations; then fewer of them faults or draws of the test; then
 * rounder times; then shorter delays; then fewer changes from host to host; then fewer turns; then deviations that come later. Deviations
 * come before faults here, so that "no schedule deviates less" can be said of the result.
 */
export function isSimplerRun(run: DetailedRun, than: DetailedRun): boolean {
  const size = measure(run);
  const other = measure(than);
  const at = size.findIndex((value, i) => value !== other[i]);
  return at >= 0 && (size[at] as number) < (other[at] as number);
}

function measure({ sim, tape, times }: DetailedRun): number[] {
  const { deviations } = tape;
  let faults = 0;
  let delays = 0;
  let places = 0;
  let roughness = 0;
  for (const { label, value, index } of deviations) {
    if (!isScheduling(label)) faults++;
    delays += value;
    roughness += roughnessOf(times.get(index)?.[value] ?? 0);
    places -= index;
  }
  const switches = countSwitches(sim.trace);
  return [deviations.length, faults, roughness, delays, switches, sim.turns, places];
}

/** How often another host goes on than the one before. */
function countSwitches(trace: Iterable<{ readonly host: string }>): number {
  let last = "";
  let count = 0;
  for (const { host } of trace) {
    if (host === "" || host === last) continue;
    last = host;
    count++;
  }
  return count;
}
