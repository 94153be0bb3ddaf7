/**
 * Contract suites on a host of a simulation.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { Simulation, type SimulationOptions } from "../../sim/mod.ts";
import type { World } from "./world.ts";

/**
 * Makes worlds in which each test gets a simulation of its own with one host. Left-over handles,
 * registrations and polls fail the test, and so do reports that it did not take.
 *
 * @param options How the simulations are made; a function, since a strategy serves one only.
 */
export function simWorld(options: () => SimulationOptions = () => ({ seed: 1 })): World {
  return {
    name: "sim",
    isReal: false,
    async run(body) {
      const sim = new Simulation(options());
      const platform = sim.host("host");
      await sim.run(() =>
        body({
          platform,
          takeReports: () => sim.takeReports("host"),
          sleep: (seconds) => sim.sleep(seconds),
        })
      );
      assertEquals(sim.leaks().map((leak) => `${leak.kind}: ${leak.description}`), []);
    },
  };
}
