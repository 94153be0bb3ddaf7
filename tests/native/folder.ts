/**
 * Folders for the sockets of tests.
 *
 * @module
 */

/** Runs a test with a folder of its own, which is removed afterwards. */
export async function withFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "twinloop_" });
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
