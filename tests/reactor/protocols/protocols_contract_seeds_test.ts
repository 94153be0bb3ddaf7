/**
 * The protocols on connections in simulations whose every choice is drawn: partial reads and writes,
 * late wake-ups, the order of batches.
 *
 * @module
 */

import { protocolsContract } from "../../contract/protocols_contract.ts";
import { simWorld } from "../../contract/sim_world.ts";
import { random } from "../../../sim/mod.ts";
import { REACTORS } from "../reactors.ts";

for (let seed = 1; seed <= 5; seed++) {
  for (const kind of REACTORS.slice(0, 2)) {
    protocolsContract({
      test: Deno.test,
      world: { ...simWorld(() => ({ seed, strategy: random(seed) })), name: `sim, seed ${seed}` },
      ...kind,
    });
  }
}
