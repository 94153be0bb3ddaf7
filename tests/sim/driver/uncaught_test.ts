/** What a run does with exceptions that no code catches. */

import { assertEquals, assertRejects } from "@std/assert";
import process from "node:process";
import { type DrainMode, explore, Simulation, SimulationError } from "../../../sim/mod.ts";
import { RawLoop } from "../raw_loop.ts";

const BOOM = new RangeError("boom");

function boom(): never {
  throw BOOM;
}

const WAYS: readonly (readonly [what: string, act: () => void])[] = [
  ["a microtask", () => queueMicrotask(boom)],
  ["process.nextTick()", () => process.nextTick(boom)],
  ["a listener of an event", () => {
    const target = new EventTarget();
    target.addEventListener("event", boom);
    target.dispatchEvent(new Event("event"));
  }],
  ["reportError()", () => reportError(BOOM)],
];

for (const drain of ["checkpoint", "macrotask"] as readonly DrainMode[]) {
  for (const [what, act] of WAYS) {
    Deno.test(`Simulation.run() fails for what ${what} throws, drain ${drain}`, async () => {
      const sim = new Simulation({ drain });
      const loop = new RawLoop(sim.host("a")).start();
      loop.callLater(1, act);
      const error = await assertRejects(() => sim.run(() => sim.sleep(2)), SimulationError);
      assertEquals([error.failure, error.host, error.time], ["callback", "a", 1]);
      assertEquals(error.message.split(" (")[0], "Uncaught exception: RangeError: boom");
      assertEquals(error.cause, BOOM);
    });
  }
}

Deno.test("explore() finds the schedule in which a microtask throws", async () => {
  const { verdict, failure, schedules } = await explore((sim) => {
    if (sim.choose("coin", 3) === 2) queueMicrotask(boom);
  });
  assertEquals([verdict, failure?.identity, schedules], ["failed", "callback RangeError", 3]);
});

Deno.test("Simulation.run() leaves what others throw and reject to them, side by side", async () => {
  const calm = new Simulation();
  const calmRun = calm.run(async () => {
    for (let i = 0; i < 30_000; i++) await calm.sleep(1);
    return "passed";
  });
  const runs = [queueMicrotask, (fn: () => void) => void Promise.resolve().then(fn)].map(
    async (act) => {
      const sim = new Simulation();
      const run = sim.run(async () => {
        await sim.sleep(1);
        act(boom);
        await sim.sleep(1);
      });
      return (await assertRejects(() => run, SimulationError)).failure;
    },
  );
  // Comes after the listeners of the runs.
  const left: unknown[] = [];
  const listener = (event: ErrorEvent) => {
    if (!event.defaultPrevented) left.push(event.error);
    event.preventDefault();
  };
  globalThis.addEventListener("error", listener);
  try {
    const timer = new Promise<void>((resolve) => {
      setTimeout(() => {
        resolve();
        boom();
      }, 0);
    });
    assertEquals(await Promise.all(runs), ["callback", "rejection"]);
    await timer;
    assertEquals(await calmRun, "passed");
    assertEquals(left, [BOOM]);
  } finally {
    globalThis.removeEventListener("error", listener);
  }
});
