/**
 * A run as a sequence diagram.
 *
 * @module
 */

import type { TraceEntry } from "../trace.ts";
import { findMessages, markOf, type TracedMessage } from "./messages.ts";
import type { RecordedRun } from "./recorded_run.ts";
import { describeThrown } from "../thrown.ts";

/** How many lines a diagram has unless told otherwise: more cannot be read. */
const LINES_MAX = 60;

/** What is left out first when there is too much. */
const QUIET: ReadonlySet<string> = new Set(["main", "ready", "timeout", "timer", "wake", "woken"]);

/** How a diagram is drawn. */
export interface SequenceDiagramOptions {
  /**
   * How many arrows and notes there are at most. If there is more, what only says that a host went
   * on is left out, then the beginning.
   *
   * @default {60}
   */
  readonly maxLines?: number;
}

/**
 * Draws a run as a sequence diagram in Mermaid's language, for documents and comments: hosts are
 * participants, messages arrows, all else notes.
 *
 * @example A message
 * ```ts
 * import { drawSequence, recordRun } from "@twinloop/twinloop/sim";
 * import { assertEquals } from "@std/assert";
 *
 * const local = { transport: "udp", hostname: "0.0.0.0", port: 7 } as const;
 * const run = await recordRun((sim) => {
 *   sim.host("b").network.bindDatagram(local);
 *   const socket = sim.host("a").network.bindDatagram(local);
 *   socket.send(new Uint8Array(3), { transport: "udp", hostname: "b", port: 7 });
 * });
 * assertEquals(drawSequence(run).split("\n").at(-1), "  h1->>h0: 3 bytes");
 * ```
 *
 * @param run The run.
 * @param options How much of it.
 * @returns The text of the diagram.
 */
export function drawSequence(run: RecordedRun, options: SequenceDiagramOptions = {}): string {
  const { maxLines = LINES_MAX } = options;
  const hosts = [...new Set(run.entries.map(({ host }) => host))].filter((host) => host !== "");
  const messages = new Map(findMessages(run).map((message) => [message.to, message]));
  let shown = run.entries.map((_, index) => index);
  if (shown.length > maxLines) {
    shown = shown.filter((index) =>
      messages.has(index) || !QUIET.has((run.entries[index] as TraceEntry).kind)
    );
  }
  const kept = shown.slice(Math.max(0, shown.length - maxLines));
  const hidden = run.dropped + run.entries.length - kept.length;
  const names = hosts.length === 0 ? ["world"] : hosts;
  const draw = new Drawing(names, run.entries);
  return [
    "sequenceDiagram",
    ...names.map((name, index) => `  participant h${index} as ${escape(name)}`),
    ...(hidden > 0 ? [draw.noteOnAll(`${hidden} more not shown`)] : []),
    ...kept.map((index) => draw.entry(index, messages.get(index))),
    ...(run.failure === null ? [] : [draw.noteOnAll(describeFailure(run.failure.error))]),
  ].join("\n");
}

class Drawing {
  readonly #hosts: readonly string[];
  readonly #entries: readonly TraceEntry[];

  constructor(hosts: readonly string[], entries: readonly TraceEntry[]) {
    this.#hosts = hosts;
    this.#entries = entries;
  }

  entry(index: number, message: TracedMessage | undefined): string {
    const entry = this.#entries[index] as TraceEntry;
    if (message !== undefined) {
      const from = this.#name((this.#entries[message.from] as TraceEntry).host);
      const arrow = entry.kind === "drop" ? "-x" : "->>";
      return `  ${from}${arrow}${this.#name(entry.host)}: ${escape(message.label)}`;
    }
    const { kind, subject, detail } = entry;
    const text = [kind, subject, String(detail)].filter((word) => word !== "").join(" ");
    const mark = markOf(entry);
    const time = `@${String(Number(entry.time.toFixed(6)))}`;
    const words = mark === "deviation" ? `deviates: ${text.slice(kind.length + 1)}` : text;
    if (entry.host === "") return this.noteOnAll(`${time} ${words}`);
    const host = this.#name(entry.host);
    if (kind === "lost") return `  ${host}-x${host}: ${escape(`${time} ${words}`)}`;
    return `  Note over ${host}: ${escape(`${time} ${words}`)}`;
  }

  noteOnAll(text: string): string {
    const last = this.#hosts.length - 1;
    return `  Note over h0${last > 0 ? `,h${last}` : ""}: ${escape(text)}`;
  }

  #name(host: string): string {
    return `h${this.#hosts.indexOf(host)}`;
  }
}

function describeFailure(error: unknown): string {
  return `fails: ${describeThrown(error).split("\n")[0]}`;
}

/** What would end a line or begin an entity in Mermaid, written as an entity. */
function escape(text: string): string {
  return text.replace(/[#;<>\n\r%{}]/g, (character) => `#${character.charCodeAt(0)};`);
}
