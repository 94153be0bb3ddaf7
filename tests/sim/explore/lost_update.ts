/** The program with a race that the tests of searches find again and again. */

import type { Simulation } from "../../../sim/mod.ts";

/** Two hosts that add to a register of a third party, each by a read and a later write. */
export function lostUpdate(sim: Simulation): () => number {
  let balance = 0;
  for (const name of ["anna", "bert"]) {
    const { poller } = sim.host(name);
    const begin = () => {
      const read = balance;
      poller.poll(0, ignore, () => {
        balance = read + 1;
        poller.poll(0, ignore, ignore);
      });
    };
    // Bert comes later, usually.
    if (name === "anna") poller.poll(0, ignore, begin);
    else poller.poll(0, ignore, () => poller.poll(0, ignore, () => poller.poll(0, ignore, begin)));
  }
  return () => {
    if (balance !== 2) throw new Error(`expected balance 2, got ${balance}`);
    return balance;
  };
}

function ignore(): void {}
