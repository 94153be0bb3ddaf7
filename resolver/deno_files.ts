/**
 * The system's files.
 *
 * @module
 */

import type { TextFiles } from "./text_files.ts";

/**
 * Reads files of the system: a few hundred bytes at a time, at once, and only when they changed.
 * A file that may not be read (no `--allow-read`) counts as one that does not exist.
 *
 * @example
 * ```ts
 * import { DenoFiles } from "@twinloop/twinloop/resolver";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(new DenoFiles().read("/no/such/file"), null);
 * ```
 */
export class DenoFiles implements TextFiles {
  /**
   * Returns a file's text, or `null`.
   *
   * @param path The path.
   */
  read(path: string): string | null {
    return attempt(() => Deno.readTextFileSync(path));
  }

  /**
   * Returns a text that changes with the file, or `null`.
   *
   * @param path The path.
   */
  version(path: string): string | null {
    return attempt(() => {
      const { mtime, size, ino } = Deno.statSync(path);
      return `${mtime?.getTime()} ${size} ${ino}`;
    });
  }
}

/** Runs a call on a file; `null` if the file is missing or closed to this process. */
function attempt(call: () => string): string | null {
  try {
    return call();
  } catch {
    return null;
  }
}
