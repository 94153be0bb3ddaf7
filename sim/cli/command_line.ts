/**
 * Reading command lines, and the help.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { UsageError } from "./errors.ts";

/** What the help calls the program. */
export const PROGRAM = "deno run -A jsr:@twinloop/twinloop/sim/cli";

/** An option of a command. */
export interface OptionSpec {
  /** Its name, without the dashes. */
  readonly name: string;
  /** What stands for its value in the help; absent if it has none. */
  readonly value?: string;
  /** What it does. */
  readonly help: string;
}

/** A command. */
export interface CommandSpec {
  /** Its name. */
  readonly name: string;
  /** What it does, in a line. */
  readonly summary: string;
  /** Its arguments as the help shows them: `<module> [<tape>]`, `<result>…`. */
  readonly usage: string;
  /** Its options. */
  readonly options: readonly OptionSpec[];
  /** How it ends: the exit codes in words. */
  readonly exits: string;
}

/** The arguments and options of a command. */
export class CommandLine {
  /** What stands without dashes. */
  readonly args: readonly string[];
  readonly #options: Readonly<Record<string, string | boolean | undefined>>;

  /** Made by {@linkcode parseCommandLine}. */
  constructor(args: readonly string[], options: Record<string, string | boolean | undefined>) {
    this.args = args;
    this.#options = options;
  }

  /** Whether an option is there. */
  has(name: string): boolean {
    return this.#options[name] !== undefined;
  }

  /** The value of an option; `undefined` if it is not there. */
  text(name: string): string | undefined {
    return this.#options[name] as string | undefined;
  }

  /**
   * The value of an option that is a number.
   *
   * @throws {UsageError} If it is not a whole number; with `isFraction`, not a number.
   */
  number(name: string, isFraction = false): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    if (text === "Infinity") return Infinity;
    const isNumber = isFraction ? /^\d+(\.\d+)?$/.test(text) : /^\d+(e\d+)?$/.test(text);
    if (isNumber) return Number(text);
    const kind = isFraction ? "number" : "whole number";
    throw new UsageError(`Cannot read the command line: --${name} ${text} is not a ${kind}`);
  }

  /**
   * The value of an option that is one of some words.
   *
   * @throws {UsageError} If it is another.
   */
  oneOf<T extends string>(name: string, words: readonly T[]): T | undefined {
    const text = this.text(name);
    if (text === undefined || words.includes(text as T)) return text as T | undefined;
    throw new UsageError(
      `Cannot read the command line: --${name} ${text} is not one of ${words.join(", ")}`,
    );
  }
}

/** What every command has. */
const HELP: OptionSpec = { name: "help", help: "show this" };

/**
 * Reads the arguments of a command; `null` if it was asked for help.
 *
 * @throws {UsageError} If they make no sense.
 */
export function parseCommandLine(spec: CommandSpec, args: readonly string[]): CommandLine | null {
  const options = Object.fromEntries(
    [...spec.options, HELP].map(({ name, value }) =>
      [name, { type: value === undefined ? "boolean" : "string" }] as const
    ),
  );
  let parsed;
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (cause) {
    const [text = ""] = String((cause as Error).message).split(". ");
    const words = text.charAt(0).toLowerCase() + text.slice(1).replace(/'/g, "");
    throw new UsageError(`Cannot read the command line: ${words}`, { cause });
  }
  const { values, positionals } = parsed;
  if (values["help"] === true) return null;
  checkCount(spec, positionals);
  return new CommandLine(positionals, values as Record<string, string | boolean | undefined>);
}

/** Writes the help of a command. */
export function describeCommand(spec: CommandSpec): string {
  return [
    `${spec.summary}`,
    "",
    `Usage: ${PROGRAM} ${spec.name} ${spec.usage} [options]`,
    "",
    "Options:",
    ...table(
      [...spec.options, HELP].map(({ name, value, help }) =>
        [`--${name}${value === undefined ? "" : ` <${value}>`}`, help] as const
      ),
    ),
    "",
    `Exit codes: ${spec.exits}.`,
  ].join("\n");
}

/** Writes the help of the program. */
export function describeProgram(specs: readonly CommandSpec[]): string {
  return [
    "Finds schedules that break a program, and shows them.",
    "",
    `Usage: ${PROGRAM} <command> …`,
    "",
    "Commands:",
    ...table(specs.map(({ name, summary }) => [name, summary] as const)),
    "",
    "A module exports a scenario, a function that is given a simulation. deposits.ts#lostUpdate is",
    "its export lostUpdate; deposits.ts is its default export or its only function. If it exports",
    "options, they say what the worlds are like (world) and what the scenario is called (name).",
    "",
    "A tape is a short text, v1:…, a file that has one, or - for standard input.",
    "",
    "Exit codes: 0 nothing failed, 1 a failure, 2 the command line or a file cannot be used,",
    "3 stopped by a limit before it was complete, 4 the tape does not fit or the scenario is not",
    "deterministic, 130 interrupted.",
    "",
    `${PROGRAM} <command> --help tells more of each.`,
  ].join("\n");
}

function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}

/** Compares the number of arguments with those of the usage. */
function checkCount({ name, usage }: CommandSpec, args: readonly string[]): void {
  const words = usage.split(" ");
  const needed = words.filter((word) => !word.startsWith("[")).length;
  const max = usage.endsWith("…") ? Infinity : words.length;
  if (args.length >= needed && args.length <= max) return;
  throw new UsageError(
    args.length < needed
      ? `Cannot read the command line: ${name} lacks ${words[args.length]}`
      : `Cannot read the command line: ${name} takes ${usage}, not also ${args[max]}`,
  );
}
