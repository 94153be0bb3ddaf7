import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { explore, Simulation, SimulationError } from "../../../sim/mod.ts";
import { RawLoop } from "../raw_loop.ts";

/** Short, since a turn that never ends waits for it in vain, and real. */
const WATCHDOG = 0.05;

function spin(): never {
  for (;;);
}

async function chain(): Promise<never> {
  for (;;) await null;
}

for (
  const [what, hang] of [["a callback that loops", spin], ["endless promises", chain]] as const
) {
  Deno.test(`Simulation.run() breaks off ${what} and names host, time and turn`, async () => {
    const sim = new Simulation({ watchdog: WATCHDOG, drain: "checkpoint" });
    const loop = new RawLoop(sim.host("busy")).start();
    loop.callLater(1.5, hang);
    const error = await assertRejects(
      () => sim.run(() => sim.sleep(10)),
      SimulationError,
      "The turn has not ended after 0.05 s of real time",
    );
    assertEquals([error.failure, error.host, error.time], ["stuck", "busy", 1.5]);
    assertStringIncludes(error.message, "(host busy, time 1.5 s, turn 3");
    // The process goes on, and so do other simulations.
    assertEquals(await new Simulation().run(() => 1), 1);
  });
}

Deno.test("Simulation.run() breaks off a callback that loops, drain macrotask", async () => {
  const sim = new Simulation({ watchdog: WATCHDOG, drain: "macrotask" });
  await assertRejects(
    () =>
      sim.run(async () => {
        await sim.sleep(1);
        sim.host("a").poller.poll(0, () => {}, spin);
        await sim.sleep(1);
      }),
    SimulationError,
    "host a, time 1 s",
  );
});

Deno.test("Simulation.run() keeps what a turn that is broken off had queued inside of the run", async () => {
  const sim = new Simulation({ watchdog: WATCHDOG });
  const times: number[] = [];
  const loop = new RawLoop(sim.host("a")).start();
  loop.callSoon(() => {
    queueMicrotask(() => times.push(Date.now()));
    spin();
  });
  await assertRejects(() => sim.run(() => sim.sleep(1)), SimulationError);
  assertEquals(times, [1_577_836_800_000]);
});

Deno.test("explore() finds the schedule in which a turn does not end", async () => {
  const { verdict, failure } = await explore((sim) => {
    if (sim.choose("hang", 2) === 1) spin();
  }, { world: { watchdog: WATCHDOG }, shrinkRuns: 3 });
  assertEquals([verdict, failure?.identity], ["failed", "stuck"]);
});
