/**
 * Replays a tape and has a debugger stop before its decision 2.
 *
 * @module
 */

import { replay, type Simulation, Tape } from "../../../sim/mod.ts";

function scenario(sim: Simulation): string {
  return ["a", "b", "c", "d"].map((label) => sim.choose(label, 5)).join();
}

const tape = new Tape({ scenario: "", seed: "0", length: 4, deviations: [] });
const { outcome } = await replay(scenario, tape, { until: 2 });
console.log(outcome);
