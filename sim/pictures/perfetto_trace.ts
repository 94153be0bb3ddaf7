/**
 * A run as a trace for Perfetto.
 *
 * @module
 */

import { formatEntry, type TraceEntry } from "../trace.ts";
import { findMessages, markOf } from "./messages.ts";
import type { RecordedRun } from "./recorded_run.ts";

/** How long a turn is drawn that takes no time, in microseconds: a nanosecond, Perfetto's grain. */
const TURN = 0.001;

/** An event in the Trace Event Format. */
interface TraceEvent {
  readonly ph: string;
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts?: number;
  readonly [key: string]: unknown;
}

/**
 * Writes a run in the Trace Event Format, which ui.perfetto.dev and chrome://tracing open: hosts are
 * processes, turns slices, messages flows, deviations and faults instants. Times are virtual; turns
 * at the same time are drawn a nanosecond each, one after the other.
 *
 * @example The hosts of a run
 * ```ts
 * import { recordRun, writePerfetto } from "@twinloop/twinloop/sim";
 * import { assertEquals } from "@std/assert";
 *
 * const run = await recordRun((sim) => {
 *   const { network } = sim.host("server");
 *   network.listen({ transport: "tcp", hostname: "0.0.0.0", port: 80 });
 * });
 * const { traceEvents } = JSON.parse(writePerfetto(run));
 * assertEquals(traceEvents[1].args, { name: "server" });
 * ```
 *
 * @param run The run.
 * @returns JSON.
 */
export function writePerfetto(run: RecordedRun): string {
  const hosts = [...new Set(["", ...run.entries.map(({ host }) => host)])];
  const pid = ({ host }: TraceEntry) => hosts.indexOf(host) + 1;
  const times = spread(run.entries);
  const names: TraceEvent[] = hosts.map((host, index) => ({
    ph: "M",
    name: "process_name",
    pid: index + 1,
    tid: 1,
    args: { name: host === "" ? "(world)" : host },
  }));
  const turns = run.entries.map((entry, index): TraceEvent => ({
    ph: "X",
    name: `${entry.kind} ${entry.subject}`.trim(),
    cat: markOf(entry) || "turn",
    pid: pid(entry),
    tid: 1,
    ts: times[index] as number,
    dur: TURN,
    args: { text: formatEntry(entry), detail: entry.detail, cause: entry.cause.toString(16) },
  }));
  const marks = run.entries.flatMap((entry, index): TraceEvent[] => {
    const mark = markOf(entry);
    if (mark === "") return [];
    const name = `${mark}: ${entry.kind} ${entry.subject}`.trim();
    return [{
      ph: "i",
      s: "p",
      name,
      cat: mark,
      pid: pid(entry),
      tid: 1,
      ts: times[index] as number,
    }];
  });
  const flows = findMessages(run).flatMap(({ from, to, label }, id): TraceEvent[] => {
    const [source, target] = [run.entries[from], run.entries[to]] as [TraceEntry, TraceEntry];
    const common = { name: label, cat: "message", id, tid: 1 };
    return [
      { ...common, ph: "s", pid: pid(source), ts: times[from] as number },
      { ...common, ph: "f", bp: "e", pid: pid(target), ts: times[to] as number },
    ];
  });
  return JSON.stringify({
    displayTimeUnit: "ns",
    otherData: { scenario: run.scenario, tape: run.tape.toString(), outcome: run.outcome },
    traceEvents: [...names, ...turns, ...marks, ...flows],
  });
}

/** The times in microseconds, each later than the one before. */
function spread(entries: readonly TraceEntry[]): number[] {
  let last = -TURN;
  return entries.map(({ time }) => {
    last = Math.max(time * 1e6, last + TURN);
    return Math.round(last * 1000) / 1000;
  });
}
