/**
 * Runs scenarios on the machine and in simulations, and collects what is seen.
 *
 * @module
 */

import { DenoPlatform, type Platform } from "../../poller/mod.ts";
import { random, Simulation, type SimulationOptions } from "../../sim/mod.ts";
import { installScripts } from "../contract/child_scripts.ts";
import { type Ground, Lab } from "./lab.ts";
import type { Scenario } from "./scenario.ts";

/** How often a scenario runs on the machine, at most, and for how many milliseconds it begins anew. */
const REAL_RUNS = 5;
const REAL_BUDGET = 500;

/** How many seeds a simulation runs with, besides the run in which nothing surprises. */
const SEEDS = 60;

/** What may surprise: in every second run not what has passes end for no reason, which hides much. */
const ODD_SURPRISES = ["end", "loopback", "tls"] as const;
const SURPRISES = ["accept", "late", "spurious", ...ODD_SURPRISES] as const;

/** After how many milliseconds a scenario on the machine counts as one that never ends. */
const GIVE_UP_AFTER = 30_000;

/** A time at which the certificates for tests are good. */
const WALL_CLOCK = Date.parse("2026-12-01T00:00:00Z") / 1000;

/** What is seen on the machine. */
export async function realOutcomes(scenario: Scenario): Promise<Set<string>> {
  const outcomes = new Set<string>();
  const begin = performance.now();
  for (let i = 0; i < REAL_RUNS && (i === 0 || performance.now() - begin < REAL_BUDGET); i++) {
    outcomes.add(await runReally(scenario));
  }
  return outcomes;
}

/** What is seen in simulations; first what is seen when nothing surprises. */
export async function simOutcomes(scenario: Scenario): Promise<Set<string>> {
  const outcomes = new Set([await runSimulated(scenario, { seed: 0 })]);
  for (let seed = 1; seed <= SEEDS; seed++) {
    const surprises = seed % 2 === 0 ? SURPRISES : ODD_SURPRISES;
    const strategy = random(seed);
    // Ports that stay in use after a connection, as they do on every system, are an option.
    const timeWait = seed % 4 === 3 ? 60 : 0;
    outcomes.add(await runSimulated(scenario, { seed, strategy, surprises, timeWait }));
  }
  return outcomes;
}

async function runReally(scenario: Scenario): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "twinloop_" });
  const platform = new DenoPlatform({ report() {} });
  const lab = new Lab(platform, { folder, leaveSocketFile: leaveReally });
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`${scenario.name}: never ends`)), GIVE_UP_AFTER);
  try {
    return await Promise.race([scenario.run(lab), promise]);
  } finally {
    clearTimeout(timer);
    platform.poller.close();
    for (const handle of [...platform.network.handles.values()]) handle.abort();
    await Deno.remove(folder, { recursive: true });
  }
}

/** Deno removes the file when a socket is closed: another name of it stays. */
async function leaveReally(path: string): Promise<void> {
  const other = `${path}.other`;
  const listener = Deno.listen({ transport: "unix", path: other });
  await Deno.link(other, path);
  listener.close();
}

async function runSimulated(scenario: Scenario, options: SimulationOptions): Promise<string> {
  const sim = new Simulation({ ...options, wallClock: WALL_CLOCK, traceMax: 0, fences: false });
  const ground: Ground = {
    folder: "/run",
    leaveSocketFile(path) {
      sim.host("host").network.listen({ transport: "unix", path });
      sim.hosts.crash("host");
      sim.hosts.restart("host");
      return Promise.resolve();
    },
  };
  // The one that stands in the place of a host that crashed.
  const platform = platformOf(() => sim.host("host"));
  try {
    return await sim.run(() => scenario.run(new Lab(platform, ground)));
  } catch (error) {
    throw new Error(`${scenario.name}: in the simulation, seed ${sim.seed}: ${error}`, {
      cause: error,
    });
  }
}

/** A platform that is always the host of now. */
function platformOf(host: () => Platform): Platform {
  installScripts(host());
  return {
    get clock() {
      return host().clock;
    },
    get poller() {
      return host().poller;
    },
    get network() {
      return host().network;
    },
    get random() {
      return host().random;
    },
    get signals() {
      return host().signals;
    },
    get processes() {
      return host().processes;
    },
    get workers() {
      return host().workers;
    },
    get report() {
      return host().report;
    },
  };
}
