import { assertEquals } from "@std/assert";
import { LoopingCall } from "../../../reactor/mod.ts";
import { simWorld } from "../../contract/sim_world.ts";
import { REACTORS } from "../reactors.ts";

for (const { label, make } of REACTORS) {
  Deno.test(`TASK-36 LoopingCall runs once in each pass with interval 0 (${label})`, () =>
    simWorld().run(async ({ platform }) => {
      const { reactor, close } = make(platform, {});
      const log: string[] = [];
      const loop: LoopingCall = new LoopingCall(() => {
        if (log.push("call") === 8) loop.stop();
      });
      loop.clock = reactor;
      let passes = 0;
      const nextPass = () => {
        log.push(`pass ${++passes}`);
        reactor.callLater(0, nextPass);
      };
      reactor.callLater(0, nextPass);
      loop.start(0, false).addCallback(() => reactor.stop());
      await reactor.run({ installSignalHandlers: false });
      assertEquals(log.slice(0, 6), ["pass 1", "call", "pass 2", "call", "pass 3", "call"]);
      assertEquals(log.filter((entry) => entry === "call").length, 4);
      for (const call of reactor.getDelayedCalls()) call.cancel();
      close();
    }));
}
