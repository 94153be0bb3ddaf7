/**
 * Finds the ids that the names of tests begin with.
 *
 * @module
 */

/** A string literal that begins with ids: `"IO-32, IO-33 IOLoop.…"`. */
const NAME = /["'`]((?:[A-Z][A-Z0-9]*-\d+, )*[A-Z][A-Z0-9]*-\d+) \S/g;

/**
 * Reads the names of tests in a source text.
 *
 * @param source The text of a test file.
 * @returns The ids, in the order in which they stand.
 */
export function idsInSource(source: string): string[] {
  const ids: string[] = [];
  for (const match of source.matchAll(NAME)) ids.push(...(match[1] as string).split(", "));
  return ids;
}

/**
 * Reads the names of all tests below a folder.
 *
 * @param folder The folder.
 * @returns The files that bear each id.
 */
export async function testedIds(folder: URL): Promise<Map<string, string[]>> {
  const ids = new Map<string, string[]>();
  for await (const file of sourceFiles(folder)) {
    for (const id of idsInSource(await Deno.readTextFile(file))) {
      const files = ids.get(id) ?? [];
      files.push(file.pathname.slice(folder.pathname.length));
      ids.set(id, files);
    }
  }
  return ids;
}

async function* sourceFiles(folder: URL): AsyncIterableIterator<URL> {
  for await (const entry of Deno.readDir(folder)) {
    const url = new URL(entry.isDirectory ? `${entry.name}/` : entry.name, folder);
    if (entry.isDirectory && entry.name !== "conformance") yield* sourceFiles(url);
    else if (/(_test|_contract|_cases)\.ts$/.test(entry.name)) yield url;
  }
}
