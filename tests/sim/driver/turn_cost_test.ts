import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { PollIOLoop } from "../../../ioloop/mod.ts";
import { PollReactor } from "../../../reactor/mod.ts";
import { explore, Simulation, SimulationError, uniform } from "../../../sim/mod.ts";
import { RawLoop } from "../raw_loop.ts";

Deno.test("Simulation with turnCost has time move for a chain of IOLoop.addCallback()", async () => {
  const sim = new Simulation({ turnCost: 0.001 });
  const loop = new PollIOLoop(sim.host("a"));
  let links = 0;
  await sim.run(() =>
    loop.runSync(async () => {
      let isOver = false;
      loop.addTimeout(loop.time() + 0.1, () => isOver = true);
      const next = () => {
        links++;
        if (!isOver) loop.addCallback(next);
      };
      loop.addCallback(next);
      while (!isOver) await new Promise<void>((resolve) => loop.addCallback(resolve));
    })
  );
  loop.close();
  assertEquals([links > 90, links < 110], [true, true]);
});

Deno.test("Simulation with turnCost lets a reactor poll its clock once a pass", async () => {
  const sim = new Simulation({ turnCost: 0.01 });
  const reactor = new PollReactor(sim.host("a"));
  const seen: number[] = [];
  await sim.run(() => {
    const look = () => {
      seen.push(reactor.seconds());
      if (reactor.seconds() < 0.05) reactor.callLater(0, look);
      else reactor.stop();
    };
    reactor.callWhenRunning(look);
    return reactor.run();
  });
  assertEquals([seen.length > 4, seen.at(-1)! < 0.07], [true, true]);
});

Deno.test("Simulation with turnCost has what falls due meanwhile come late, and before the next turn", async () => {
  const sim = new Simulation({ turnCost: 0.01 });
  const log: string[] = [];
  const [busy, other] = ["busy", "other"].map((name) => new RawLoop(sim.host(name)).start());
  const again = () => {
    log.push(`busy at ${sim.now}`);
    busy?.callSoon(again);
  };
  await sim.advance(0.05);
  other?.callLater(0.025, () => log.push(`other at ${sim.now}`));
  again();
  await sim.advance(0.06);
  const index = log.findIndex((line) => line.startsWith("other"));
  assertEquals(log.length > 5 && index > 1 && index < log.length - 1, true, log.join());
  assertEquals(sim.now < 0.13, true);
});

Deno.test("Simulation without turnCost takes no time and draws nothing; a distribution has a stream of its own", async () => {
  const run = async (options: ConstructorParameters<typeof Simulation>[0]) => {
    const sim = new Simulation({ seed: 3, ...options });
    const { random } = sim.host("a");
    const turns = async () => {
      for (let i = 0; i < 10; i++) await sim.sleep(0);
      return random.next();
    };
    return [await sim.run(turns), sim.now];
  };
  const [value, end] = await run({});
  assertEquals(end, 0);
  const [same, drawn = 0] = await run({ turnCost: uniform(0.001, 0.002) });
  assertEquals([same, drawn > 0.01 && drawn < 0.02], [value, true]);
  assertEquals(await run({ turnCost: uniform(0.001, 0.002) }), [same, drawn]);
});

Deno.test("Simulation refuses a turnCost that is none", () => {
  for (const turnCost of [-1, NaN, Infinity]) {
    assertThrows(() => new Simulation({ turnCost }), RangeError, "turnCost");
  }
});

Deno.test("explore() runs worlds with a turnCost", async () => {
  const { verdict } = await explore((sim) => {
    const loop = new RawLoop(sim.host("a")).start();
    let isOver = false;
    loop.callLater(0.01, () => isOver = true);
    const again = () => void (isOver || loop.callSoon(again));
    again();
    return () => sim.now > 0.01;
  }, { world: { turnCost: 0.001 } });
  assertEquals(verdict, "complete");
});

for (const clock of ["host clock", "Date.now()", "sim.now"] as const) {
  Deno.test(`a loop that waits in one turn for the ${clock} fails at its line`, async () => {
    const sim = new Simulation();
    const loop = new RawLoop(sim.host("a")).start();
    const read = {
      "host clock": () => loop.platform.clock.now(),
      "Date.now()": () => Date.now(),
      "sim.now": () => sim.now,
    };
    const waitBusily = () => {
      const end = read[clock]() + 1;
      while (read[clock]() < end);
    };
    loop.callLater(1, waitBusily);
    const error = await assertRejects(
      () => sim.run(() => sim.sleep(2)),
      SimulationError,
      "Cannot wait in a turn: the clock was read 10000000 times and stands still (host a, time 1 s",
    );
    assertEquals(error.failure, "stuck");
    assertStringIncludes(error.stack ?? "", "waitBusily");
  });
}
