/**
 * Runs the contract suites of the loops and reactors in 1,000 worlds whose schedules are drawn:
 * order of batches, sizes of reads and writes. Those at the bottom of towers get every seed, each
 * tower one in ten.
 *
 * Usage: `deno task check:contracts [seeds]`
 *
 * @module
 */

import { PollIOLoop } from "../../ioloop/mod.ts";
import { PollReactor } from "../../reactor/mod.ts";
import { random } from "../../sim/mod.ts";
import { ioLoopContract } from "../contract/io_loop_contract.ts";
import { reactorContract } from "../contract/reactor_contract.ts";
import { simWorld } from "../contract/sim_world.ts";
import type { TestFunction } from "../contract/world.ts";
import { LOOPS } from "../ioloop/loops.ts";
import { REACTORS } from "../reactor/reactors.ts";

const seeds = Number(Deno.args[0] ?? 1000);

/** The cases of all suites for a seed. */
function casesOf(seed: number): [name: string, run: () => void | Promise<void>][] {
  const cases: [string, () => void | Promise<void>][] = [];
  const test: TestFunction = (name, run) => void cases.push([name, run]);
  const world = {
    ...simWorld(() => ({ seed, strategy: random(seed), traceMax: 0 })),
    name: `seed ${seed}`,
  };
  const all = seed % 10 === 0;
  for (const { name, makeLoop } of LOOPS) {
    if (all || name === PollIOLoop.name) ioLoopContract({ test, world, name, makeLoop });
  }
  for (const { label, make } of REACTORS) {
    if (all || label === PollReactor.name) reactorContract({ test, world, label, make });
  }
  return cases;
}

let passed = 0;
const failures: string[] = [];
for (let seed = 0; seed < seeds && failures.length < 10; seed++) {
  for (const [name, run] of casesOf(seed)) {
    try {
      await run();
      passed++;
    } catch (error) {
      failures.push(`${name}: ${error instanceof Error ? error.message : error}`);
    }
  }
}
for (const failure of failures) console.log(failure);
console.log(`${passed} cases passed under ${seeds} seeds, ${failures.length} failed`);
if (passed === 0 || failures.length > 0) Deno.exit(1);
