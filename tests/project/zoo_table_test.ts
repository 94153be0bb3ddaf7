import { assertEquals, assertMatch } from "@std/assert";
import { zoo } from "../sim/zoo/zoo.ts";
import { COLUMNS } from "../sim/zoo/zoo_table.ts";

/** The cells of the table that `deno task zoo` wrote into ARCHITECTURE.md. */
async function readTable(): Promise<string[][]> {
  const text = await Deno.readTextFile(new URL("../../ARCHITECTURE.md", import.meta.url));
  const marked = /<!-- zoo: written by `deno task zoo` -->\n([^]*)<!-- zoo: end -->/.exec(text);
  const lines = (marked?.[1] ?? "").split("\n").filter((line) => line.startsWith("|"));
  return lines.map((line) => line.slice(1, -1).split("|").map((cell) => cell.trim()));
}

Deno.test("zoo: the table in ARCHITECTURE.md has every case and column (else: deno task zoo)", async () => {
  const [header, rule, ...rows] = await readTable();
  assertEquals(header, COLUMNS);
  assertEquals(rule?.every((cell) => /^-+$/.test(cell)), true);
  assertEquals(rows.map(([name]) => name), zoo.map(({ name }) => name));
  for (const [i, row] of rows.entries()) {
    assertEquals(row.length, COLUMNS.length);
    for (const cell of row.slice(1)) assertMatch(cell, /^(> )?\d+$/, row.join());
    assertEquals(row.at(-1), String(zoo[i]?.depth), row[0]);
  }
});
