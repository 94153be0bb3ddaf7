import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { explore, type ExploreOptions, type Simulation } from "../../../sim/mod.ts";
import { zoo } from "../zoo/zoo.ts";
import { chains } from "./chains.ts";
import { dice } from "./dice.ts";
import { inPieces, totals } from "./in_pieces.ts";
import { lostUpdate } from "./lost_update.ts";
import { lastZero, readers } from "./popl_programs.ts";
import { program, scenarioOf } from "./random_program.ts";

const DPOR = { strategy: "dpor", stopAtFailure: false, shrinkRuns: 20, audits: 2 } as const;

/** Stops a search after so many schedules, and returns what it comes to when it is resumed. */
async function stoppedAt(
  scenario: (sim: Simulation) => unknown,
  options: ExploreOptions,
  maxSchedules: number,
): Promise<unknown> {
  let resume = "";
  const onCheckpoint = (text: string) => resume = text;
  await explore(scenario, { ...options, maxSchedules, audits: 0, onCheckpoint });
  return totals(await explore(scenario, { ...options, resume }));
}

for (
  const [name, scenario] of [
    ["readers", readers(3)],
    ["the last zero", lastZero(3)],
    ["independent chains", chains(3, 3)],
    ["draws of the test", dice],
    ["a lost update", lostUpdate],
  ] as const
) {
  Deno.test(`explore() by dpor resumed comes to what it would in one go: ${name}`, async () => {
    const whole = await explore(scenario, DPOR);
    const expected = totals(whole);
    for (let stop = 0; stop <= whole.schedules; stop++) {
      assertEquals(await stoppedAt(scenario, DPOR, stop), expected, `stopped after ${stop}`);
    }
    for (const size of [1, 5]) {
      assertEquals(totals(await inPieces(scenario, DPOR, size)), expected, `pieces of ${size}`);
    }
  });
}

Deno.test("explore() by dpor resumed comes to what it would in one go: random programs", async () => {
  let stops = 0;
  await fc.assert(
    fc.asyncProperty(program, fc.nat(), async (hosts, at) => {
      const scenario = scenarioOf(hosts);
      const whole = await explore(scenario, { ...DPOR, audits: 0 });
      const stop = at % whole.schedules;
      stops += Math.min(1, stop);
      const resumed = await stoppedAt(scenario, { ...DPOR, audits: 0 }, stop);
      assertEquals(resumed, totals(whole), `stopped after ${stop} of ${whole.schedules}`);
    }),
    { numRuns: 60, seed: 11 },
  );
  assert(stops > 20, `${stops} stopped under way`);
});

for (const { name, run } of zoo) {
  Deno.test(`explore() by dpor resumed comes to what it would in one go: zoo: ${name}`, async () => {
    const scenario = (sim: Simulation) => run(sim, false);
    const options = { ...DPOR, audits: 0, maxSchedules: 60 };
    const expected = totals(await explore(scenario, options));
    assertEquals(totals(await inPieces(scenario, options, 7)), expected);
  });
}

Deno.test("explore() by dpor resumed keeps the number of classes and the bound of faults", async () => {
  let resume = "";
  const options = { strategy: "dpor", faults: 1 } as const;
  const onCheckpoint = (text: string) => resume = text;
  await explore(readers(4), { ...options, maxSchedules: 7, onCheckpoint });
  assertEquals((await explore(readers(4), { ...options, resume })).classes, 16);
  await assertRejects(
    () => explore(readers(4), { strategy: "dpor", resume }),
    Error,
    'Cannot resume a search: its bound is "none, faults 1", not "none"',
  );
});

Deno.test("explore() by dpor resumed says that the scenario was changed", async () => {
  let resume = "";
  const onCheckpoint = (text: string) => resume = text;
  await explore(readers(4), { strategy: "dpor", maxSchedules: 7, onCheckpoint });
  const error = await assertRejects(() => explore(readers(3), { strategy: "dpor", resume }));
  assertEquals((error as { code?: string }).code, "NONDETERMINISM");
});

Deno.test("explore() by dpor counts a rejection that nobody handles for the schedule that makes it", async () => {
  const scenario = (sim: Simulation) => {
    const first = sim.choose("first", 4);
    const second = sim.choose("second", 4);
    if (first === 1 && second === 2) Promise.reject(new Error("unhandled"));
    return () => `${first}${second}`;
  };
  const { outcomes } = await explore(scenario, DPOR);
  const expected = ["failed: rejection Error"];
  for (let i = 0; i < 16; i++) if (i !== 6) expected.push(`${i >> 2}${i & 3}`);
  const found = outcomes.map(({ outcome }) => outcome).sort();
  assertEquals([found.length, found], [16, expected.sort()]);
});
