import { DenoFileLock } from "../../reactor/mod.ts";
import { DenoWorld } from "../contract/deno_world.ts";
import { localEndpointsContract } from "../contract/local_endpoints_contract.ts";
import { REACTORS } from "../reactor/reactors.ts";
import { withFolder } from "./folder.ts";

for (const kind of REACTORS) {
  localEndpointsContract({
    test: Deno.test,
    world: new DenoWorld(),
    withFolder,
    lockFor: (path) => () => new DenoFileLock(`${path}.lock`),
    ...kind,
  });
}
