/**
 * Checks that Mermaid's own parser takes the sequence diagrams that are drawn.
 *
 * The parser is not among the imports of deno.json: whoever runs anything in a clone would download
 * its two hundred megabytes.
 *
 * @module
 */

import { drawSequence, explore, type RecordedRun, recordRun } from "../../sim/mod.ts";
import { options, shop } from "../native/programs/shop.ts";
import { lossyRun, usualRun } from "../sim/pictures/echo_run.ts";

const PARSER = "npm:mermaid@12.3.0";

/** What is used of it. */
interface Mermaid {
  parse(text: string): Promise<{ diagramType: string }>;
}

/** Loads the parser; `null` if the registry does not answer. */
async function load(): Promise<Mermaid | null> {
  try {
    return (await import(PARSER) as { default: Mermaid }).default;
  } catch {
    return null;
  }
}

/** A run in which everything has a name that Mermaid might take for its own. */
function oddRun(): Promise<RecordedRun> {
  return recordRun((sim) => {
    for (const name of ["end", "a;b", "#1", "note over", "größe", "participant x as y", "-->>"]) {
      sim.host(name).network.listen({ transport: "tcp", hostname: "0.0.0.0", port: 1 });
    }
    throw new Error("%% {end} <b>; --> x: y\nsecond line");
  });
}

const mermaid = await load();
if (mermaid === null) {
  console.log(`skipped: ${PARSER} cannot be loaded`);
  Deno.exit(0);
}
const { failure } = await explore(shop, { ...options, name: "shop" });
const runs = [
  await usualRun(),
  await lossyRun(),
  await recordRun(shop, failure?.tape, { ...options, name: "shop" }),
  await oddRun(),
  await recordRun(() => {}),
];
for (const run of runs) {
  const text = drawSequence(run);
  const { diagramType } = await mermaid.parse(text);
  if (diagramType !== "sequence") throw new Error(`Mermaid takes for ${diagramType}:\n${text}`);
}
const isRefused = await mermaid.parse("sequenceDiagram\n  h0 nonsense").then(
  () => false,
  () => true,
);
if (!isRefused) throw new Error("Mermaid takes nonsense: the check says nothing");
console.log(`Mermaid takes all ${runs.length} diagrams`);
