import { assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { type Exploration, explore, type Simulation } from "../../../sim/mod.ts";
import { zoo } from "../zoo/zoo.ts";
import { chains } from "./chains.ts";
import { meetings, meetingScenario } from "./meeting_program.ts";
import { indexer, lastZero, readers } from "./popl_programs.ts";
import { onOneHost, onTwoHosts, program, scenarioOf } from "./random_program.ts";

/** A program with more schedules is not compared. */
const SCHEDULES_MAX = 1000;

type Scenario = (sim: Simulation) => unknown;

/** The outcomes of all schedules by a strategy; `null` if there are too many schedules. */
async function outcomesOf(
  scenario: Scenario,
  strategy: "exhaustive" | "dpor",
): Promise<string[] | null> {
  const options = { strategy, stopAtFailure: false, shrinkRuns: 0, audits: 0 } as const;
  const result = await explore(scenario, { ...options, maxSchedules: SCHEDULES_MAX + 1 });
  if (result.schedules > SCHEDULES_MAX) return null;
  return result.outcomes.map(({ outcome }) => outcome).sort();
}

function ignore(): void {}

async function classesOf(scenario: Scenario): Promise<Exploration["classes"]> {
  const { classes, verdict } = await explore(scenario, { strategy: "dpor" });
  assertEquals(verdict, "complete");
  return classes;
}

Deno.test("explore() by dpor counts the classes that POPL 2014 counts", async () => {
  assertEquals(await classesOf(readers(8)), 256);
  assertEquals(await classesOf(lastZero(5)), 64);
  assertEquals(await classesOf(indexer(11)), 1);
  assertEquals(await classesOf(indexer(12)), 8);
});

Deno.test("explore() by dpor runs independent chains once", async () => {
  for (const [hosts, steps] of [[2, 5], [3, 4], [8, 8]] as const) {
    const result = await explore(chains(hosts, steps), { strategy: "dpor" });
    assertEquals([result.classes, result.schedules], [1, 1], `${hosts} x ${steps}`);
  }
});

for (const { name, run } of zoo) {
  Deno.test(`explore() by dpor comes to every outcome of zoo: ${name}`, async () => {
    for (const isFixed of [false, true]) {
      const scenario = (sim: Simulation) => run(sim, isFixed);
      const all = await outcomesOf(scenario, "exhaustive");
      if (all === null) continue;
      assertEquals(await outcomesOf(scenario, "dpor"), all);
    }
  });
}

/** Compares the outcomes of random programs; at least so many have few enough schedules. */
async function compareRandomPrograms<T>(
  programs: fc.Arbitrary<T>,
  toScenario: (program: T) => Scenario,
  least: number,
): Promise<void> {
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(programs, async (drawn) => {
      const scenario = toScenario(drawn);
      const all = await outcomesOf(scenario, "exhaustive");
      if (all === null) return;
      compared++;
      assertEquals(await outcomesOf(scenario, "dpor"), all);
    }),
    { numRuns: 40, seed: 4 },
  );
  assertEquals(compared > least, true, `${compared} compared`);
}

Deno.test("explore() by dpor comes to every outcome of random programs", async () => {
  await compareRandomPrograms(program, scenarioOf, 25);
});

Deno.test("explore() by dpor comes to every outcome of random programs of processes", async () => {
  for (const place of [onOneHost, onTwoHosts]) {
    await compareRandomPrograms(program, (hosts) => scenarioOf(hosts, place), 25);
  }
});

Deno.test("explore() by dpor comes to every outcome of processes that meet in their machine", async () => {
  for (const place of [onOneHost, onTwoHosts]) {
    await compareRandomPrograms(meetings, (drawn) => meetingScenario(drawn, place), 25);
  }
});

Deno.test("explore() by dpor runs what the end of a run kept from happening", async () => {
  const read = { kind: "read", cell: 1 } as const;
  const scenario = scenarioOf([[{ kind: "settle" }], [read, read]]);
  const outcomes = ["[[],[0,0]]", "[[],[0]]", "[[],[]]"];
  assertEquals(await outcomesOf(scenario, "dpor"), outcomes);
  assertEquals(await outcomesOf(scenario, "exhaustive"), outcomes);
});

Deno.test("explore() by dpor does not have those go who sleep, whoever wants them to", async () => {
  const scenario = scenarioOf([
    [{ kind: "settle" }],
    [{ kind: "write", cell: 1 }],
    [{ kind: "read", cell: 1 }],
  ]);
  const { classes, search } = await explore(scenario, { strategy: "dpor" });
  assertEquals([classes, search.redundant], [13, 0]);
});

Deno.test("explore() by dpor runs who comes last before others, if the run ends then", async () => {
  const scenario = (sim: Simulation) => {
    let seen = "nothing";
    sim.host("a").poller.poll(0, ignore, () => void (seen = "a"));
    return new Promise((resolve) => {
      sim.host("b").poller.poll(0, ignore, () => resolve(null));
    }).then(() => seen);
  };
  assertEquals(await outcomesOf(scenario, "exhaustive"), ["a", "nothing"]);
  assertEquals(await outcomesOf(scenario, "dpor"), ["a", "nothing"]);
});

Deno.test("explore() by dpor takes no bound", async () => {
  for (const bound of [{ deviations: 1 }, { delays: 1 }]) {
    await assertRejects(
      () => explore(chains(2, 2), { strategy: "dpor", ...bound }),
      RangeError,
      "Cannot explore: dpor takes no bound",
    );
  }
});
