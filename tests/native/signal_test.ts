import { assertEquals } from "@std/assert";
import { PollReactor } from "../../reactor/mod.ts";
import { DenoWorld } from "../contract/deno_world.ts";

Deno.test({
  name: "TW-15 PollReactor.run() stops on a real SIGTERM and leaves no listener",
  // Windows cannot send itself a signal.
  ignore: Deno.build.os === "windows",
  fn: () =>
    new DenoWorld().run(async ({ platform }) => {
      const reactor = new PollReactor(platform);
      reactor.callWhenRunning(() => Deno.kill(Deno.pid, "SIGTERM"));
      await reactor.run();
      assertEquals(reactor.exitSignal, "SIGTERM"); // The op sanitizer sees a listener that is left.
    }),
});
