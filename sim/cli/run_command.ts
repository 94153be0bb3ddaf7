/**
 * Choosing a command, and what its errors come to.
 *
 * @module
 */

import {
  type CommandLine,
  type CommandSpec,
  describeCommand,
  describeProgram,
  parseCommandLine,
} from "./command_line.ts";
import { EXIT, exitCodeOf, UsageError } from "./errors.ts";
import { EXPLORE, runExplore } from "./explore_command.ts";
import { MERGE, runMerge } from "./merge_command.ts";
import {
  DIFF,
  REPLAY,
  runDiff,
  runReplay,
  runShrink,
  runTrace,
  SHRINK,
  TRACE,
} from "./tape_commands.ts";
import type { Terminal } from "./terminal.ts";

type Command = (line: CommandLine, terminal: Terminal) => Promise<number>;

const COMMANDS: readonly (readonly [CommandSpec, Command])[] = [
  [EXPLORE, runExplore],
  [REPLAY, runReplay],
  [SHRINK, runShrink],
  [TRACE, runTrace],
  [DIFF, runDiff],
  [MERGE, runMerge],
];

/**
 * Runs a command.
 *
 * @param args The command's name and its arguments.
 * @param terminal The world around it.
 * @returns The exit code.
 */
export async function runCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await dispatch(args, terminal);
  } catch (error) {
    terminal.progress.end();
    const code = exitCodeOf(error);
    const text = error instanceof Error ? error.message : String(error);
    const name = code === EXIT.internal && error instanceof Error ? `${error.name}: ` : "";
    terminal.tell(`error: ${name}${text}`);
    if (error instanceof UsageError) terminal.tell("--help shows what there is.");
    return code;
  }
}

async function dispatch([name, ...rest]: readonly string[], terminal: Terminal): Promise<number> {
  const specs = COMMANDS.map(([spec]) => spec);
  if (name === "--help" || name === "help") {
    terminal.print(describeProgram(specs));
    return EXIT.clean;
  }
  if (name === undefined) {
    terminal.tell(describeProgram(specs));
    return EXIT.usage;
  }
  const [spec, run] = COMMANDS.find(([spec]) => spec.name === name) ?? [];
  if (spec === undefined || run === undefined) {
    const names = specs.map((spec) => spec.name).join(", ");
    throw new UsageError(`Cannot read the command line: ${name} is not one of ${names}`);
  }
  const line = parseCommandLine(spec, rest);
  if (line !== null) return await run(line, terminal);
  terminal.print(describeCommand(spec));
  return EXIT.clean;
}
