/**
 * Compares real and simulated sockets and writes the table of it into ARCHITECTURE.md, between the
 * two marks.
 *
 * @module
 */

import { makeTable } from "../fidelity/fidelity_table.ts";

const FILE = new URL("../../ARCHITECTURE.md", import.meta.url);
const BEGIN = "<!-- fidelity: written by `deno task fidelity` -->";
const END = "<!-- fidelity: end -->";

const text = await Deno.readTextFile(FILE);
const begin = text.indexOf(BEGIN);
const end = text.indexOf(END);
if (begin < 0 || end < begin) throw new TypeError(`Cannot write the table: ${BEGIN} is missing`);
const table = await makeTable();
const before = text.slice(0, begin + BEGIN.length);
const folded = `<details>\n<summary>What is seen</summary>\n\n${table}\n\n</details>`;
await Deno.writeTextFile(FILE, `${before}\n\n${folded}\n\n${text.slice(end)}`);
const { success } = await new Deno.Command(Deno.execPath(), {
  args: ["fmt", "--quiet", FILE.pathname],
})
  .output();
console.log(table);
Deno.exit(success ? 0 : 1);
