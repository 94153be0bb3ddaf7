/** Programs whose schedules can be counted by hand. */

import type { Platform } from "../../../poller/mod.ts";
import type { Simulation } from "../../../sim/mod.ts";

/**
 * Makes a scenario with so many hosts, each of which takes so many steps that depend on no other:
 * (m * k)! / (k!)^m schedules.
 *
 * @param place Where a chain runs.
 */
export function chains(
  hosts: number,
  steps: number,
  place: (sim: Simulation, name: string) => Platform = (sim, name) => sim.host(name),
): (sim: Simulation) => void {
  return (sim) => {
    for (let i = 0; i < hosts; i++) {
      const { poller } = place(sim, `h${i}`);
      let left = steps;
      const step = (): void => {
        if (left-- > 0) poller.poll(0, ignore, step);
      };
      step();
    }
  };
}

function ignore(): void {}
