/**
 * Loops of several simulated hosts, which take turns in one process.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { IOLoop, PollIOLoop, TwistedIOLoop } from "../../ioloop/mod.ts";
import { TornadoReactor } from "../../reactor/mod.ts";
import { Simulation } from "../../sim/mod.ts";
import { LOOPS } from "./loops.ts";

for (const { name, makeLoop } of LOOPS) {
  Deno.test(`IOLoop.current() is each host's own loop, across awaits [${name}]`, async () => {
    const sim = new Simulation({ seed: 1 });
    const loops = ["one", "other"].map((host) => makeLoop(sim.host(host)));
    const wrong: string[] = [];
    let checks = 0;
    const program = async (ioLoop: IOLoop) => {
      for (let i = 0; i < 5; i++) {
        checks++;
        if (IOLoop.current() !== ioLoop) wrong.push(`${loops.indexOf(ioLoop)} at ${ioLoop.time()}`);
        // The hosts wait equally long, so their turns alternate.
        await new Promise<void>((resolve) => ioLoop.callLater(0.5, resolve));
      }
      ioLoop.stop();
    };
    await sim.run(async () => {
      for (const ioLoop of loops) ioLoop.addCallback(program, ioLoop);
      await Promise.all(loops.map((ioLoop) => ioLoop.start()));
    });
    for (const ioLoop of loops) ioLoop.close();
    assertEquals([checks, wrong], [10, []]);
    assertEquals(sim.leaks(), []);
  });
}

Deno.test("TwistedIOLoop runs, and stops the tower, when the loop at the bottom is started", async () => {
  const sim = new Simulation({ seed: 1 });
  using bottom = new PollIOLoop(sim.host("host"), { makeCurrent: false });
  using top = new TwistedIOLoop(new TornadoReactor(bottom), { makeCurrent: false });
  const log: string[] = [];
  const note = (text: string) =>
    void log.push(`${text} ${IOLoop.current() === top ? "top" : "bottom"}`);
  bottom.addCallback(note, "callback");
  top.addCallback(note, "callback");
  bottom.callLater(1, note, "timeout");
  top.callLater(1, note, "timeout");
  top.callLater(2, () => top.stop());
  await sim.run(() => bottom.start());
  assertEquals(log, ["callback bottom", "callback top", "timeout bottom", "timeout top"]);
  assertEquals([bottom.isRunning(), top.isRunning()], [false, false]);
});
