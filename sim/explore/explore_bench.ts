/**
 * How many schedules a search runs a second, beside fast-check's scheduler.
 *
 * Learnt, on two cores shared with other work (load 4 to 5) with Deno 2.9.6: 63,000 schedules of ten
 * turns a second, 57,000 with a promise for each turn, where fast-check runs 19,000. Most of the time
 * had gone to the garbage collector: a function that is written in an assignment to a property, such
 * as `this.report = () => …`, is born in V8's old space and holds its whole world there.
 *
 * Run it: `deno run -A sim/explore/explore_bench.ts`
 *
 * @module
 */

import fc from "fast-check";
import { explore, type Simulation } from "../mod.ts";

/** Hosts that take steps without promises. */
function turns(sim: Simulation, names = ["a", "b"], steps = 5): void {
  for (const name of names) {
    const { poller } = sim.host(name);
    let left = steps;
    const step = (): void => {
      if (left-- > 0) poller.poll(0, ignore, step);
    };
    step();
  }
}

/** The same with a promise for each step. */
function promises(sim: Simulation): void {
  for (const name of ["a", "b"]) {
    const { poller } = sim.host(name);
    const turn = () => new Promise<void>((resolve) => poller.poll(0, ignore, resolve));
    const work = async () => {
      for (let i = 0; i < 5; i++) await turn();
    };
    work();
  }
}

function ignore(): void {}

async function measureExplore(name: string, scenario: (sim: Simulation) => void): Promise<void> {
  for (const isWarm of [false, true]) {
    let schedules = 0;
    const start = performance.now();
    while (performance.now() - start < 2000) schedules += (await explore(scenario)).schedules;
    if (isWarm) print(name, schedules / ((performance.now() - start) / 1000));
  }
}

async function measureFastCheck(): Promise<void> {
  for (const isWarm of [false, true]) {
    let schedules = 0;
    const start = performance.now();
    while (performance.now() - start < 2000) {
      await fc.assert(
        fc.asyncProperty(fc.scheduler(), async (s) => {
          const work = async () => {
            for (let i = 0; i < 5; i++) await s.schedule(Promise.resolve());
          };
          const all = Promise.all([work(), work()]);
          await s.waitFor(all);
          schedules++;
        }),
        { numRuns: 252 },
      );
    }
    const seconds = (performance.now() - start) / 1000;
    if (isWarm) print("fast-check scheduler, 2 x 5 steps", schedules / seconds);
  }
}

function print(name: string, rate: number): void {
  console.log(
    `${name.padEnd(44)} ${Math.round(rate).toLocaleString("en").padStart(10)} schedules/s`,
  );
}

if (import.meta.main) {
  await measureExplore("explore, 2 x 5 turns, no promises", (sim) => turns(sim));
  await measureExplore(
    "explore, 3 x 4 turns, no promises",
    (sim) => turns(sim, ["a", "b", "c"], 4),
  );
  await measureExplore("explore, 2 x 5 turns, promises", promises);
  await measureFastCheck();
}
