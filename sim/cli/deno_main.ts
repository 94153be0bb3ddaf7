/**
 * The command: finds schedules that break a program, replays and shrinks them, and shows them.
 *
 * ```sh
 * deno run -A jsr:@twinloop/twinloop/sim/cli explore deposits.ts
 * ```
 *
 * `explore` searches, `replay` runs a tape, `shrink` makes it simpler, `trace` shows a run, `diff`
 * shows where two part, `merge` puts the shards of a search together; `--help` tells more of each.
 * It ends with 0 if nothing failed, 1 if something did, 2 if the command line or a file cannot be
 * used, 3 if a limit stopped a search before it was complete, 4 if a tape does not fit or the
 * scenario is not deterministic, and 130 if it was interrupted.
 *
 * @example The command as a function
 * ```ts ignore
 * import { main } from "@twinloop/twinloop/sim/cli";
 *
 * const code = await main(["explore", "deposits.ts", "--deviations=3"]);
 * ```
 *
 * @module
 */

import { denoTerminal } from "./deno_terminal.ts";
import { runCommand } from "./run_command.ts";

/**
 * Runs a command on the terminal of the process.
 *
 * @param args The command's name and its arguments.
 * @returns The exit code.
 */
export async function main(args: readonly string[]): Promise<number> {
  return await runCommand(args, denoTerminal());
}

if (import.meta.main) Deno.exit(await main(Deno.args));
