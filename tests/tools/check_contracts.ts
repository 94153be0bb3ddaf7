/**
 * Runs the contract suites of loops, reactors, streams and transports in worlds whose schedules are drawn
 * and that surprise: wake-ups for no reason, late ones, batches and connections in any order, parts of
 * reads and writes. Loops and reactors at the bottom of towers get every seed, towers and the other
 * suites one in ten, those that move much one in a hundred. The seeds are shared by workers.
 *
 * Usage: `deno task check:contracts [seeds]`
 *
 * @module
 */

import { PollIOLoop } from "../../ioloop/mod.ts";
import { PollReactor } from "../../reactor/mod.ts";
import { random, type Surprise } from "../../sim/mod.ts";
import { ioLoopContract } from "../contract/io_loop_contract.ts";
import { ioStreamContract } from "../contract/io_stream_contract.ts";
import { protocolsContract } from "../contract/protocols_contract.ts";
import { reactorContract } from "../contract/reactor_contract.ts";
import { simWorld } from "../contract/sim_world.ts";
import { tcpClientContract } from "../contract/tcp_client_contract.ts";
import { tcpContract } from "../contract/tcp_contract.ts";
import { tcpServerContract } from "../contract/tcp_server_contract.ts";
import { udpContract } from "../contract/udp_contract.ts";
import type { TestFunction, World } from "../contract/world.ts";
import { LOOPS } from "../ioloop/loops.ts";
import { REACTORS } from "../reactor/reactors.ts";

/** Towers, and suites other than the loops' own, get one seed in so many. */
const SHARE = 10;

/** Suites that move much get one in so many. */
const SHARE_SLOW = 100;

/** The name by which this module knows that it is a worker. */
const WORKER = "seeds";

const SURPRISES: readonly Surprise[] = ["accept", "spurious", "late"];

/** Cases whose very subject is that a surprise does not happen, by a part of their names. */
const EXCEPTIONS: Readonly<Record<"spurious" | "late", readonly string[]>> = {
  // What the first report brings, or that there is no other.
  spurious: [
    "IOLoop.addHandler() brings READ at the end of the stream",
    "FDSET-01 IReactorFDSet.addReader() reads when bytes come",
    "FDSET-05, TW-07 IReactorFDSet.removeWriter() ends writing",
    "FDSET-10 IReactorFDSet delivers nothing of a later handle to a closed one",
    "IReactorFDSet does not write when doRead removed the writer",
    "IReactorFDSet serves a reader and a writer that share a handle",
    "IEventDescriptor.handleEvents() gets both directions in one call",
    "TW-06 IReactorFDSet lets a writer and a reader talk",
  ],
  // That something comes within 5 ms.
  late: [
    "IOLoop.setBlockingLogThreshold() reports what took longer",
    "IOLoop.runSync() leaves no timeout behind",
  ],
};

type Case = readonly [suite: string, name: string, run: () => void | Promise<void>];

/** What came of the cases of a suite. */
type Counts = Record<string, number>;

/** What a worker tells. */
interface Told {
  readonly counts: Counts;
  readonly failures: readonly string[];
}

/** A world for a seed. */
function worldOf(seed: number, surprises: readonly Surprise[]): World {
  const options = () => ({ seed, strategy: random(seed), traceMax: 0, surprises });
  return { ...simWorld(options), name: `seed ${seed}` };
}

/** The cases of all suites for a seed, in a world that surprises in some ways. */
function allCases(seed: number, surprises: readonly Surprise[]): Case[] {
  const cases: Case[] = [];
  const world = worldOf(seed, surprises);
  const register = (suite: string): { test: TestFunction; world: World } => ({
    test: (name, run) => void cases.push([suite, name, run]),
    world,
  });
  const isShared = seed % SHARE === 0;
  const isSlow = seed % SHARE_SLOW === 0;
  for (const { name, makeLoop } of LOOPS) {
    const isBottom = name === PollIOLoop.name;
    if (isShared || isBottom) ioLoopContract({ ...register("loops"), name, makeLoop });
    if (!isShared || !isBottom) continue;
    const kind = { name, makeLoop, isUnsteady: true };
    if (isSlow) ioStreamContract({ ...register("streams"), ...kind });
    tcpClientContract({ ...register("TCP clients"), ...kind });
    tcpServerContract({ ...register("TCP servers"), ...kind });
  }
  for (const { label, make } of REACTORS) {
    const isBottom = label === PollReactor.name;
    if (isShared || isBottom) reactorContract({ ...register("reactors"), label, make });
    if (!isShared || !isBottom) continue;
    if (isSlow) tcpContract({ ...register("TCP transports"), label, make });
    udpContract({ ...register("UDP transports"), label, make });
    protocolsContract({ ...register("protocols"), label, make });
  }
  return cases;
}

/** The cases for a seed, each with all surprises but those that it is about. */
function casesOf(seed: number): Case[] {
  const all = allCases(seed, SURPRISES);
  const without = (surprise: "spurious" | "late") =>
    allCases(seed, SURPRISES.filter((one) => one !== surprise));
  const calm = { spurious: without("spurious"), late: without("late") };
  return all.map((one, i) => {
    for (const surprise of ["spurious", "late"] as const) {
      const isExcepted = EXCEPTIONS[surprise].some((part) => one[1].includes(part));
      if (isExcepted) return calm[surprise][i] as Case;
    }
    return one;
  });
}

/** Runs every so manieth seed. */
async function runSeeds(first: number, seeds: number, step: number): Promise<Told> {
  const counts: Counts = {};
  const failures: string[] = [];
  for (let seed = first; seed < seeds && failures.length < 10; seed += step) {
    for (const [suite, name, run] of casesOf(seed)) {
      try {
        await run();
        counts[suite] = (counts[suite] ?? 0) + 1;
      } catch (error) {
        failures.push(`${name}: ${error instanceof Error ? error.message : error}`);
      }
    }
  }
  return { counts, failures };
}

/** Has a worker run every so manieth seed. */
function runApart(first: number, seeds: number, step: number): Promise<Told> {
  const worker = new Worker(import.meta.url, { type: "module", name: WORKER });
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => {
      worker.terminate();
      resolve(data as Told);
    };
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage([first, seeds, step]);
  });
}

async function main(seeds: number): Promise<void> {
  const jobs = Math.min(4, navigator.hardwareConcurrency);
  const told = await Promise.all(
    Array.from({ length: jobs }, (_, first) => runApart(first, seeds, jobs)),
  );
  const counts: Counts = {};
  for (const one of told) {
    for (const [suite, count] of Object.entries(one.counts)) {
      counts[suite] = (counts[suite] ?? 0) + count;
    }
  }
  const failures = told.flatMap((one) => one.failures);
  for (const failure of failures) console.log(failure);
  for (const [suite, count] of Object.entries(counts)) {
    console.log(`  ${suite.padEnd(16)} ${count.toLocaleString("en").padStart(10)} cases passed`);
  }
  const passed = Object.values(counts).reduce((sum, count) => sum + count, 0);
  console.log(`${passed} cases passed under ${seeds} seeds, ${failures.length} failed`);
  if (passed === 0 || failures.length > 0) Deno.exit(1);
}

/** What a worker has of the globals. */
const scope = globalThis as unknown as {
  readonly name?: string;
  onmessage: ((event: MessageEvent<[number, number, number]>) => void) | null;
  postMessage(told: Told): void;
};

if (scope.name === WORKER) {
  scope.onmessage = async ({ data }) => scope.postMessage(await runSeeds(...data));
} else {
  await main(Number(Deno.args[0] ?? 1000));
}
