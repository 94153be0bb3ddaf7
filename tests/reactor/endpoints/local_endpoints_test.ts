import { simWorld } from "../../contract/sim_world.ts";
import { localEndpointsContract } from "../../contract/local_endpoints_contract.ts";
import { sharedLocks } from "../../contract/shared_lock.ts";
import { REACTORS } from "../reactors.ts";

for (const kind of REACTORS) {
  localEndpointsContract({
    test: Deno.test,
    world: simWorld(),
    withFolder: (body) => body("/sim"),
    lockFor: sharedLocks,
    ...kind,
  });
}
