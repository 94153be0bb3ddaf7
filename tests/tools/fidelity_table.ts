/**
 * Compares real and simulated sockets and writes the table of it into ARCHITECTURE.md, between the
 * two marks.
 *
 * @module
 */

import { makeTable } from "../fidelity/fidelity_table.ts";
import { FILE, writeTable } from "./architecture_table.ts";

const table = await makeTable();
await writeTable(
  "<!-- fidelity: written by `deno task fidelity` -->",
  "<!-- fidelity: end -->",
  `<details>\n<summary>What is seen</summary>\n\n${table}\n\n</details>`,
);
const args = ["fmt", "--quiet", FILE.pathname];
const { success } = await new Deno.Command(Deno.execPath(), { args }).output();
console.log(table);
Deno.exit(success ? 0 : 1);
