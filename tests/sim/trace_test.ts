import { assertEquals } from "@std/assert";
import { Simulation, Trace } from "../../sim/mod.ts";
import { echo } from "./echo_program.ts";
import { RawLoop } from "./raw_loop.ts";

Deno.test("Trace.toString() tells what was dropped", () => {
  const trace = new Trace(2);
  for (let i = 0; i < 3; i++) trace.record(i, i, "h", "kind", "", i);
  assertEquals(
    trace.toString(),
    "(1 earlier entries were dropped)\n@1.000000 h kind 1\n@2.000000 h kind 2",
  );
  assertEquals([trace.length, [...trace].map((entry) => entry.time)], [3, [1, 2]]);
});

Deno.test("Trace keeps nothing when told so", () => {
  const trace = new Trace(0);
  trace.record(1, 1, "", "kind", "", "");
  assertEquals([trace.enabled, trace.length, trace.toString()], [false, 0, ""]);
});

Deno.test("Trace entries keep their causal names when something unrelated is added", async () => {
  async function causesOf(isBusy: boolean): Promise<[string, number][]> {
    const sim = new Simulation();
    if (isBusy) {
      const loop = new RawLoop(sim.host("other")).start();
      for (let i = 0; i < 20; i++) loop.callLater(i * 3e-4, () => loop.callSoon(() => {}));
    }
    await sim.run(() => echo(sim, new Uint8Array(10)));
    return [...sim.trace].filter(({ host, kind }) => host !== "other" && kind !== "choose")
      .map(({ kind, cause }): [string, number] => [kind, cause]);
  }
  const plain = await causesOf(false);
  assertEquals(await causesOf(true), plain);
  assertEquals(new Set(plain.map(([, cause]) => cause)).size > 8, true);
});
