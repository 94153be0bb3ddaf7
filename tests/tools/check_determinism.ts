/**
 * Runs a program of five hosts under 10,000 seeds, each seed again and on the other drain rung, and a
 * share of them in processes whose V8 hashes with other seeds. A single difference fails.
 *
 * Usage: `deno task check:determinism [seeds]`
 *
 * @module
 */

import { checkDeterminism, DivergenceError, random, Simulation } from "../../sim/mod.ts";
import { gossip } from "../sim/gossip_program.ts";

/** Seeds whose traces are compared between processes. */
const SHARED = 200;

/** Numbers for V8's own random seed. */
const V8_SEEDS = [1, 2, 3_000_000];

/** A number made of the traces of some seeds. */
async function hashOf(seeds: number): Promise<number> {
  let hash = 0;
  for (let seed = 0; seed < seeds; seed++) {
    const sim = new Simulation({ seed, strategy: random(seed) });
    const calls = await sim.run(() => gossip(sim));
    for (const character of `${sim.trace}\n${calls}`) {
      hash = Math.imul(hash ^ (character.codePointAt(0) as number), 0x01000193) >>> 0;
    }
  }
  return hash;
}

/** The same number, from another process. */
async function hashUnder(v8Seed: number): Promise<number> {
  const { stdout, success } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      `--v8-flags=--random-seed=${v8Seed},--hash-seed=${v8Seed}`,
      import.meta.filename as string,
      "hash",
    ],
  }).output();
  if (!success) throw new Error(`Cannot run with V8's random seed ${v8Seed}`);
  return Number(new TextDecoder().decode(stdout).trim());
}

/** Returns how many differences there are. */
async function check(seeds: number): Promise<number> {
  let differences = 0;
  let entries = 0;
  for (let seed = 0; seed < seeds; seed++) {
    try {
      entries += await checkDeterminism(gossip, {
        options: () => ({ seed, strategy: random(seed) }),
        variations: ["again", "other drain"],
      });
    } catch (error) {
      if (!(error instanceof DivergenceError)) throw error;
      console.log(`seed ${seed}: ${error.message}`);
      if (++differences === 10) break;
    }
  }
  console.log(`${seeds} seeds, ${entries} events, ${differences} differences`);
  return differences;
}

if (Deno.args[0] === "hash") {
  console.log(await hashOf(SHARED));
} else {
  let differences = await check(Number(Deno.args[0] ?? 10_000));
  const own = await hashOf(SHARED);
  for (const seed of V8_SEEDS) {
    const other = await hashUnder(seed);
    console.log(`V8's random seed ${seed}: ${other === own ? "equal" : "DIFFERENT"} traces`);
    if (other !== own) differences++;
  }
  if (differences > 0) Deno.exit(1);
}
