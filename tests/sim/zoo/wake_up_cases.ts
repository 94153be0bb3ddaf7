/** Bugs in how a loop is woken and in whose turn it is. */

import type { Simulation } from "../../../sim/mod.ts";
import { expect, LATENCY, startLoop, type ZooCase } from "./zoo_case.ts";

/** A second call merges with a first whose wake-up is being handled, and is never made. */
async function mergedWakeUp(sim: Simulation, isFixed: boolean): Promise<void> {
  const host = sim.host("server");
  const loop = startLoop(sim, "server");
  const calls: string[] = [];
  const made: string[] = [];
  let isWoken = false;
  const drain = () => {
    if (isFixed) isWoken = false;
    made.push(...calls.splice(0));
    // What was called is logged in a pass of its own; only then the next wake-up is asked for.
    loop.addCallback(() => isWoken = false);
  };
  const callFromSignal = (name: string) => {
    calls.push(name);
    if (isWoken) return;
    isWoken = true;
    loop.addCallbackFromSignal(drain);
  };
  host.signals.addListener("SIGUSR1", () => callFromSignal("first"));
  host.signals.addListener("SIGUSR2", () => callFromSignal("second"));
  await sim.sleep(LATENCY);
  sim.signal("server", "SIGUSR1");
  sim.signal("server", "SIGUSR2");
  await sim.sleep(20 * LATENCY);
  expect(made.join(), "first,second", "the calls made");
}

/** A job that adds itself again goes before those that wait. */
async function starvedJob(sim: Simulation, isFixed: boolean): Promise<void> {
  const loop = startLoop(sim, "server");
  const jobs: (() => void)[] = [];
  let runs = 0;
  let runsBeforeOther = -1;
  const add = (job: () => void) => isFixed ? jobs.push(job) : jobs.unshift(job);
  const again = () => {
    if (++runs < 20) add(again);
  };
  const other = () => runsBeforeOther = runs;
  const runNext = () => {
    jobs.shift()?.();
    if (jobs.length > 0) loop.addCallback(runNext);
  };
  jobs.push(again, other);
  loop.addCallback(runNext);
  await sim.sleep(LATENCY);
  expect(runsBeforeOther < 5, true, "the other job's turn after fewer than 5 runs");
}

/** The cases of this file. */
export const wakeUpCases: readonly ZooCase[] = [
  { name: "Z2 a call is lost that merges with a wake-up", depth: 1, run: mergedWakeUp },
  { name: "Z20 a job that adds itself again starves another", depth: 0, run: starvedJob },
];
