/**
 * The contract of loops on real sockets.
 *
 * @module
 */

import { ioLoopContract } from "../contract/io_loop_contract.ts";
import { DenoWorld } from "../contract/deno_world.ts";
import { LOOPS } from "../ioloop/loops.ts";

for (const { name, makeLoop } of LOOPS) {
  ioLoopContract({ test: Deno.test, world: new DenoWorld(), name, makeLoop });
}
