/**
 * Contract suites on a host of a simulation.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { type SimulatedProcess, Simulation, type SimulationOptions } from "../../sim/mod.ts";
import type { World } from "./world.ts";

/**
 * Makes worlds in which each test gets a simulation of its own with one host. Left-over handles,
 * registrations and polls fail the test, and so do reports that it did not take.
 *
 * @param options How the simulations are made; a function, since a strategy serves one only.
 * @param place Where the test runs: the host, or a process on it.
 */
export function simWorld(
  options: () => SimulationOptions = () => ({ seed: 1 }),
  place: (sim: Simulation) => SimulatedProcess = (sim) => sim.host("host"),
): World {
  return {
    name: "sim",
    isReal: false,
    async run(body) {
      const sim = new Simulation(options());
      const platform = place(sim);
      await sim.run(() =>
        body({
          platform,
          takeReports: () => sim.takeReports(platform.name),
          sleep: (seconds) => sim.sleep(seconds),
        })
      );
      assertEquals(sim.leaks().map((leak) => `${leak.kind}: ${leak.description}`), []);
    },
  };
}

/** Makes worlds as {@linkcode simWorld} does, in which the test runs in a second process on the host. */
export function simProcessWorld(options?: () => SimulationOptions): World {
  const world = simWorld(options, (sim) => sim.host("host").process("second"));
  return { ...world, name: "sim in a process" };
}
