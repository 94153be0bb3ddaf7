/** What a scenario does wrong, and whether the error names host, time, event and line. */

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { setImmediate } from "node:timers";
import { PollIOLoop } from "../../ioloop/mod.ts";
import { DeadlockError, FencedError, Simulation, SimulationError } from "../../sim/mod.ts";
import { RawLoop } from "./raw_loop.ts";

const FILE = "bad_input_test.ts:";

/** A promise that the real event loop settles. */
function realWork(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

Deno.test("a scenario that awaits something outside is told so, with the line where it went on", async () => {
  const sim = new Simulation();
  const error = await assertRejects(
    () =>
      sim.run(async () => {
        await sim.sleep(2);
        await realWork();
        await sim.sleep(1);
      }),
    SimulationError,
    "Cannot await something outside of the simulation in it; it went on before ",
  );
  assertEquals([error.failure, error.host, error.time], ["outside", null, 2]);
  assertStringIncludes(error.message, FILE);
  assertEquals(await new Simulation().run(() => 1), 1);
});

Deno.test("a scenario that awaits something outside last is told so, too", async () => {
  const error = await assertRejects(() => new Simulation().run(realWork), SimulationError);
  assertEquals([error.failure, error.message.includes("went on")], ["outside", false]);
});

Deno.test("a scenario that awaits what never comes is told who waits, and where main began", async () => {
  const sim = new Simulation();
  const error = await assertRejects(
    () => sim.run(() => new Promise(() => {})),
    DeadlockError,
    "main has not settled, begun at ",
  );
  assertStringIncludes(error.message, FILE);
});

Deno.test("a scenario that never ends is told host, time, turn and event", async () => {
  const sim = new Simulation({ turnsMax: 20 });
  const loop = new RawLoop(sim.host("busy")).start();
  const again = () => loop.callLater(0.5, again);
  again();
  const error = await assertRejects(
    () => sim.run(() => new Promise(() => {})),
    SimulationError,
    "Cannot go on after 20 turns: the run has not ended (host busy, time 5 s, turn 21, event timeout)",
  );
  assertEquals([error.failure, error.event, error.line], ["turns", "timeout", null]);
});

Deno.test("a scenario in which time stands still is told so, unless its turns take time", async () => {
  const waitFor = async (sim: Simulation) => {
    const loop = new RawLoop(sim.host("a")).start();
    let isOver = false;
    loop.callLater(1, () => isOver = true);
    while (!isOver) await new Promise<void>((resolve) => void loop.callLater(0, resolve));
    loop.stop();
  };
  const still = new Simulation({ instantTurnsMax: 20 });
  const error = await assertRejects(
    () => still.run(() => waitFor(still)),
    SimulationError,
    "Cannot go on after 20 turns at one time: time stands still",
  );
  assertEquals([error.failure, error.time], ["turns", 0]);

  const moving = new Simulation({ instantTurnsMax: 20, turnCost: 0.01 });
  await moving.run(() => waitFor(moving));
  assert(moving.turns > 20);
});

Deno.test("a scenario that throws in a callback of a timer is told host, time, event and line", async () => {
  const sim = new Simulation();
  const loop = new RawLoop(sim.host("a")).start();
  const fail = () => {
    throw new RangeError("full");
  };
  loop.callLater(1, () => void setTimeout(fail, 500));
  const error = await assertRejects(
    () => sim.run(() => sim.sleep(9)),
    SimulationError,
    "Exception in setTimeout#1: RangeError: full " +
      "(host a, time 1.5 s, turn 4, event timer setTimeout#1, at fail (",
  );
  assertEquals([error.failure, error.host, error.time], ["callback", "a", 1.5]);
  assertStringIncludes(error.line ?? "", FILE);
  assertStringIncludes(error.message, FILE);
});

Deno.test("a scenario that throws in a callback of a loop is told host, time, event and line", async () => {
  const sim = new Simulation();
  const loop = new PollIOLoop(sim.host("a"));
  const fail = () => {
    throw new RangeError("full");
  };
  loop.callLater(3, fail);
  const error = await assertRejects(
    () => sim.run(() => loop.runSync(() => sim.sleep(9))),
    SimulationError,
    "RangeError: full (host a, time 3 s, turn ",
  );
  assertEquals([error.failure, error.event], ["report", "timeout"]);
  assertStringIncludes(error.line ?? "", FILE);
});

Deno.test("a scenario that throws through the poller is told host, time, event and line", async () => {
  const sim = new Simulation();
  const loop = new RawLoop(sim.host("a")).start();
  loop.callLater(1, function fail() {
    throw new Error("oops");
  });
  const error = await assertRejects(
    () => sim.run(() => sim.sleep(2)),
    SimulationError,
    "(host a, time 1 s, turn 3, event timeout, at fail (",
  );
  assertStringIncludes(error.message, FILE);
});

Deno.test("a scenario that loses a rejection is told host, time, event and line", async () => {
  const sim = new Simulation();
  const loop = new RawLoop(sim.host("a")).start();
  loop.callLater(1, async function fail() {
    await null;
    throw new Error("oops");
  });
  await assertRejects(
    () => sim.run(() => sim.sleep(2)),
    SimulationError,
    "Unhandled rejection: Error: oops (host a, time 1 s, turn 3, event timeout, at fail (",
  );
});

const FENCED_USES: readonly [global: string, use: () => unknown][] = [
  ["fetch", () => fetch("http://localhost/")],
  ["Deno.connect", () => Deno.connect({ port: 1 })],
  ["Deno.readTextFile", () => Deno.readTextFile("x")],
  ["Worker", () => new Worker("data:,")],
];

for (const [global, use] of FENCED_USES) {
  Deno.test(`a scenario that uses ${global} is told host, time, event and line`, async () => {
    const sim = new Simulation();
    const loop = new RawLoop(sim.host("a")).start();
    const errors: unknown[] = [];
    loop.callLater(1, function useIt() {
      try {
        use();
      } catch (error) {
        errors.push(error);
      }
    });
    await sim.run(() => sim.sleep(2));
    const [error] = errors as [FencedError];
    assertEquals([error instanceof FencedError, error.global], [true, global]);
    assertEquals([error.host, error.time, error.event], ["a", 1, "timeout"]);
    assertStringIncludes(error.line ?? "", FILE);
    assertStringIncludes(error.message, "(host a, time 1 s, turn 3, event timeout, at ");
    assertStringIncludes(error.message, FILE);
  });
}
