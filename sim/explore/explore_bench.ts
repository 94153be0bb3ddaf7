/**
 * How many schedules a search runs a second, beside fast-check's scheduler.
 *
 * Run it: `deno run -A sim/explore/explore_bench.ts`
 *
 * @module
 */

import fc from "fast-check";
import { explore, type Simulation } from "../mod.ts";

/** Hosts that take steps without promises. */
function turns(sim: Simulation): void {
  for (const name of ["a", "b"]) {
    const { poller } = sim.host(name);
    let left = 5;
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
  await measureExplore("explore, 2 x 5 turns, no promises", turns);
  await measureExplore("explore, 2 x 5 turns, promises", promises);
  await measureFastCheck();
}
