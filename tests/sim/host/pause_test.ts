/**
 * What a program that is paused hears of, and when.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import type { ChildProcess } from "../../../poller/mod.ts";
import { type SimulatedHost, Simulation } from "../../../sim/mod.ts";

/** Starts a child that ends after a second. */
function spawn({ processes }: SimulatedHost): ChildProcess {
  processes.install("sleeper", (process) => process.sleep(1));
  const stdio = { stdin: "null", stdout: "null", stderr: "null" } as const;
  return processes.spawn({ executable: "sleeper", ...stdio });
}

Deno.test("HostControl.pause() has the program hear of the exits of children when it goes on", async () => {
  const sim = new Simulation();
  const host = sim.host("a");
  const log: [string, number][] = [];
  await sim.run(async () => {
    const child = spawn(host);
    child.addExitListener(() => log.push(["first", Math.round(sim.now)]));
    {
      using _pause = sim.hosts.pause("a");
      await sim.sleep(5);
      assertEquals([log, child.status], [[], null]);
    }
    await sim.sleep(1);
    assertEquals(child.status?.code, 0);
    {
      using _pause = sim.hosts.pause("a");
      child.addExitListener(() => log.push(["late", Math.round(sim.now)]));
      await sim.sleep(3);
    }
    await sim.sleep(1);
  });
  assertEquals(log, [["first", 5], ["late", 9]]);
});

Deno.test("HostControl.crash() keeps the program from hearing of a child that has just ended", async () => {
  const sim = new Simulation();
  let isTold = false;
  await sim.run(async () => {
    spawn(sim.host("a")).addExitListener(() => isTold = true);
    // The child has ended, and the news of it are under way.
    await sim.sleep(1.00005);
    sim.hosts.crash("a");
    await sim.sleep(1);
  });
  assertEquals(isTold, false);
});

Deno.test("HostControl.pause() has what waited go on as the host's own, with its clock and randomness", async () => {
  const sim = new Simulation();
  const host = sim.host("a");
  host.clock.step(1000);
  const seen: number[] = [];
  const wallOf = (name: string) => sim.host(name).clock.wall();
  await sim.run(async () => {
    spawn(host).addExitListener(() => seen.push(Date.now() / 1000));
    const pause = sim.hosts.pause("a");
    await sim.sleep(5);
    pause[Symbol.dispose]();
    const now = Date.now() / 1000;
    await sim.sleep(1);
    assertEquals(seen, [now + 1000]);
    assertEquals(Math.round(wallOf("a") - wallOf("b")), 1000);
  });
});

Deno.test("HostControl.pause() gives a guard that ends one pause only", () => {
  const sim = new Simulation();
  sim.host("a");
  const first = sim.hosts.pause("a");
  first[Symbol.dispose]();
  const second = sim.hosts.pause("a");
  first[Symbol.dispose]();
  assertThrows(() => sim.hosts.pause("a"), TypeError, "is paused");
  second[Symbol.dispose]();
  sim.hosts.pause("a");
});

Deno.test("ChildProcess.kill() with SIGSTOP or SIGCONT ends no simulated child", async () => {
  const sim = new Simulation();
  await sim.run(async () => {
    const child = spawn(sim.host("a"));
    assertEquals([child.kill("SIGSTOP"), child.kill("SIGCONT")], [true, true]);
    await sim.sleep(2);
    assertEquals(child.status, { code: 0, signal: null });
  });
});
