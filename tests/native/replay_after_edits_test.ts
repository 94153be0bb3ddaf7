import { assertEquals, assertGreaterOrEqual } from "@std/assert";
import { explore, identify, replay, SeededRandom, Tape } from "../../sim/mod.ts";
import { editSource } from "../sim/zoo/edit_source.ts";
import { DEVIATIONS, type ZooCase } from "../sim/zoo/zoo_case.ts";
import { zoo } from "../sim/zoo/zoo.ts";

const FOLDER = new URL("../sim/zoo/", import.meta.url);
/** How often each file is edited. */
const EDITIONS = 6;
/** No deviation at all. */
const EMPTY = new Tape({ scenario: "", seed: "0", length: 0, deviations: [] });

/** The cases of all files, edited: by name. */
async function loadEdited(folder: string, seed: number): Promise<Map<string, ZooCase>> {
  const random = new SeededRandom(seed);
  const cases = new Map<string, ZooCase>();
  for await (const { name } of Deno.readDir(FOLDER)) {
    if (!name.endsWith("_cases.ts")) continue;
    const edited = editSource(
      await Deno.readTextFile(new URL(name, FOLDER)),
      (bound) => random.below(bound),
    );
    const path = `${folder}/${seed}_${name}`;
    await Deno.writeTextFile(
      path,
      edited.replace(/from "(\.[^"]*)"/g, (_, from) => `from "${new URL(from, FOLDER).href}"`),
    );
    const exports: Record<string, readonly ZooCase[]> = await import(`file://${path}`);
    for (const zooCase of Object.values(exports).flat()) cases.set(zooCase.name, zooCase);
  }
  return cases;
}

Deno.test("replay() by name ends as recorded after unrelated awaits and timers were put in", async () => {
  const folder = await Deno.makeTempDir();
  const misses: string[] = [];
  let replayed = 0;
  let shifted = 0;
  try {
    for (let seed = 1; seed <= EDITIONS; seed++) {
      const edited = await loadEdited(folder, seed);
      for (const { name, run, depth } of zoo) {
        const { failure } = await explore((sim) => run(sim, false), { deviations: DEVIATIONS });
        const { tape, identity } = failure!;
        const program = edited.get(name) as ZooCase;
        const end = (tape: Tape, mode: "by-name" | "strict") =>
          replay((sim) => program.run(sim, false), tape, { mode }).then(() => "passes", identify);
        // Without its tape an edited program passes: it is the tape that has it fail.
        if (depth > 0) assertEquals(await end(EMPTY, "by-name"), "passes", name);
        if (await end(tape, "strict") !== identity) shifted++;
        replayed++;
        const found = await end(tape, "by-name");
        if (found !== identity) misses.push(`edition ${seed} of ${name}: ${found}`);
      }
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  // The edits do shift decisions: strict replays do not all outlive them.
  assertGreaterOrEqual(shifted, 1);
  assertGreaterOrEqual(1 - misses.length / replayed, 0.9, misses.join("\n"));
});
