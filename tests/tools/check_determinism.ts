/**
 * Runs a program of five hosts, in a world that goes wrong, under 10,000 seeds: each seed again, with
 * another wall clock, after another simulation and on the other drain rung, and a share of them in
 * processes whose V8 hashes with other seeds. Prints what happened in the runs; a single difference,
 * or a run that fails, fails.
 *
 * Usage: `deno task check:determinism [seeds]`
 *
 * @module
 */

import { checkDeterminism, DivergenceError, random, Simulation } from "../../sim/mod.ts";
import { gossip } from "../sim/gossip_program.ts";

/** Seeds whose traces are compared between processes. */
const SHARED = 1000;

/** Numbers for V8's own random seed. */
const V8_SEEDS = [1, 2, 3_000_000];

/** Processes that share the seeds. */
const JOBS = Math.min(4, navigator.hardwareConcurrency);

/** The first run of a seed, four that have to equal it, and the other simulation before one of them. */
const RUNS_PER_SEED = 6;

/** How often something happened. */
type Counts = Record<string, number>;

/** Entries of a trace that tell of something that went wrong. */
const FAULTS = new Set(
  ["lost", "duplicate", "corrupt", "reset", "refuse", "crash", "restart", "pause", "spurious"],
);

/** Adds what happened in a run: faults by their kinds, and what the swarm drew besides. */
function countFaults(counts: Counts, sim: Simulation, drawn: string): void {
  const add = (kind: string) => counts[kind] = (counts[kind] ?? 0) + 1;
  for (const { kind } of sim.trace) if (FAULTS.has(kind)) add(kind);
  for (const _ of drawn.matchAll(/^fault: partition/gm)) add("partition");
  for (const _ of drawn.matchAll(/^clock: /gm)) add("drifting clock");
  if (/^links: .*reordering/m.test(drawn)) add("world that reorders");
  if (/^links: .*latency/m.test(drawn)) add("world with odd latencies");
}

/** Runs some seeds; returns what happened. */
async function check(first: number, last: number): Promise<Counts> {
  const counts: Counts = { seeds: 0, runs: 0, events: 0, differences: 0, failures: 0 };
  const add = (what: string, count: number) => counts[what] = (counts[what] ?? 0) + count;
  for (let seed = first; seed < last; seed++) {
    let runs = 0;
    let completed = 0;
    const program = async (sim: Simulation) => {
      const isFirst = runs++ === 0;
      const result = await gossip(sim);
      if (isFirst) countFaults(counts, sim, result.drawn);
      completed++;
      return result;
    };
    try {
      const events = await checkDeterminism(program, {
        options: () => ({ seed, strategy: random(seed) }),
      });
      add("events", events);
    } catch (error) {
      if (!(error instanceof DivergenceError)) throw error;
      console.error(`seed ${seed}: ${error.message}`);
      add("differences", 1);
    }
    if (completed < runs) console.error(`seed ${seed}: the program failed`);
    add("failures", runs - completed);
    add("runs", runs);
    add("seeds", 1);
  }
  return counts;
}

/** A number made of the traces of some seeds. */
async function hashOf(seeds: number): Promise<number> {
  let hash = 0;
  for (let seed = 0; seed < seeds; seed++) {
    const sim = new Simulation({ seed, strategy: random(seed) });
    const result = await sim.run(() => gossip(sim));
    const text = `${sim.trace}\n${JSON.stringify(result)}`;
    for (let i = 0; i < text.length; i++) {
      hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
    }
  }
  return hash;
}

/** What this program prints in another process. */
async function runApart(args: readonly string[], v8Flags: readonly string[] = []): Promise<string> {
  const { stdout, success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", ...v8Flags, import.meta.filename as string, ...args],
    stderr: "inherit",
  }).output();
  if (!success) throw new Error(`Cannot run ${args.join(" ")}`);
  return new TextDecoder().decode(stdout);
}

/** Runs all seeds in several processes; returns whether all is well. */
async function checkApart(seeds: number): Promise<boolean> {
  const begin = performance.now();
  const bounds = Array.from({ length: JOBS + 1 }, (_, i) => Math.floor(seeds * i / JOBS));
  const texts = await Promise.all(
    bounds.slice(1).map((last, i) => runApart(["slice", `${bounds[i]}`, `${last}`])),
  );
  const all: Counts = {};
  for (const text of texts) {
    for (const [what, count] of Object.entries(JSON.parse(text) as Counts)) {
      all[what] = (all[what] ?? 0) + count;
    }
  }
  for (const [what, count] of Object.entries(all)) {
    console.log(`  ${what.padEnd(26)} ${count.toLocaleString("en").padStart(12)}`);
  }
  const seconds = ((performance.now() - begin) / 1000).toFixed(0);
  const { runs = 0, events = 0, differences = 0, failures = 0 } = all;
  console.log(
    `${seeds} seeds, ${runs} runs, ${events} events, ${differences} differences, ` +
      `${failures} failures (${seconds} s)`,
  );
  return runs === RUNS_PER_SEED * seeds && differences + failures === 0;
}

const [mode = "10000", first, last] = Deno.args;
if (mode === "hash") {
  console.log(await hashOf(SHARED));
} else if (mode === "slice") {
  console.log(JSON.stringify(await check(Number(first), Number(last))));
} else {
  let isWell = await checkApart(Number(mode));
  const own = await runApart(["hash"]);
  for (const seed of V8_SEEDS) {
    const flags = [`--v8-flags=--random-seed=${seed},--hash-seed=${seed}`];
    const isEqual = await runApart(["hash"], flags) === own;
    console.log(
      `V8's random seed ${seed}: ${isEqual ? "equal" : "DIFFERENT"} traces of ${SHARED} seeds`,
    );
    isWell &&= isEqual;
  }
  if (!isWell) Deno.exit(1);
}
