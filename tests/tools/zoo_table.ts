/**
 * Runs the whole zoo and writes its table into ARCHITECTURE.md, between the two marks.
 *
 * @module
 */

import { makeTable } from "../sim/zoo/zoo_table.ts";

const FILE = new URL("../../ARCHITECTURE.md", import.meta.url);
const BEGIN = "<!-- zoo: written by `deno task zoo` -->";
const END = "<!-- zoo: end -->";

const text = await Deno.readTextFile(FILE);
const begin = text.indexOf(BEGIN);
const end = text.indexOf(END);
if (begin < 0 || end < begin) throw new TypeError(`Cannot write the table: ${BEGIN} is missing`);
const table = await makeTable();
const before = text.slice(0, begin + BEGIN.length);
await Deno.writeTextFile(FILE, `${before}\n\n${table}\n\n${text.slice(end)}`);
console.log(table);
