/** Code that knows nothing of the simulation and takes its time from the globals. */

import { assertEquals, assertRejects } from "@std/assert";
import { deadline, delay, retry } from "@std/async";
import PQueue from "p-queue";
import pRetry from "p-retry";
import { type DrainMode, Simulation, type SimulationOptions } from "../../../sim/mod.ts";

const DRAINS: readonly DrainMode[] = ["checkpoint", "macrotask"];

/** Runs a program and returns its log with the times, in milliseconds. */
async function logOf(
  program: (log: (what: string) => void) => Promise<unknown>,
  options: SimulationOptions = {},
): Promise<string[]> {
  const sim = new Simulation(options);
  const lines: string[] = [];
  await sim.run(() => program((what) => lines.push(`${Math.round(sim.now * 1000)} ${what}`)));
  return lines;
}

for (const drain of DRAINS) {
  Deno.test(`@std/async delay() and deadline() run in virtual time, drain ${drain}`, async () => {
    const lines = await logOf(async (log) => {
      await delay(60_000);
      log("slept");
      const late = delay(2000).then(() => log("late"));
      await assertRejects(() => deadline(delay(5000), 1000), DOMException);
      log("gave up");
      const controller = new AbortController();
      delay(500).then(() => controller.abort(new Error("stop")));
      await assertRejects(() => delay(9999, { signal: controller.signal }), Error, "stop");
      log("aborted");
      assertEquals(await deadline(delay(10).then(() => "in time"), 1000), "in time");
      log("in time");
      await late;
    }, { drain });
    assertEquals(lines, [
      "60000 slept",
      "61000 gave up",
      "61500 aborted",
      "61510 in time",
      "62000 late",
    ]);
  });

  Deno.test(`@std/async retry() waits longer each time, drain ${drain}`, async () => {
    const lines = await logOf(async (log) => {
      let attempts = 0;
      const value = await retry(() => {
        log("attempt");
        if (++attempts < 4) throw new Error("not yet");
        return "done";
      }, { jitter: 0 });
      log(value);
    }, { drain });
    assertEquals(lines, ["0 attempt", "1000 attempt", "3000 attempt", "7000 attempt", "7000 done"]);
  });

  Deno.test(`npm:p-retry runs in virtual time with promises in order, drain ${drain}`, async () => {
    const lines = await logOf(async (log) => {
      const value = await pRetry((attempt: number) => {
        log(`attempt ${attempt}`);
        Promise.resolve().then(() => log("its promise"));
        if (attempt < 4) throw new Error("not yet");
        return "done";
      }, { retries: 5, minTimeout: 100, factor: 3 });
      log(value);
    }, { drain });
    assertEquals(lines, [
      "0 attempt 1",
      "0 its promise",
      "100 attempt 2",
      "100 its promise",
      "400 attempt 3",
      "400 its promise",
      "1300 attempt 4",
      "1300 its promise",
      "1300 done",
    ]);
  });

  Deno.test(`npm:p-queue keeps its concurrency and its rate in virtual time, drain ${drain}`, async () => {
    const lines = await logOf(async (log) => {
      const pair = new PQueue({ concurrency: 2 });
      for (const name of ["a", "b", "c"]) {
        pair.add(async () => {
          await delay(100);
          log(name);
        });
      }
      await pair.onIdle();
      const rate = new PQueue({ interval: 1000, intervalCap: 2 });
      for (const name of ["d", "e", "f", "g", "h"]) rate.add(() => log(name));
      await rate.onIdle();
    }, { drain });
    assertEquals(lines, [
      "100 a",
      "100 b",
      "200 c",
      "200 d",
      "200 e",
      "1200 f",
      "1200 g",
      "2200 h",
    ]);
  });
}

Deno.test("npm:p-retry draws its jitter from the seed", async () => {
  const run = (seed: number) =>
    logOf((log) =>
      pRetry((attempt: number) => {
        log(`${attempt}`);
        if (attempt < 3) throw new Error("not yet");
      }, { randomize: true }), { seed });
  assertEquals(await run(1), await run(1));
  assertEquals((await run(1)).join() === (await run(2)).join(), false);
});
