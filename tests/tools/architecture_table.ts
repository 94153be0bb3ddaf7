/**
 * Writes tables into ARCHITECTURE.md.
 *
 * @module
 */

/** The document. */
export const FILE: URL = new URL("../../ARCHITECTURE.md", import.meta.url);

/**
 * Puts a text between two marks, in the place of what is there.
 *
 * @param begin The first mark, a comment.
 * @param end The second.
 * @param table The text, in Markdown.
 * @throws {TypeError} If the marks are missing.
 */
export async function writeTable(begin: string, end: string, table: string): Promise<void> {
  const text = await Deno.readTextFile(FILE);
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new TypeError(`Cannot write the table: ${begin} is missing`);
  const before = text.slice(0, from + begin.length);
  await Deno.writeTextFile(FILE, `${before}\n\n${table}\n\n${text.slice(to)}`);
}
