import { assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { WorkerError } from "../../poller/mod.ts";
import { blockingCallFromThread, deferToThread, PollReactor } from "../../reactor/mod.ts";
import { explore, random, Simulation } from "../../sim/mod.ts";
import { reactorTests } from "../contract/reactor_run.ts";
import { reactorThreadCases } from "../contract/reactor_thread_cases.ts";
import { simWorld } from "../contract/sim_world.ts";
import { named } from "../contract/thread_functions.ts";
import { REACTORS } from "./reactors.ts";

for (const { label, make } of REACTORS) {
  reactorThreadCases(reactorTests({ test: Deno.test, world: simWorld(), label, make }), false);
}

for (let seed = 1; seed <= 5; seed++) {
  const world = {
    ...simWorld(() => ({ seed, strategy: random(seed), traceMax: 0 })),
    name: `sim ${seed}`,
  };
  for (const { label, make } of REACTORS.slice(0, 1)) {
    reactorThreadCases(reactorTests({ test: Deno.test, world, label, make }), false);
  }
}

Deno.test("blockingCallFromThread() throws where nothing can be blocked", async () => {
  const outside = await assertRejects(
    async () => await Promise.resolve(blockingCallFromThread(named.add, 1, 2)),
    WorkerError,
    "Cannot call add from a thread: this is not one",
  );
  assertEquals(outside.code, "NOT_IN_THREAD");
  const sim = new Simulation({ seed: 1 });
  await sim.run(async () => {
    const reactor = new PollReactor(sim.host("host"));
    deferToThread(reactor, named.askLoop, 1, 2).addErrback((failure) => {
      assertInstanceOf(failure.value, WorkerError);
      assertEquals(failure.value.code, "NOT_IN_THREAD");
    }).addBoth(() => reactor.stop());
    await reactor.run();
  });
});

Deno.test("Simulation explores the order in which threads are done", async () => {
  const { outcomes } = await explore((sim) => {
    const order: number[] = [];
    const reactor = new PollReactor(sim.host("host"));
    for (const n of [1, 2, 3]) {
      deferToThread(reactor, named.add, n, 0).addCallback((result) => {
        if (order.push(result) === 3) reactor.stop();
      });
    }
    reactor.run();
    return () => order.join(" ");
  }, { strategy: "exhaustive" });
  assertEquals(outcomes.length, 6);
});
