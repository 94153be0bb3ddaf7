/**
 * The contract of streams over TLS on simulated hosts, as they are and as seeds have them.
 *
 * @module
 */

import { random } from "../../sim/mod.ts";
import { simWorld } from "../contract/sim_world.ts";
import { sslIOStreamContract } from "../contract/ssl_io_stream_contract.ts";
import { LOOPS } from "./loops.ts";

/** A time at which the certificates for tests are good. */
const wallClock = Date.parse("2026-12-01T00:00:00Z") / 1000;

for (const { name, makeLoop } of LOOPS) {
  const world = simWorld(() => ({ seed: 1, wallClock }));
  sslIOStreamContract({ test: Deno.test, world, name, makeLoop });
}

for (let seed = 1; seed <= 4; seed++) {
  const { name, makeLoop } = LOOPS[0] as (typeof LOOPS)[number];
  const world = simWorld(() => ({ seed, wallClock, strategy: random(seed), traceMax: 0 }));
  const seeded = { ...world, name: `sim ${seed}`, run: world.run };
  sslIOStreamContract({ test: Deno.test, world: seeded, name, makeLoop, isUnsteady: true });
}
