/**
 * Which of the things that happened in a run stand out: messages, deviations, faults.
 *
 * @module
 */

import type { TraceEntry } from "../trace.ts";
import type { RecordedRun } from "./recorded_run.ts";

/** Something that one host did and another noticed. */
export interface TracedMessage {
  /** The number of the entry in which it began. */
  readonly from: number;
  /** The number of the entry in which it arrived. */
  readonly to: number;
  /** What it was: `10 bytes`, `connection`. */
  readonly label: string;
}

/** What stands out of a trace. */
export type EntryMark = "deviation" | "fault" | "failure" | "";

/** How many causes without an entry of their own are passed over: a handshake has some. */
const STEPS_MAX = 8;

/** What a host does by itself, whoever began it. */
const OWN: ReadonlySet<string> = new Set(["timeout", "timer", "wake", "woken"]);

/** What sends a message. */
const SENDS: ReadonlySet<string> = new Set(["connect", "send"]);

const FAULTS: ReadonlySet<string> = new Set([
  "corrupt",
  "crash",
  "drop",
  "duplicate",
  "failed",
  "hold",
  "lost",
  "overflow",
  "pause",
  "refuse",
  "reset",
  "restart",
  "resume",
  "spurious",
  "stop",
  "unreachable",
]);

/** Says whether an entry is a deviation, a fault, a reported error, or nothing of the kind. */
export function markOf({ kind }: TraceEntry): EntryMark {
  if (kind === "choose") return "deviation";
  if (kind === "report" || kind === "fence") return "failure";
  return FAULTS.has(kind) ? "fault" : "";
}

/**
 * Finds the messages of a run: what happened on a host because of something on another host.
 *
 * @param run The run.
 * @returns The messages, in the order of their arrival.
 */
export function findMessages({ entries, parents }: RecordedRun): TracedMessage[] {
  const events = new Map<number, number[]>();
  entries.forEach(({ cause }, index) => {
    const event = events.get(cause);
    if (event === undefined) events.set(cause, [index]);
    else event.push(index);
  });
  const messages: TracedMessage[] = [];
  const used = new Set<number>();
  for (const [cause, [to = 0]] of events) {
    const target = entries[to] as TraceEntry;
    if (target.host === "" || OWN.has(target.kind)) continue;
    const origin = findOrigin(cause, events, parents) ?? [];
    const from = findSource(entries, origin.filter((index) => index < to), target, used);
    if (from === undefined) continue;
    used.add(from);
    messages.push({ from, to, label: describe(target) });
  }
  return messages;
}

/** The entry of an event that sent what arrived; `undefined` if that was nobody else. */
function findSource(
  entries: readonly TraceEntry[],
  origin: readonly number[],
  target: TraceEntry,
  used: ReadonlySet<number>,
): number | undefined {
  const { host } = entries[origin[0] as number] ?? target;
  if (host === target.host) return undefined;
  const own = origin.filter((index) =>
    host === "" ? entries[index]?.host !== target.host : entries[index]?.host === host
  );
  const sends = own.filter((index) => SENDS.has(entries[index]?.kind ?? ""));
  const addressed = sends.filter((index) => isTo(String(entries[index]?.detail), target.host));
  const sent = addressed.find((index) => !used.has(index)) ?? addressed[0];
  // What the test itself does is no message, unless it sent one.
  return host === "" ? sent : sent ?? sends.at(-1) ?? own.at(-1);
}

/** Whether an address is one of a host, or of the host of a process. */
function isTo(address: string, host: string): boolean {
  const end = host.lastIndexOf("/");
  return address.startsWith(`${host}:`) ||
    (end > 0 && address.startsWith(`${host.slice(0, end)}:`));
}

/** The entries of the nearest cause that has some. */
function findOrigin(
  cause: number,
  events: ReadonlyMap<number, readonly number[]>,
  parents: ReadonlyMap<number, number>,
): readonly number[] | undefined {
  let at = parents.get(cause);
  for (let i = 0; i < STEPS_MAX && at !== undefined; i++) {
    const event = events.get(at);
    if (event !== undefined) return event;
    at = parents.get(at);
  }
  return undefined;
}

function describe({ kind, subject, detail }: TraceEntry): string {
  if (kind === "arrive" || kind === "drop") {
    const bytes = `${detail} ${detail === 1 ? "byte" : "bytes"}`;
    return kind === "drop" ? `${bytes}, dropped` : bytes;
  }
  if (kind === "end") return "end of stream";
  if (kind === "ready" && subject.startsWith("listener")) return "connection";
  return detail === "" ? kind : `${kind} ${detail}`;
}
