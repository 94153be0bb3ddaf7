/**
 * Where the tape of a failed test goes, and the commands that replay it.
 *
 * @module
 */

import type { Tape } from "./tape.ts";

/** The environment variable that has a test replay a tape. */
export const VARIABLE = "TWINLOOP_REPLAY";
const COMMAND = "deno run -A jsr:@twinloop/twinloop/sim/cli";

/** Returns where to write the tape of a test; `null` for nowhere. */
export function placeOf(
  asked: URL | string | false | undefined,
  module: string | null,
  name: string,
): URL | string | null {
  if (asked !== undefined) return asked === false ? null : asked;
  if (module === null || !module.startsWith("file:")) return null;
  const words = name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "_").replace(/^_|_$/g, "");
  const file = decodeURIComponent(module.replace(/\.[^./]*$/, "").replace(/^.*\//, ""));
  const path = encodeURIComponent(`${file}.${words.slice(0, 60)}.tape.jsonl`);
  return new URL(path, module);
}

/** Writes a tape if that is permitted, and says what became of it. Asks nobody. */
export async function writeTape(path: URL | string, tape: Tape): Promise<string> {
  const shown = path instanceof URL ? shortPath(path.href) : path;
  if (!isGranted({ name: "write", path })) {
    return `Tape file:  not written, that takes --allow-write=${quote(shown)}`;
  }
  try {
    await Deno.writeTextFile(path, tape.toFile());
    return `Tape file:  ${shown}`;
  } catch (error) {
    return `Tape file:  not written, ${error instanceof Error ? error.message : error}`;
  }
}

/** The commands that replay a tape of a test, each with a title. */
export function commandsFor(module: string | null, name: string, tape: Tape): string[] {
  const file = module === null ? "" : shortPath(module);
  const filter = `--filter ${quote(name)}`;
  const place = file === "" ? "" : ` ${quote(file)}`;
  const asTest = `As a test:  ${VARIABLE}=${tape} deno test -A ${filter}${place}`;
  if (file === "") return [asTest];
  const scenario = quote(`${file}#${encodeURIComponent(name)}`);
  return [asTest, `Command:    ${COMMAND} replay ${scenario} ${tape}`];
}

/** The path of a file: relative to the current folder if that is above it and may be known. */
function shortPath(url: string): string {
  if (!url.startsWith("file:")) return url;
  const path = decodeURIComponent(new URL(url).pathname);
  if (!isGranted({ name: "read", path: "." })) return path;
  const folder = `${Deno.cwd()}/`;
  return path.startsWith(folder) ? path.slice(folder.length) : path;
}

function isGranted(permission: Deno.PermissionDescriptor): boolean {
  return Deno.permissions.querySync(permission).state === "granted";
}

/** Quotes a word for a shell, if it needs that. */
function quote(word: string): string {
  return /^[\w@%+=:,./#-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
