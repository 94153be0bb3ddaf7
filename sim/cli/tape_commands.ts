/**
 * The commands that work with one tape, or two.
 *
 * @module
 */

import type { ScenarioOptions } from "../explore/explore_options.ts";
import type { ReplayOptions } from "../explore/replay.ts";
import type { ReplayMode } from "../explore/replay_strategy.ts";
import { narrate } from "../explore/report.ts";
import { shrink } from "../explore/shrink.ts";
import { Tape } from "../explore/tape.ts";
import { formatCount } from "../explore/words.ts";
import { areSame, compareRuns, formatComparison } from "../pictures/compare_runs.ts";
import { writePerfetto } from "../pictures/perfetto_trace.ts";
import { type RecordedRun, recordRun } from "../pictures/recorded_run.ts";
import { drawSequence } from "../pictures/sequence_diagram.ts";
import { drawTimeline } from "../pictures/timeline_page.ts";
import type { SimScenario } from "../simulation.ts";
import { formatEntry } from "../trace.ts";
import type { CommandLine, CommandSpec } from "./command_line.ts";
import { EXIT } from "./errors.ts";
import { SCENARIO_OPTIONS } from "./explore_command.ts";
import type { Terminal } from "./terminal.ts";
import { describeThrown } from "../thrown.ts";

const MODES = [
  "strict",
  "fallback",
  "by-name",
  "continue",
] as const satisfies readonly ReplayMode[];

/** How many lines of a trace's end are shown. */
const TRACE_LINES = 20;

const MODE = {
  name: "mode",
  value: "name",
  help: `how closely to keep to the tape: ${MODES.join(", ")} (strict)`,
};
/** How runs are shown. */
const TRACE_FORMATS = ["text", "mermaid", "perfetto", "html"] as const;
const DIFF_FORMATS = ["text", "html"] as const;

const OUTPUT = { name: "output", value: "file", help: "write it there" };

/** The command `replay`. */
export const REPLAY: CommandSpec = {
  name: "replay",
  summary: "Runs what a tape recorded.",
  usage: "<module> <tape>",
  options: [
    MODE,
    {
      name: "until",
      value: "n",
      help: "stop in the debugger before decision n; see deno --inspect-brk",
    },
    ...SCENARIO_OPTIONS.filter(({ name }) => name !== "console"),
  ],
  exits: "0 it passes, 1 it fails, 2 the tape or the module cannot be used, " +
    "4 the tape does not fit",
};

/** The command `shrink`. */
export const SHRINK: CommandSpec = {
  name: "shrink",
  summary: "Makes a failing tape simpler.",
  usage: "<module> <tape>",
  options: [
    { name: "max-runs", value: "n", help: "how many runs to spend (500)" },
    { name: "tape", value: "file", help: "write the simpler tape there" },
    ...SCENARIO_OPTIONS,
  ],
  exits:
    "0 the tape is as simple as it gets, 2 the tape or the module cannot be used, or its run\n" +
    "passes, 4 the tape does not fit or the scenario is not deterministic",
};

/** The command `trace`. */
export const TRACE: CommandSpec = {
  name: "trace",
  summary: "Shows what happens in a run, that of a tape or the usual one.",
  usage: "<module> [<tape>]",
  options: [
    { name: "format", value: "name", help: `${TRACE_FORMATS.join(", ")} (text)` },
    OUTPUT,
    MODE,
    ...SCENARIO_OPTIONS,
  ],
  exits:
    "0 it was made, whether the run passes or not, 2 the tape or the module cannot be used,\n" +
    "4 the tape does not fit",
};

/** The command `diff`. */
export const DIFF: CommandSpec = {
  name: "diff",
  summary: "Shows where two runs part: those of two tapes, or of one and the usual one.",
  usage: "<module> <tape> [<tape>]",
  options: [
    { name: "format", value: "name", help: `${DIFF_FORMATS.join(", ")} (text)` },
    OUTPUT,
    MODE,
    ...SCENARIO_OPTIONS,
  ],
  exits: "0 they are the same, 1 they differ, 2 a tape or the module cannot be used,\n" +
    "4 a tape does not fit",
};

/** Replays; returns the exit code. */
export async function runReplay(line: CommandLine, terminal: Terminal): Promise<number> {
  const { scenario, options } = await prepare(line, terminal);
  const tape = readTape(line.args[1] as string, terminal);
  const until = line.number("until");
  const run = await recordRun(scenario, tape, {
    ...options,
    ...(until === undefined ? {} : { until }),
    quiet: false,
  });
  if (run.skipped > 0) terminal.tell(`${formatCount(run.skipped)} deviations did not fit`);
  if (run.failure === null) {
    terminal.print(`passes: ${run.outcome}`);
    return EXIT.clean;
  }
  terminal.print(describeFailure(run));
  return EXIT.failure;
}

/** Shrinks; returns the exit code. */
export async function runShrink(line: CommandLine, terminal: Terminal): Promise<number> {
  const { scenario, options } = await prepare(line, terminal);
  const tape = readTape(line.args[1] as string, terminal);
  const maxRuns = line.number("max-runs");
  const shrunk = await shrink(scenario, tape, {
    ...options,
    ...(maxRuns === undefined ? {} : { maxRuns }),
  });
  const { length } = tape.deviations;
  const text = shrunk.tape.toString();
  terminal.print([
    text,
    `${length} ${
      length === 1 ? "deviation" : "deviations"
    } before, ${shrunk.tape.deviations.length} ` +
    `now, ${formatCount(shrunk.runs)} runs${shrunk.isMinimal ? "; none deviates less" : ""}`,
    ...shrunk.narrative,
  ].join("\n"));
  const file = line.text("tape");
  if (file !== undefined) terminal.save(file, `${text}\n`);
  return EXIT.clean;
}

/** Shows a run; returns the exit code. */
export async function runTrace(line: CommandLine, terminal: Terminal): Promise<number> {
  const format = line.oneOf("format", TRACE_FORMATS);
  const { scenario, options } = await prepare(line, terminal);
  const text = line.args[1];
  const tape = text === undefined ? null : readTape(text, terminal);
  const run = await recordRun(scenario, tape, options);
  write(line, terminal, draw(run, format));
  if (run.failure !== null) terminal.tell(`the run fails: ${describeThrown(run.failure.error)}`);
  return EXIT.clean;
}

function draw(run: RecordedRun, format: typeof TRACE_FORMATS[number] = "text"): string {
  switch (format) {
    case "text":
      return run.entries.map(formatEntry).join("\n");
    case "mermaid":
      return drawSequence(run);
    case "perfetto":
      return writePerfetto(run);
    case "html":
      return drawTimeline(run);
  }
}

/** Compares two runs; returns the exit code. */
export async function runDiff(line: CommandLine, terminal: Terminal): Promise<number> {
  const format = line.oneOf("format", DIFF_FORMATS);
  const { scenario, options } = await prepare(line, terminal);
  const [, first, second] = line.args as [string, string, string | undefined];
  const right = await recordRun(scenario, readTape(first, terminal), options);
  const usual = second === undefined ? null : readTape(second, terminal);
  const left = await recordRun(scenario, usual, options);
  // The usual run comes first, as the older file does elsewhere.
  const [from, to] = second === undefined ? [left, right] : [right, left];
  const isSame = areSame(compareRuns(from, to)) && from.outcome === to.outcome;
  const lines = [
    `- ${from.outcome}   ${from.tape}`,
    `+ ${to.outcome}   ${to.tape}`,
    formatComparison(from, to),
  ];
  const text = lines.filter((line) => line !== "").join("\n");
  write(line, terminal, format === "html" ? drawTimeline(from, { other: to }) : text);
  return isSame ? EXIT.clean : EXIT.failure;
}

interface Prepared {
  readonly scenario: SimScenario;
  readonly options: ReplayOptions;
}

async function prepare(line: CommandLine, terminal: Terminal): Promise<Prepared> {
  const loaded = await terminal.load(line.args[0] as string);
  const seed = line.text("seed");
  const mode = line.oneOf("mode", MODES);
  const { world } = loaded.options;
  const options: ScenarioOptions = {
    ...(world === undefined ? {} : { world }),
    name: line.text("name") ?? loaded.name,
    quiet: !line.has("console"),
    ...(seed === undefined ? {} : { seed }),
    ...(mode === undefined ? {} : { mode }),
  };
  return { scenario: loaded.scenario, options };
}

/** A tape on the command line: its text, or a file that has it. */
function readTape(text: string, terminal: Terminal): Tape {
  return Tape.parse(/^v\d+:/.test(text) ? text : terminal.read(text));
}

function write(line: CommandLine, terminal: Terminal, text: string): void {
  const file = line.text("output");
  if (file === undefined) terminal.print(text);
  else terminal.save(file, `${text}\n`);
}

function describeFailure(run: RecordedRun): string {
  const end = run.entries.slice(-TRACE_LINES).map(formatEntry);
  const earlier = run.dropped + run.entries.length - end.length;
  return [
    `fails: ${describeThrown(run.failure?.error)}`,
    ...narrate(run.tape).map((text) => `  ${text}`),
    "trace:",
    ...(earlier > 0 ? [`  … ${formatCount(earlier)} earlier`] : []),
    ...end.map((text) => `  ${text}`),
  ].join("\n");
}
