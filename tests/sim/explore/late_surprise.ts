/** A program whose first turns turn out to matter late, and only in some schedules. */

import type { Simulation } from "../../../sim/mod.ts";

/**
 * Makes a scenario in which one host sets a cell in its first turn, and another looks at it in its last,
 * if it draws the last of some answers. Before that, some hosts write to cells in any order.
 */
export function lateSurprise(
  hosts: number,
  steps: number,
  answers: number,
): (sim: Simulation) => () => string {
  return (sim) => {
    const alarm = sim.cell("alarm", 0);
    const counts = Array.from({ length: steps }, (_, i) => sim.cell(`count ${i}`, ""));
    let seen = "nothing";
    begin(sim, "setter", [() => alarm.value = 1]);
    for (let host = 0; host < hosts; host++) {
      const count = (step: number) => () => {
        const cell = counts[step];
        if (cell !== undefined) cell.value += host;
      };
      const look = () => {
        if (sim.choose("look", answers) === answers - 1) seen = `${alarm.value}`;
      };
      const turns = counts.map((_, step) => count(step));
      begin(sim, `h${host}`, host === 0 ? [...turns, look] : turns);
    }
    return () => seen;
  };
}

/** Has a host take turns. */
function begin(sim: Simulation, name: string, turns: readonly (() => void)[]): void {
  const { poller } = sim.host(name);
  const left = turns.slice();
  const step = (): void => {
    left.shift()?.();
    if (left.length > 0) poller.poll(0, ignore, step);
  };
  poller.poll(0, ignore, step);
}

function ignore(): void {}
