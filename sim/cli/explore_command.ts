/**
 * The command that searches.
 *
 * @module
 */

import { explore } from "../explore/explore.ts";
import { type ExploreOptions, STRATEGIES } from "../explore/explore_options.ts";
import { type SearchResult, toResult } from "../explore/search_result.ts";
import { parseShard } from "../explore/shard.ts";
import { type CommandLine, type CommandSpec, PROGRAM } from "./command_line.ts";
import { EXIT, UsageError } from "./errors.ts";
import { describeResult } from "./result_text.ts";
import type { Terminal } from "./terminal.ts";

/** The options that say which scenario is meant and what it is told. */
export const SCENARIO_OPTIONS = [
  {
    name: "name",
    value: "text",
    help: "what the scenario is called; tapes of another are refused",
  },
  { name: "seed", value: "hex", help: "what decides the randomness of hosts, and what is sampled" },
  { name: "console", help: "show what the scenario writes to the console" },
] as const;

/** The command `explore`. */
export const EXPLORE: CommandSpec = {
  name: "explore",
  summary: "Runs a scenario under many schedules, until one fails.",
  usage: "<module>",
  options: [
    { name: "strategy", value: "name", help: `${STRATEGIES.join(", ")} (exhaustive)` },
    { name: "deviations", value: "n", help: "exhaustive: how many unusual answers at most" },
    { name: "delays", value: "n", help: "delayBounded: how much delay in all at most (2)" },
    { name: "faults", value: "n", help: "how many faults at most" },
    { name: "audits", value: "n", help: "dpor: how many pairs of turns to swap as a check (32)" },
    { name: "depth", value: "n", help: "pct: how many things have to be in order (3)" },
    {
      name: "max-schedules",
      value: "n",
      help: "stop after so many (exhaustive 100000, else 1000)",
    },
    { name: "max-seconds", value: "s", help: "stop after so long" },
    { name: "all", help: "go on after a failure, and count them" },
    { name: "shrink-runs", value: "n", help: "how many runs to spend on a simpler tape (500)" },
    { name: "jobs", value: "n", help: "spread the search over so many workers" },
    { name: "shard", value: "i/n", help: "run only this part of the schedules; see merge" },
    { name: "checkpoint", value: "file", help: "keep there how far the search is" },
    { name: "checkpoint-seconds", value: "s", help: "how often it is written (10)" },
    { name: "resume", help: "go on from the checkpoint, if there is one" },
    { name: "result", value: "file", help: "write what is known then as JSON" },
    { name: "tape", value: "file", help: "write the tape of a failure there" },
    { name: "quiet", help: "show no progress" },
    ...SCENARIO_OPTIONS,
  ],
  exits: "0 all that was run passes, 1 a schedule fails, 2 it cannot begin, 3 a limit\n" +
    "stopped it before it was complete, 4 the scenario is not deterministic, 130 interrupted",
};

/** Searches; returns the exit code. */
export async function runExplore(line: CommandLine, terminal: Terminal): Promise<number> {
  const options = readOptions(line, terminal);
  const jobs = line.number("jobs");
  const result = jobs === undefined
    ? await searchHere(line, terminal, options)
    : await terminal.exploreInWorkers(line.args[0] as string, { ...options, jobs });
  terminal.progress.end();
  terminal.print(describeResult(result, `${PROGRAM} replay ${line.args[0]}`));
  const file = line.text("result");
  if (file !== undefined) terminal.save(file, `${JSON.stringify(result, null, 2)}\n`);
  const tape = line.text("tape");
  if (tape !== undefined && result.failure !== null) {
    terminal.save(tape, `${result.failure.tape}\n`);
    terminal.print(`The tape is in ${tape}`);
  }
  if (options.signal?.aborted === true && result.failure === null) return EXIT.interrupted;
  return exitCodeFor(result);
}

/** How a search or a merge ends. */
export function exitCodeFor({ verdict }: SearchResult): number {
  if (verdict === "failed") return EXIT.failure;
  return verdict === "incomplete" ? EXIT.incomplete : EXIT.clean;
}

async function searchHere(
  line: CommandLine,
  terminal: Terminal,
  asked: ExploreOptions,
): Promise<SearchResult> {
  const { scenario, name, options } = await terminal.load(line.args[0] as string);
  return toResult(await explore(scenario, { ...options, name, ...asked }));
}

/** The options that are there; what is absent is left to the module, or to the search. */
function readOptions(line: CommandLine, terminal: Terminal): ExploreOptions {
  const checkpoint = line.text("checkpoint");
  if (line.has("resume") && checkpoint === undefined) {
    throw new UsageError("Cannot read the command line: --resume lacks --checkpoint <file>");
  }
  const shard = line.text("shard");
  const isResumed = line.has("resume") && terminal.has(checkpoint ?? "");
  const asked = {
    strategy: line.oneOf("strategy", STRATEGIES),
    deviations: line.number("deviations"),
    delays: line.number("delays"),
    faults: line.number("faults"),
    audits: line.number("audits"),
    depth: line.number("depth"),
    maxSchedules: line.number("max-schedules"),
    maxSeconds: line.number("max-seconds", true),
    checkpointSeconds: line.number("checkpoint-seconds", true),
    shrinkRuns: line.number("shrink-runs"),
    name: line.text("name"),
    seed: line.text("seed"),
    stopAtFailure: line.has("all") ? false : undefined,
    shard: shard === undefined ? undefined : parseShard(shard),
    resume: isResumed ? terminal.read(checkpoint as string) : undefined,
    onCheckpoint: checkpoint === undefined
      ? undefined
      : (text: string) => terminal.save(checkpoint, text),
    onProgress: line.has("quiet")
      ? undefined
      : (progress: Parameters<typeof terminal.progress.show>[0]) =>
        terminal.progress.show(progress),
  };
  const given = Object.entries(asked).filter(([, value]) => value !== undefined);
  return {
    ...Object.fromEntries(given) as ExploreOptions,
    quiet: !line.has("console"),
    signal: terminal.interrupted(),
  };
}
