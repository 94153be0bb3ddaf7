import { assertEquals, assertGreaterOrEqual } from "@std/assert";
import { explore, identify, replay, type Simulation, Tape } from "../../../sim/mod.ts";
import { timerCases } from "./timer_cases.ts";
import { trafficCases } from "./traffic_cases.ts";
import type { ZooCase } from "./zoo_case.ts";

const CASES: readonly ZooCase[] = [...timerCases, ...trafficCases];

/** The bound at which the twins are run: one more than any bug needs. */
const DEVIATIONS = 2;

function nothing(): void {}

for (const { name, depth, run } of CASES) {
  Deno.test(`zoo: ${name}, found with ${depth} deviation`, async () => {
    const broken = (sim: Simulation) => run(sim, false, nothing);
    const { failure } = await explore(broken, { deviations: DEVIATIONS });
    assertEquals(failure?.tape.deviations.length, depth, failure?.report);
    const sampled = await explore(broken, { strategy: "portfolio", maxSchedules: 2000 });
    assertEquals(sampled.failure?.identity, failure?.identity);
    assertEquals(sampled.failure?.tape.deviations.length, depth);
  });

  Deno.test(`zoo: ${name}, and its twin passes under every schedule`, async () => {
    const fixed = (sim: Simulation) => run(sim, true, nothing);
    const { verdict, guarantee, failure } = await explore(fixed, { deviations: DEVIATIONS });
    assertEquals(verdict, "complete", failure?.report ?? guarantee);
  });
}

Deno.test("zoo: replay by name outlives unrelated timers and promises", async () => {
  let outlived = 0;
  for (const { run } of CASES) {
    const { failure } = await explore((sim) => run(sim, false, nothing), {
      deviations: DEVIATIONS,
    });
    const edited = (sim: Simulation) =>
      run(sim, false, () => {
        sim.sleep(0.5);
        Promise.resolve().then(() => sim.sleep(0.25));
      });
    const { tape } = failure!;
    // Without its tape the edited program passes: it is the tape that has it fail.
    const empty = new Tape({ scenario: "", seed: "0", length: 0, deviations: [] });
    await replay(edited, empty, { mode: "by-name" });
    const identity = await replay(edited, tape, { mode: "by-name" }).then(() => "", identify);
    if (identity === failure?.identity) outlived++;
  }
  assertGreaterOrEqual(outlived / CASES.length, 0.9, `${outlived} of ${CASES.length}`);
});
