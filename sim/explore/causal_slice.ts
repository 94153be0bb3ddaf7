/**
 * What a failure can depend on.
 *
 * @module
 */

import { SimulationError } from "../errors.ts";
import type { TraceEntry } from "../trace.ts";
import type { DetailedRun } from "./detail.ts";
import { low32 } from "./recorder.ts";
import type { Deviation } from "./tape.ts";

/** Deviations that a failure may need; guesses, to be confirmed by a run. */
export interface Slice {
  /** Those that were decided before the failure. */
  readonly before: readonly Deviation[];
  /** Those of them that are about events in the failure's causal past, or earlier on the same hosts. */
  readonly causal: readonly Deviation[];
}

/** Returns what a run's failure may need; all deviations if the trace does not tell. */
export function sliceOf({ sim, tape, failure }: DetailedRun): Slice {
  const { deviations } = tape;
  const entries = [...sim.trace];
  const chosenAt = entries.flatMap(({ kind }, i) => kind === "choose" ? i : []);
  const failedAt = findFailure(entries, failure?.error);
  if (chosenAt.length !== deviations.length || failedAt < 0) {
    return { before: deviations, causal: deviations };
  }
  const before = deviations.filter((_, i) => (chosenAt[i] as number) <= failedAt);
  const past = pastOf(entries, failedAt, sim.trace.parents ?? new Map());
  const causal = before.filter(({ cause, picked, over }) =>
    picked === 0 ? past.has(cause) : past.has(picked) && past.has(over)
  );
  return { before, causal };
}

/** The last entry that was made before a run failed; -1 if there is none. */
function findFailure(entries: readonly TraceEntry[], error: unknown): number {
  if (!(error instanceof SimulationError)) return entries.length - 1;
  return entries.findLastIndex(({ time, host }) =>
    time <= error.time && (error.host === null || host === error.host)
  );
}

/** The low bits of the names of all events that happened before an entry, by causes and by order on hosts. */
function pastOf(
  entries: readonly TraceEntry[],
  from: number,
  parents: ReadonlyMap<number, number>,
): ReadonlySet<number> {
  const events = new Set<number>();
  const hosts = new Set<string>();
  for (let i = from; i >= 0; i--) {
    const { cause, host, kind, subject } = entries[i] as TraceEntry;
    // Who goes next is decided between events.
    if (kind === "choose" && subject === "step") continue;
    if (i !== from && !events.has(cause) && !hosts.has(host)) continue;
    if (host !== "") hosts.add(host);
    for (let name = cause; name !== 0 && !events.has(name); name = parents.get(name) ?? 0) {
      events.add(name);
    }
  }
  return new Set([...events].map(low32));
}
