import { assertEquals, assertRejects } from "@std/assert";
import { type DrainMode, Simulation, SimulationError } from "../../../sim/mod.ts";
import { RawLoop } from "../raw_loop.ts";

const DRAINS: readonly DrainMode[] = ["checkpoint", "macrotask"];

/** A world whose log gets an entry at 1, 2 and 3 s, each with a promise behind it. */
function ticking(drain: DrainMode): { sim: Simulation; log: string[] } {
  const sim = new Simulation({ drain });
  const log: string[] = [];
  const loop = new RawLoop(sim.host("a")).start();
  for (const seconds of [1, 2, 3]) {
    loop.callLater(seconds, () => {
      log.push(`${seconds} at ${sim.now}`);
      Promise.resolve().then(() => log.push("promise"));
    });
  }
  return { sim, log };
}

for (const drain of DRAINS) {
  Deno.test(`Simulation.advance() goes from deadline to deadline, drain ${drain}`, async () => {
    const { sim, log } = ticking(drain);
    await sim.advance(0.5);
    assertEquals([log.length, sim.now], [0, 0.5]);
    await sim.advance(1.5);
    assertEquals(log, ["1 at 1", "promise", "2 at 2", "promise"]);
    assertEquals(sim.now, 2);
    await sim.advance(0);
    assertEquals(log.length, 4);
    await sim.advance(1000);
    assertEquals([log.at(-2), sim.now], ["3 at 3", 1002]);
  });

  Deno.test(`Simulation.jump() has everything see the end, drain ${drain}`, async () => {
    const { sim, log } = ticking(drain);
    await sim.jump(2.5);
    assertEquals(log, ["1 at 2.5", "2 at 2.5", "promise", "promise"]);
    assertEquals(sim.now, 2.5);
  });

  Deno.test(`Simulation.step() takes one turn, drain ${drain}`, async () => {
    const { sim, log } = ticking(drain);
    const times: number[] = [];
    while (await sim.step()) times.push(sim.now);
    assertEquals(times, [0, 1, 2, 3]);
    assertEquals(log.length, 6);
    assertEquals(await sim.step(), false);
  });

  Deno.test(`Simulation.runUntil() stops in the turn that made it true, drain ${drain}`, async () => {
    const { sim, log } = ticking(drain);
    assertEquals(await sim.runUntil(() => log.length >= 3), true);
    assertEquals([log.length, sim.now], [4, 2]);
    assertEquals(await sim.runUntil(() => true), true);
    assertEquals(await sim.runUntil(() => false), false);
    assertEquals(sim.now, 3);
  });
}

Deno.test("Simulation.advance() rejects with what the run fails with, where time stands then", async () => {
  const sim = new Simulation();
  const loop = new RawLoop(sim.host("a")).start();
  loop.callLater(1, () => sim.host("a").report({ message: "lost", error: null }));
  await assertRejects(() => sim.advance(2), SimulationError, "lost");
  await sim.advance(2);
  assertEquals(sim.now, 3);
});

Deno.test("Simulation.advance() simulates the globals of what it runs", async () => {
  const sim = new Simulation();
  const times: number[] = [];
  sim.sleep(1).then(() => setTimeout(() => times.push(performance.now()), 500));
  await sim.advance(2);
  assertEquals(times, [1500]);
});

Deno.test("Simulation.advance() and jump() refuse what is no step", async () => {
  const sim = new Simulation();
  for (const seconds of [-1, NaN, Infinity]) {
    await assertRejects(() => sim.advance(seconds), RangeError);
    await assertRejects(() => sim.jump(seconds), RangeError);
  }
  const running = sim.run(() => sim.sleep(1));
  await assertRejects(() => sim.advance(1), TypeError, "it is running");
  await running;
});
