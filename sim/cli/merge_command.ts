/**
 * The command that puts the parts of a search together.
 *
 * @module
 */

import { mergeResults } from "../explore/merge_results.ts";
import { parseResult } from "../explore/search_result.ts";
import type { CommandLine, CommandSpec } from "./command_line.ts";
import { exitCodeFor } from "./explore_command.ts";
import { describeResult } from "./result_text.ts";
import type { Terminal } from "./terminal.ts";

/** The command `merge`. */
export const MERGE: CommandSpec = {
  name: "merge",
  summary: "Puts the results of explore --shard together.",
  usage: "<result>…",
  options: [{ name: "result", value: "file", help: "write what is known then as JSON" }],
  exits: "0 all schedules pass, 1 one fails, 2 the results do not belong together,\n" +
    "3 a part is missing or was stopped by a limit",
};

/** Merges; returns the exit code. */
export function runMerge(line: CommandLine, terminal: Terminal): Promise<number> {
  const merged = mergeResults(line.args.map((path) => parseResult(terminal.read(path))));
  terminal.print(describeResult(merged));
  const file = line.text("result");
  if (file !== undefined) terminal.save(file, `${JSON.stringify(merged, null, 2)}\n`);
  return Promise.resolve(exitCodeFor(merged));
}
