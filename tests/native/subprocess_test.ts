import { DenoWorld } from "../contract/deno_world.ts";
import { subprocessContract } from "../contract/subprocess_contract.ts";
import { LOOPS } from "../ioloop/loops.ts";

for (const { name, makeLoop } of LOOPS) {
  subprocessContract({ test: Deno.test, world: new DenoWorld(), name, makeLoop });
}
