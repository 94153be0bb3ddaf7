import { DenoWorld } from "../contract/deno_world.ts";
import { sslIOStreamContract } from "../contract/ssl_io_stream_contract.ts";
import { LOOPS } from "../ioloop/loops.ts";

for (const { name, makeLoop } of LOOPS.slice(0, 3)) {
  sslIOStreamContract({ test: Deno.test, world: new DenoWorld(), name, makeLoop });
}
