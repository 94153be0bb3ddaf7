/**
 * Runs a `deno` subcommand with `@std/*` from wherever it can be had:
 * `with_std.ts check .`, `with_std.ts test -A tests/sim`.
 *
 * @module
 */

import { findStdSource } from "./std_source.ts";

const [subcommand, ...rest] = Deno.args;
if (subcommand === undefined) {
  console.error("usage: with_std.ts <subcommand> [arguments …]");
  Deno.exit(2);
}
const source = await findStdSource();
console.error(source.note);
const child = new Deno.Command(Deno.execPath(), { args: [subcommand, ...source.args, ...rest] });
Deno.exit((await child.spawn().status).code);
