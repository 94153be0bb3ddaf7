/**
 * How many schedules a search runs a second, beside fast-check's scheduler.
 *
 * Learnt, on two cores shared with other work (load 6 to 7) with Deno 2.9.6: 90,000 schedules of ten
 * turns a second without promises. What counts is what a world is made of, 14 kB: collections are
 * made when they are first used, methods take the place of functions that are made for each world,
 * and none is written in an assignment to a property, such as `this.report = () => …`: V8 has it born
 * in its old space, where it holds its whole world, which cost three quarters of the rate once.
 *
 * Run it: `deno run -A sim/explore/explore_bench.ts`
 *
 * @module
 */

import fc from "fast-check";
import { explore, type Simulation } from "../mod.ts";

/** How many steps each host takes: ten in all, 4,200 orders. */
const STEPS = { a: 4, b: 3, c: 3 };

/** Hosts that take steps without promises. */
function turns(sim: Simulation): void {
  for (const [name, steps] of Object.entries(STEPS)) {
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
  for (const [name, steps] of Object.entries(STEPS)) {
    const { poller } = sim.host(name);
    const turn = () => new Promise<void>((resolve) => poller.poll(0, ignore, resolve));
    const work = async () => {
      for (let i = 0; i < steps; i++) await turn();
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
          const work = async (steps: number) => {
            for (let i = 0; i < steps; i++) await s.schedule(Promise.resolve());
          };
          const all = Promise.all(Object.values(STEPS).map(work));
          await s.waitFor(all);
          schedules++;
        }),
        { numRuns: 4200 },
      );
    }
    const seconds = (performance.now() - start) / 1000;
    if (isWarm) print("fast-check scheduler, 4 + 3 + 3 steps", schedules / seconds);
  }
}

function print(name: string, rate: number): void {
  console.log(
    `${name.padEnd(44)} ${Math.round(rate).toLocaleString("en").padStart(10)} schedules/s`,
  );
}

if (import.meta.main) {
  await measureExplore("explore, 4 + 3 + 3 turns, no promises", turns);
  await measureExplore("explore, 4 + 3 + 3 turns, promises", promises);
  await measureFastCheck();
}
