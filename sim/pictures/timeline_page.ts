/**
 * A run, or two side by side, as a page.
 *
 * @module
 */

import { narrate } from "../explore/report.ts";
import type { TraceEntry } from "../trace.ts";
import { compareRuns } from "./compare_runs.ts";
import { findMessages, markOf } from "./messages.ts";
import type { RecordedRun } from "./recorded_run.ts";
import { TIMELINE_SCRIPT } from "./timeline_script.ts";
import { TIMELINE_STYLE } from "./timeline_style.ts";
import { describeThrown } from "../thrown.ts";

/** How a page is made. */
export interface TimelineOptions {
  /**
   * What stands above it.
   *
   * @default {the name of the scenario}
   */
  readonly title?: string;
  /** A run to show on the right, line by line beside the same things in the first. */
  readonly other?: RecordedRun;
}

/**
 * Draws a run as a page of its own: hosts are lanes, messages arrows, deviations and faults are
 * marked. It can be searched, and walked through with the keyboard. It needs nothing but itself.
 *
 * With a second run, both are shown side by side, and what is in one only, or elsewhere, is marked.
 *
 * @example A page
 * ```ts
 * import { drawTimeline, recordRun } from "@twinloop/twinloop/sim";
 * import { assert } from "@std/assert";
 *
 * const run = await recordRun((sim) => {
 *   sim.host("server").network.listen({ transport: "tcp", hostname: "0.0.0.0", port: 80 });
 * });
 * assert(drawTimeline(run, { title: "A server" }).startsWith("<!doctype html>"));
 * ```
 *
 * @param run The run.
 * @param options Its title, and a run to compare it with.
 * @returns HTML.
 */
export function drawTimeline(run: RecordedRun, options: TimelineOptions = {}): string {
  const { other } = options;
  const title = options.title ?? (run.scenario === "" ? "A simulated run" : run.scenario);
  const sides = other === undefined ? [run] : [run, other];
  const rows = other === undefined
    ? run.entries.map((_, index) => [index, -1, 0])
    : compareRuns(run, other).map(({ left, right, isMoved }) => [left, right, isMoved ? 1 : 0]);
  const data = { sides: sides.map(describeSide), rows };
  // Inside of a script element, only this could end it.
  const json = JSON.stringify(data).replaceAll("<", "\\u003c");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>${escape(title)}</title>
<style>${TIMELINE_STYLE}</style>
</head>
<body>
<header>
<h1>${escape(title)}</h1>
${sides.map((side, index) => summarize(side, sides.length > 1 ? index : -1)).join("\n")}
<div class="tools" role="search">
<input id="search" type="search" placeholder="Search (/)" aria-label="Search">
<output id="found" for="search"></output>
<button id="deviation" class="deviation" title="d">next deviation</button>
<button id="fault" class="fault" title="f">next fault</button>
${
    other === undefined
      ? ""
      : `<button id="difference" class="left" title="x">next difference</button>`
  }
<span class="keys"><kbd>↑</kbd> <kbd>↓</kbd> move, <kbd>/</kbd> search, <kbd>n</kbd> <kbd>N</kbd> next and previous match, <kbd>c</kbd> to the cause</span>
</div>
</header>
<main id="view" tabindex="0" aria-label="What happened, a line each" aria-describedby="detail">
<div id="lanes" aria-hidden="true"></div>
<div id="space"><svg id="arrows" aria-hidden="true"></svg><div id="rows"></div><svg id="heads" aria-hidden="true"></svg></div>
</main>
<footer id="detail" aria-live="polite"></footer>
<noscript>This page draws itself with a script of its own.</noscript>
<script type="application/json" id="data">${json}</script>
<script>${TIMELINE_SCRIPT}</script>
</body>
</html>
`;
}

/** A side in short: arrays rather than objects, since a run has thousands of entries. */
function describeSide(run: RecordedRun): unknown {
  const hosts = [...new Set(run.entries.map(({ host }) => host))];
  const firsts = new Map<number, number>();
  run.entries.forEach(({ cause }, index) => {
    if (!firsts.has(cause)) firsts.set(cause, index);
  });
  const parentOf = ({ cause }: TraceEntry) => {
    let at = run.parents.get(cause);
    for (let i = 0; at !== undefined && i < 8 && !firsts.has(at); i++) at = run.parents.get(at);
    return at === undefined ? -1 : firsts.get(at) ?? -1;
  };
  return {
    hosts: hosts.map((host) => host === "" ? "(world)" : host),
    entries: run.entries.map((entry) => [
      entry.time,
      hosts.indexOf(entry.host),
      entry.kind,
      entry.subject,
      String(entry.detail),
      markOf(entry),
      parentOf(entry),
    ]),
    arrows: findMessages(run).map(({ from, to, label }) => [from, to, label]),
    dropped: run.dropped,
  };
}

function summarize(run: RecordedRun, index: number): string {
  const words = run.failure === null
    ? `passes: ${run.outcome}`
    : `fails: ${describeThrown(run.failure.error)}`;
  const side = index < 0 ? "" : index === 0 ? "left: " : "right: ";
  const deviations = run.tape.deviations.length === 0 ? ["no deviation"] : narrate(run.tape);
  return `<section class="${run.failure === null ? "passes" : "fails"}">
<p class="outcome">${escape(side + words)}</p>
<ul>${deviations.map((line) => `<li>${escape(line)}</li>`).join("")}</ul>
<p class="tape">${escape(run.tape.toString())}</p>
</section>`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
