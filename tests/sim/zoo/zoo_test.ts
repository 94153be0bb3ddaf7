import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import { explore, type Simulation } from "../../../sim/mod.ts";
import { zoo } from "./zoo.ts";
import { DEVIATIONS, SCHEDULES_MAX } from "./zoo_case.ts";

/** The cases of the catalogue: Z5, Z9 and others between them are not in it. */
const CATALOGUE = [1, 2, 3, 4, 6, 7, 8, 10, 12, 13, 15, 16, 18, 19, 20, 22, 23, 27, 29];

Deno.test("zoo: every case of the catalogue is there", () => {
  const numbers = zoo.flatMap(({ name }) => /^Z(\d+) /.exec(name)?.[1] ?? []).map(Number);
  assertEquals(numbers, CATALOGUE);
});

for (const { name, depth, run } of zoo) {
  const broken = (sim: Simulation) => run(sim, false);
  const fixed = (sim: Simulation) => run(sim, true);

  Deno.test(`zoo: ${name}, found with ${depth} deviation(s) by every search`, async () => {
    const { failure } = await explore(broken, { deviations: DEVIATIONS });
    // Exhaustive search finds one of the shortest failing tapes first.
    assertEquals(failure?.found.deviations.length, depth, failure?.report);
    for (const strategy of ["dpor", "portfolio"] as const) {
      const other = await explore(broken, { strategy, maxSchedules: SCHEDULES_MAX });
      assertEquals(other.failure?.identity, failure?.identity, strategy);
      assertEquals(other.failure?.tape.deviations.length, depth, other.failure?.report);
    }
  });

  Deno.test(`zoo: ${name}, and its twin passes under every schedule`, async () => {
    const { verdict, guarantee, failure } = await explore(fixed, { deviations: DEVIATIONS });
    assertEquals(verdict, "complete", failure?.report ?? guarantee);
    const dpor = await explore(fixed, { strategy: "dpor", maxSchedules: 300 });
    assert(dpor.failure === null, dpor.failure?.report);
  });
}

Deno.test("zoo: tapes drawn at random shrink to the shortest that fail, in few runs", async () => {
  const runs: number[] = [];
  for (const { name, depth, run } of zoo) {
    for (let seed = 0; seed < 5; seed++) {
      const options = { strategy: "random", maxSchedules: 2000, seed } as const;
      const { failure } = await explore((sim) => run(sim, false), options);
      assertEquals(failure?.tape.deviations.length, depth, `${name}, seed ${seed}`);
      runs.push(Number(/ (\d+) runs? to shrink it/.exec(failure?.report ?? "")?.[1]));
    }
  }
  runs.sort((a, b) => a - b);
  assertLessOrEqual(runs[runs.length >> 1] as number, 30, runs.join());
});
