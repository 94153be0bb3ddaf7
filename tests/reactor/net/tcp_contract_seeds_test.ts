/**
 * The TCP suite in simulations whose every choice is drawn: partial reads and writes, late
 * wake-ups, the order of batches, where a reset falls.
 *
 * @module
 */

import { random } from "../../../sim/mod.ts";
import { simWorld } from "../../contract/sim_world.ts";
import { tcpContract } from "../../contract/tcp_contract.ts";
import { REACTORS } from "../reactors.ts";

for (const [index, { label, make }] of REACTORS.entries()) {
  for (const round of [1, 2]) {
    const seed = 10 * round + index;
    const world = simWorld(() => ({ seed, strategy: random(seed) }));
    tcpContract({ test: Deno.test, world, label: `${label}, seed ${seed}`, make });
  }
}
