/**
 * The contract of TLS on simulated hosts.
 *
 * @module
 */

import { random } from "../../../sim/mod.ts";
import { simProcessWorld, simWorld } from "../../contract/sim_world.ts";
import { tlsContract } from "../../contract/tls_contract.ts";

/** A time at which the certificates for tests are good. */
const wallClock = Date.parse("2026-12-01T00:00:00Z") / 1000;

tlsContract({ test: Deno.test, world: simWorld(() => ({ seed: 1, wallClock })) });
tlsContract({ test: Deno.test, world: simProcessWorld(() => ({ seed: 1, wallClock })) });

for (let seed = 1; seed <= 5; seed++) {
  const world = simWorld(() => ({ seed, wallClock, strategy: random(seed) }));
  tlsContract({ test: Deno.test, world: { ...world, name: `sim ${seed}`, run: world.run } });
}
