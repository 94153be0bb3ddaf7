import { assertEquals, assertThrows } from "@std/assert";
import { Simulation } from "../../../sim/mod.ts";
import { RawLoop } from "../raw_loop.ts";

/**
 * Runs a timer of 10 s on a host whose clock is put wrong, one of its loop and one of the globals; returns
 * when they ran, in the world.
 */
async function endOfTenSeconds(change: (sim: Simulation) => void): Promise<number> {
  const sim = new Simulation();
  const loop = new RawLoop(sim.host("a").process("worker")).start();
  const ends: number[] = [];
  const end = () => ends.push(Math.round(sim.now * 1e6) / 1e6);
  change(sim);
  loop.callLater(10, end);
  loop.callSoon(() => setTimeout(end, 10_000));
  await sim.run(() => sim.sleep(30));
  assertEquals(ends[0], ends[1]);
  assertEquals(sim.leaks().filter(({ kind }) => kind === "timer"), []);
  return ends[0] ?? NaN;
}

Deno.test("HostClock.drift() has timers of the host come earlier or later", async () => {
  assertEquals(await endOfTenSeconds(() => {}), 10);
  assertEquals(await endOfTenSeconds((sim) => sim.host("a").clock.drift(0.25)), 8);
  assertEquals(await endOfTenSeconds((sim) => sim.host("a").clock.drift(-0.5)), 20);
});

Deno.test("HostClock.drift() counts for what is left when it changes in between", async () => {
  const end = await endOfTenSeconds((sim) => {
    sim.sleep(5).then(() => sim.host("a").clock.drift(1));
  });
  assertEquals(end, 7.5);
});

Deno.test("HostClock.leap() has timers that are due by then run at once", async () => {
  const end = await endOfTenSeconds((sim) => {
    sim.sleep(3).then(() => sim.host("a").clock.leap(100));
  });
  assertEquals(end, 3);
});

Deno.test("HostClock.step() sets the wall clock and moves no timer", async () => {
  const sim = new Simulation({ wallClock: 1000 });
  const loop = new RawLoop(sim.host("a")).start();
  const seen: number[] = [];
  loop.callLater(10, () => seen.push(Date.now() / 1000, sim.now));
  sim.host("a").clock.step(-500);
  await sim.run(() => sim.sleep(30));
  assertEquals(seen, [510, 10]);
});

Deno.test("HostClock refuses to run backwards", () => {
  const { clock } = new Simulation().host("a");
  for (const value of [-1, -2, NaN, Infinity]) assertThrows(() => clock.drift(value), RangeError);
  for (const value of [-1, NaN, Infinity]) assertThrows(() => clock.leap(value), RangeError);
  for (const value of [NaN, -Infinity, Infinity]) assertThrows(() => clock.step(value), RangeError);
  assertEquals(clock.wall(), 0);
});
