import { assertEquals } from "@std/assert";
import { PollIOLoop } from "../../../ioloop/mod.ts";
import { Deferred, Failure, TornadoReactor } from "../../../reactor/mod.ts";
import { fireAfterRelease } from "../../../reactor/net/fire_after_release.ts";
import { Simulation } from "../../../sim/mod.ts";

Deno.test("fireAfterRelease() fires at once when the loop was closed before the address is free", async () => {
  const sim = new Simulation();
  await sim.run(async () => {
    const ioLoop = new PollIOLoop(sim.host("a"), { makeCurrent: false });
    const reactor = new TornadoReactor(ioLoop);
    const log: string[] = [];
    for (const failure of [null, new Failure(new Error("stopFactory failed"))]) {
      const deferred = new Deferred<void>();
      deferred.addCallbacks(() => log.push("stopped"), ({ value }) => log.push(String(value)));
      fireAfterRelease({ released: sim.sleep(1) }, reactor, deferred, failure);
    }
    ioLoop.close();
    await sim.sleep(2);
    assertEquals(log, ["stopped", "Error: stopFactory failed"]);
  });
});
