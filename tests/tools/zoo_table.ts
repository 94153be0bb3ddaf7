/**
 * Runs the whole zoo and writes its table into ARCHITECTURE.md, between the two marks.
 *
 * @module
 */

import { makeTable } from "../sim/zoo/zoo_table.ts";
import { writeTable } from "./architecture_table.ts";

const table = await makeTable();
await writeTable("<!-- zoo: written by `deno task zoo` -->", "<!-- zoo: end -->", table);
console.log(table);
