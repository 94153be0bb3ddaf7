import { assertEquals, assertRejects } from "@std/assert";
import { explore, NondeterminismError, type Simulation } from "../../../sim/mod.ts";

Deno.test("explore() notices when a schedule is run again that it comes to something else", async () => {
  let runs = 0;
  const scenario = (sim: Simulation) => {
    sim.choose("any", 8);
    return () => runs++;
  };
  const error = await assertRejects(() => explore(scenario), NondeterminismError);
  assertEquals([error.where, error.first, error.second], ["the outcome of a schedule", "0", "1"]);
  // It did not go on before.
  assertEquals(runs, 2);
});

Deno.test("explore() notices when a schedule is run again that it decides in another event", async () => {
  let runs = 0;
  const scenario = (sim: Simulation) => {
    const isLate = runs++ % 2 === 1;
    if (!isLate) sim.choose("any", 2);
    sim.host("a").poller.poll(0, () => {}, () => {
      if (isLate) sim.choose("any", 2);
    });
  };
  const error = await assertRejects(() => explore(scenario), NondeterminismError);
  assertEquals(error.where, "decision 0");
  const [first, second] = [error.first, error.second].map((text) => text.split(" in event ")[0]);
  assertEquals([first, second], ['"any" with 2 answers', '"any" with 2 answers']);
});
