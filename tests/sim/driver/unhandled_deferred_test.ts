/** What a run does with errors that may still be handled later. */

import { assertEquals, assertRejects } from "@std/assert";
import { ErrorLedger, trackError } from "../../../poller/mod.ts";
import { Deferred } from "../../../reactor/mod.ts";
import { type DrainMode, Simulation, SimulationError } from "../../../sim/mod.ts";

const DRAINS: readonly DrainMode[] = ["checkpoint", "macrotask"];

for (const drain of DRAINS) {
  Deno.test(`Simulation.run() fails for a Deferred whose failure nobody handled, drain ${drain}`, async () => {
    const sim = new Simulation({ drain });
    const cause = new RangeError("lost");
    const error = await assertRejects(
      () =>
        sim.run(async () => {
          new Deferred().errback(cause);
          await sim.sleep(1);
        }),
      SimulationError,
      "Unhandled error in Deferred: RangeError: lost",
    );
    assertEquals([error.failure, error.cause], ["unhandled", cause]);
  });
}

Deno.test("Simulation.run() passes if the failure is handled before the run ends", async () => {
  const sim = new Simulation();
  await sim.run(async () => {
    const deferred = new Deferred();
    deferred.errback(new Error("found"));
    await sim.sleep(1);
    deferred.addErrback(() => {});
  });
});

Deno.test("Simulation.run() leaves errors to a ledger that the test holds inside of it", async () => {
  const sim = new Simulation();
  const messages = await sim.run(async () => {
    using ledger = new ErrorLedger();
    for (let i = 0; i < 200; i++) {
      trackError({}, `error ${i}`, i);
      await sim.sleep(1);
    }
    return ledger.take().map(({ message }) => message);
  });
  assertEquals(messages.length, 200);
});

Deno.test("Simulation.run() keeps errors of runs side by side and of other code apart", async () => {
  using outer = new ErrorLedger();
  const sims = ["a", "b"].map((name) => [name, new Simulation()] as const);
  const runs = sims.map(([name, sim]) =>
    assertRejects(
      () =>
        sim.run(async () => {
          for (let i = 0; i < 100; i++) await sim.sleep(1);
          trackError({}, `lost by ${name}`, null);
          for (let i = 0; i < 100; i++) await sim.sleep(1);
        }),
      SimulationError,
      `lost by ${name}`,
    )
  );
  trackError({}, "outside", null);
  await Promise.all(runs);
  assertEquals(outer.take().map(({ message }) => message), ["outside"]);
});
