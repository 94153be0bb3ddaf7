/** What runs leave to other code of the process while they wait for their next turn. */

import { assert, assertEquals } from "@std/assert";
import { watchPendingResults } from "../../../poller/mod.ts";
import { type DrainMode, Simulation } from "../../../sim/mod.ts";

async function sleepTimes(sim: Simulation, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await sim.sleep(1);
}

for (const drain of ["checkpoint", "macrotask"] as readonly DrainMode[]) {
  Deno.test(`Simulation.run() leaves the real clock to timers of others, drain ${drain}`, async () => {
    const begin = Date.now();
    const sim = new Simulation({ drain, wallClock: 5 });
    const times: number[] = [];
    const timer = setInterval(() => times.push(Date.now()), 0);
    await sim.run(async () => {
      while (times.length < 5) await sim.sleep(1);
    });
    clearInterval(timer);
    assert(times.every((time) => time >= begin));
  });

  Deno.test(`Simulation.run() leaves nothing that watches results, side by side, drain ${drain}`, async () => {
    const run = (count: number) => {
      const sim = new Simulation({ drain, leakCheck: true });
      return sim.run(() => sleepTimes(sim, count));
    };
    await Promise.all([run(10), run(11), run(9)]);
    assertEquals(watchPendingResults(null), null);
  });
}
