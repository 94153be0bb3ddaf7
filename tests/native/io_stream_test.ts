/**
 * The contract of streams on real sockets.
 *
 * @module
 */

import { DenoWorld } from "../contract/deno_world.ts";
import { ioStreamContract } from "../contract/io_stream_contract.ts";
import { LOOPS } from "../ioloop/loops.ts";

for (const { name, makeLoop } of LOOPS) {
  ioStreamContract({ test: Deno.test, world: new DenoWorld(), name, makeLoop });
}
