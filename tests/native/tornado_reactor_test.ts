import { PollIOLoop } from "../../ioloop/mod.ts";
import { TornadoReactor } from "../../reactor/mod.ts";
import { DenoWorld } from "../contract/deno_world.ts";
import { reactorContract } from "../contract/reactor_contract.ts";

reactorContract({
  test: Deno.test,
  world: new DenoWorld(),
  label: "TornadoReactor(PollIOLoop)",
  make: (platform, options) => {
    const ioLoop = new PollIOLoop(platform, { makeCurrent: false });
    return { reactor: new TornadoReactor(ioLoop, options), close: () => ioLoop.close() };
  },
});
