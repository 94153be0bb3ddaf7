import { simWorld } from "../../contract/sim_world.ts";
import { unixDatagramContract } from "../../contract/unix_datagram_contract.ts";
import { REACTORS } from "../reactors.ts";

for (const kind of REACTORS) {
  unixDatagramContract({
    test: Deno.test,
    world: simWorld(),
    withFolder: (body) => body("/tmp"),
    ...kind,
  });
}
