import { assertEquals, assertGreater, assertGreaterOrEqual } from "@std/assert";
import { AsyncLocalStorage } from "node:async_hooks";
import fc from "fast-check";
import { Simulation } from "../../sim/mod.ts";
import { addSeconds, addSecondsUp } from "../../sim/virtual_time.ts";

Deno.test("addSeconds() reads decimal fractions as people write them", () => {
  assertEquals([addSeconds(0.1, 0.2), addSeconds(0.001, 0.002)], [0.3, 0.003]);
  assertEquals(addSeconds(1 / 3, 0), 1 / 3);
  assertEquals(addSeconds(1, 2 ** 128), 2 ** 128);
});

Deno.test("addSecondsUp() is never early, and always later for a positive wait", () => {
  const seconds = fc.double({ min: 0, max: 1e7, noNaN: true });
  fc.assert(fc.property(seconds, seconds, (time, wait) => {
    assertGreaterOrEqual(addSecondsUp(time, wait), time + wait);
  }));
  for (const time of [0, 0.3, 1, 1e6, 1e8]) assertGreater(addSecondsUp(time, 1e-20), time);
});

Deno.test("Simulation.run() runs main in the context of its caller", async () => {
  const store = new AsyncLocalStorage<string>();
  const sim = new Simulation();
  const seen = await store.run("caller", () =>
    sim.run(async () => {
      await sim.sleep(1);
      return store.getStore();
    }));
  assertEquals(seen, "caller");
});
