import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { explore, fifo, Replay, replay, shrink, type Simulation, Tape } from "../../../sim/mod.ts";

/** No deviation at all. */
const EMPTY = new Tape({ scenario: "", seed: "0", length: 0, deviations: [] });

/** Makes four decisions and returns the answers. */
function four(sim: Simulation): string {
  return ["a", "b", "c", "d"].map((label) => sim.choose(label, 1000)).join();
}

/** A tape of the first two of them. */
async function twoOfFour(): Promise<Tape> {
  const { failure } = await explore((sim) => {
    if (sim.choose("a", 1000) === 0 && sim.choose("b", 1000) === 7) throw new Error("7");
  }, { seed: 3 });
  return failure?.tape as Tape;
}

Deno.test("replay() goes on with a strategy after the tape's end", async () => {
  const tape = await twoOfFour();
  const answers = { name: "nines", choose: () => 9 };
  const { outcome } = await replay(four, tape, { mode: "continue", then: answers });
  assertEquals(outcome, "0,7,9,9");
  assertEquals((await replay(four, tape, { mode: "continue", then: fifo() })).outcome, "0,7,0,0");
});

Deno.test("replay() goes on at random after the tape's end, by the tape's seed", async () => {
  const tape = await twoOfFour();
  const { outcome, tape: whole } = await replay(four, tape, { mode: "continue" });
  assertEquals(/^0,7,[1-9]\d*,[1-9]\d*$/.test(outcome), true, outcome);
  assertEquals((await replay(four, tape, { mode: "continue" })).outcome, outcome);
  assertEquals((await replay(four, whole)).outcome, outcome);
  const { seed: _, ...content } = { ...tape, seed: "" };
  const other = new Tape({ ...content, seed: "4" });
  assertEquals((await replay(four, other, { mode: "continue" })).outcome === outcome, false);
});

Deno.test("replay() names what is missing when a run ends before the tape to continue", async () => {
  const tape = await twoOfFour();
  await assertRejects(
    () => replay((sim) => sim.choose("a", 1000), tape, { mode: "continue" }),
    Error,
    "decision 1 is not made: the run ended after 1 decisions",
  );
});

Deno.test("replay() answers the same with a place to stop, and refuses what is none", async () => {
  const tape = await twoOfFour();
  const options = { mode: "fallback", until: 1 } as const;
  assertEquals((await replay(four, tape, options)).outcome, "0,7,0,0");
  for (const until of [-1, 0.5, Infinity]) {
    assertThrows(() => new Replay(tape, "strict", { until }), RangeError, `until ${until} is not`);
  }
});

Deno.test("replay() and shrink() run in virtual time what explore() ran there", async () => {
  const scenario = async (sim: Simulation) => {
    const begin = Date.now();
    await new Promise((resolve) => setTimeout(resolve, 3_600_000));
    sim.choose("unimportant", 2);
    if (sim.choose("a", 2) === 1) throw new Error(`after ${Date.now() - begin} ms`);
    return `passed after ${Date.now() - begin} ms`;
  };
  const { failure } = await explore(scenario);
  const { tape } = failure!;
  await assertRejects(() => replay(scenario, tape), Error, "after 3600000 ms");
  const { error } = await shrink(scenario, tape);
  assertEquals((error as Error).message, "after 3600000 ms");
  assertEquals(
    (await replay(scenario, EMPTY, { mode: "fallback" })).outcome,
    "passed after 3600000 ms",
  );
});
