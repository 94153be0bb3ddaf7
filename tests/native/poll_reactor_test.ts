import { PollReactor } from "../../reactor/mod.ts";
import { DenoWorld } from "../contract/deno_world.ts";
import { reactorContract } from "../contract/reactor_contract.ts";

reactorContract({
  test: Deno.test,
  world: new DenoWorld(),
  label: "PollReactor",
  make: (platform, options) => ({
    reactor: new PollReactor(platform, options),
    close: () => {},
  }),
});
