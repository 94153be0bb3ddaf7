/** The programs whose classes are counted in POPL 2014 ("Optimal dynamic partial order reduction"). */

import type { SimCell, Simulation } from "../../../sim/mod.ts";

type Thread = () => () => boolean;

/** Runs each thread on a host of its own, one access to a cell a turn, until it says that it is done. */
function run(sim: Simulation, threads: readonly Thread[]): void {
  threads.forEach((begin, i) => {
    const { poller } = sim.host(`t${i}`);
    const next = begin();
    const step = (): void => {
      if (next()) poller.poll(0, ignore, step);
    };
    poller.poll(0, ignore, step);
  });
}

/** One thread writes what so many others read: 2^n classes. */
export function readers(count: number): (sim: Simulation) => () => string {
  return (sim) => {
    const x = sim.cell("x", 0);
    const seen: number[] = [];
    run(sim, [
      () => () => {
        x.value = 1;
        return false;
      },
      ...Array.from({ length: count }, (_, i): Thread => () => () => {
        seen[i] = x.value;
        return false;
      }),
    ]);
    return () => seen.join("");
  };
}

/** Threads add 1 to their left neighbour's value, one looks for the last zero: (n + 3) * 2^(n - 2). */
export function lastZero(count: number): (sim: Simulation) => () => string {
  return (sim) => {
    const cells = Array.from({ length: count + 1 }, (_, i) => sim.cell(`a${i}`, 0));
    const at = (i: number) => cells[i] as SimCell<number>;
    let found = count;
    run(sim, [
      () => () => {
        if (at(found).value === 0) return false;
        found--;
        return true;
      },
      ...Array.from({ length: count }, (_, i): Thread => () => {
        let left = -1;
        return () => {
          if (left >= 0) {
            at(i + 1).value = left + 1;
            return false;
          }
          left = at(i).value;
          return true;
        };
      }),
    ]);
    return () => `${found}: ${cells.map(({ value }) => value)}`;
  };
}

/** Threads put four messages each into a hash table: with 12 threads three pairs collide, 2^3. */
export function indexer(count: number): (sim: Simulation) => () => string {
  return (sim) => {
    const table = Array.from({ length: 128 }, (_, i) => sim.cell(`slot ${i}`, 0));
    run(
      sim,
      Array.from({ length: count }, (_, thread): Thread => () => {
        let messages = 0;
        let message = 0;
        let slot = -1;
        return () => {
          if (slot < 0) {
            message = ++messages * 11 + thread;
            slot = (message * 7) % 128;
          }
          const cell = table[slot] as SimCell<number>;
          // A comparison that fails leaves the cell as it is; it depends on a write all the same.
          const isFree = cell.value === 0;
          if (isFree) cell.value = message;
          slot = isFree ? -1 : (slot + 1) % 128;
          return messages < 4 || !isFree;
        };
      }),
    );
    return () => table.map(({ value }) => value).join();
  };
}

function ignore(): void {}
