/**
 * Real sockets and simulated ones, compared: what is seen of the real ones is among what is seen of
 * the simulated ones, and ARCHITECTURE.md says so.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { compare, readTable, type Row } from "./fidelity_table.ts";
import { scenarios } from "./scenarios.ts";

/** The rows of the table that `deno task fidelity` wrote. */
async function readRows(): Promise<Row[]> {
  const text = await Deno.readTextFile(new URL("../../ARCHITECTURE.md", import.meta.url));
  const marked = /<!-- fidelity: written by `deno task fidelity` -->\n([^]*)<!-- fidelity: end -->/
    .exec(text);
  return readTable(marked?.[1] ?? "");
}

Deno.test("fidelity: the table in ARCHITECTURE.md has every scenario (else: deno task fidelity)", async () => {
  assertEquals((await readRows()).map(({ name }) => name), scenarios.map(({ name }) => name));
  assertEquals(new Set(scenarios.map(({ name }) => name)).size, scenarios.length);
  assert(scenarios.length >= 60);
});

const rows = new Map((await readRows()).map((row) => [row.name, row]));

for (const scenario of scenarios) {
  Deno.test({
    name: `fidelity: ${scenario.name}`,
    // What a close cancels ends in later turns of Deno's own loop.
    sanitizeOps: false,
    sanitizeResources: false,
    async fn() {
      const { real, simulated } = await compare(scenario);
      const missing = [...real].filter((outcome) => !simulated.has(outcome));
      assertEquals(missing, [], `only on real sockets; simulated: ${[...simulated].join("; or ")}`);
      // What a machine shows differs with its load, and what seeds find with every change of the
      // simulation: the table is wrong if it tells of what is not seen any more, or not of the usual.
      const { real: told = [], extra = [] } = rows.get(scenario.name) ?? {};
      assertEquals(told.filter((outcome) => !simulated.has(outcome)), [], "deno task fidelity");
      const [usual = ""] = simulated;
      assert([...told, ...extra].includes(usual), `${usual} is not told: deno task fidelity`);
    },
  });
}
