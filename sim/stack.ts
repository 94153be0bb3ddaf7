/**
 * Which frames of a stack belong to the program under test.
 *
 * @module
 */

/** The folder of the package. */
const ROOT = new URL("../", import.meta.url).href;

/** The folders of the package whose frames say nothing of the program. */
const OWN_FOLDERS: readonly string[] = ["sim/", "poller/", "reactor/", "ioloop/", "resolver/"].map(
  (folder) => ROOT + folder,
);

/**
 * Returns the frames of a stack that belong to the program under test, innermost first:
 * `save (file:///bank.ts:12:3)`; without those of this package, of Deno and of promises.
 */
export function programFrames(stack: string | undefined): string[] {
  if (stack === undefined) return [];
  return stack.split("\n")
    .filter((line) => /^\s+at /.test(line) && !isForeign(line))
    .map((line) => line.trim().replace(/^at (async )?/, ""));
}

/** The innermost frame of a stack that belongs to the program under test. */
export function programFrame(stack: string | undefined): string | null {
  return programFrames(stack)[0] ?? null;
}

function isForeign(line: string): boolean {
  return OWN_FOLDERS.some((folder) => line.includes(folder)) ||
    /[ (](ext|node):|\(native|<anonymous>\)?$|\[native code\]|twinloop:\d/.test(line);
}
