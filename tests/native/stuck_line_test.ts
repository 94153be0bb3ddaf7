import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { Simulation, SimulationError } from "../../sim/mod.ts";

/** What the compiler takes out moves the lines behind it. */
interface Nothing {
  readonly never?: unknown;
}

function spin(_nothing: Nothing): void {
  let count = 0;
  for (;;) {
    count = (count + 1) % 1000;
  }
}

Deno.test("Simulation.run() names the line of a turn that does not end, with stuckLine", async () => {
  const sim = new Simulation({ watchdog: 1, stuckLine: true });
  const error = await assertRejects(
    () =>
      sim.run(async () => {
        await sim.sleep(1);
        spin({});
      }),
    SimulationError,
  );
  const line = /, at spin \(.*stuck_line_test\.ts:(\d+)\) \(time 1 s/.exec(error.message)?.[1];
  assertEquals(Number(line) >= 10 && Number(line) <= 14, true, error.message);
  assertStringIncludes(error.stack ?? "", `stuck_line_test.ts:${line}`);
});
