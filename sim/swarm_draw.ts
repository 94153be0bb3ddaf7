/**
 * Configurations of a world that a seed decides.
 *
 * @module
 */

import { bimodal, type Distribution, exponential, logNormal, uniform } from "./distribution.ts";
import type { LinkSettings } from "./network/link_settings.ts";
import { SeededRandom, splitSeed } from "./seed.ts";
import type { Surprise } from "./simulation_options.ts";

/** Something that befalls a host. */
export interface SwarmFault {
  /** What: it is cut off, paused, or crashes and is started again. */
  readonly kind: "partition" | "pause" | "crash" | "crash with resets";
  /** The name of the host. */
  readonly host: string;
  /** After how many seconds it begins. */
  readonly after: number;
  /** How many seconds it lasts. */
  readonly seconds: number;
}

/** A clock that runs fast or slow. */
export interface SwarmDrift {
  /** The name of the host. */
  readonly host: string;
  /** What its clocks gain in a second, in seconds; negative if they lose. */
  readonly perSecond: number;
}

/** What was drawn. */
export interface SwarmConfiguration {
  /** What every link is like. */
  readonly settings: LinkSettings;
  /** What systems may do. */
  readonly surprises: readonly Surprise[];
  /** What befalls hosts, the earliest first. */
  readonly faults: readonly SwarmFault[];
  /** The clocks that are wrong: those of all hosts, or none. */
  readonly drifts: readonly SwarmDrift[];
}

/** What may be drawn. */
export interface SwarmScope {
  /** The hosts that something may befall. */
  readonly hosts: readonly string[];
  /** Within how many seconds it begins. */
  readonly seconds: number;
  /** How many times something befalls a host, at most. */
  readonly faultsMax: number;
  /** Whether hosts may crash. */
  readonly mayCrash: boolean;
}

const MTUS: readonly number[] = [576, 1280, 1500, 9000];

/**
 * Draws a configuration. Each feature is left out in half of the configurations, since features hide
 * each other's bugs; and each has a stream of its own, so that what is drawn for one does not
 * depend on the others.
 */
export function drawSwarm(seed: bigint, scope: SwarmScope): SwarmConfiguration {
  const stream = (label: string) => new SeededRandom(splitSeed(seed, `swarm/${label}`));
  const maybe = <T>(label: string, draw: (random: SeededRandom) => T): T | undefined => {
    const random = stream(label);
    return random.below(2) === 1 ? draw(random) : undefined;
  };
  const surprises = (["accept", "spurious", "late", "loopback", "end", "tls"] as const)
    .filter((surprise) => maybe(surprise, () => true));
  const faults = scope.hosts.length === 0 ? [] : maybe("faults", (random) => {
    const count = Math.min(scope.faultsMax, 1 + random.below(Math.max(1, scope.faultsMax)));
    return Array.from({ length: count }, () => drawFault(random, scope));
  }) ?? [];
  const drifts = maybe("drift", (random) => scope.hosts.map((host) => drawDrift(random, host)));
  return {
    settings: drawSettings(maybe),
    surprises,
    faults: faults.sort((a, b) => a.after - b.after),
    drifts: drifts ?? [],
  };
}

function drawSettings(
  maybe: <T>(label: string, draw: (random: SeededRandom) => T) => T | undefined,
): LinkSettings {
  const settings: { -readonly [K in keyof LinkSettings]: LinkSettings[K] } = {};
  const set = <K extends keyof LinkSettings>(
    name: K,
    draw: (random: SeededRandom) => NonNullable<LinkSettings[K]>,
  ): void => {
    const value = maybe(name, draw);
    if (value !== undefined) settings[name] = value;
  };
  set("latency", drawLatency);
  set("loss", (random) => between(random, 1e-3, 0.1));
  set("duplication", (random) => between(random, 1e-3, 0.1));
  set("reordering", (random) => between(random, 1e-3, 0.3));
  set("corruption", (random) => between(random, 1e-3, 0.1));
  set("resetRace", (random) => between(random, 0.1, 1));
  set("endRace", (random) => between(random, 0.1, 1));
  set("mtu", (random) => MTUS[random.below(MTUS.length)] as number);
  set("bandwidth", (random) => Math.round(between(random, 1e4, 1e8)));
  if (settings.bandwidth !== undefined) {
    set("queueLimit", (random) => Math.round(between(random, 16_384, 1_048_576)));
  }
  return settings;
}

function drawLatency(random: SeededRandom): Distribution {
  const seconds = between(random, 1e-4, 0.2);
  const kinds = [
    () => uniform(0, seconds),
    () => exponential(seconds),
    () => logNormal(seconds, 1),
    () => bimodal(seconds, seconds * 20, 0.05),
  ];
  return (kinds[random.below(kinds.length)] as () => Distribution)();
}

function drawFault(random: SeededRandom, { hosts, seconds, mayCrash }: SwarmScope): SwarmFault {
  const kinds = ["partition", "pause", "crash", "crash with resets"] as const;
  const kind = kinds[random.below(mayCrash ? kinds.length : 2)] as SwarmFault["kind"];
  const host = hosts[random.below(hosts.length)] as string;
  return {
    kind,
    host,
    after: random.next() * seconds,
    seconds: between(random, seconds / 1000, seconds / 4),
  };
}

/** Quartz is wrong by 1e-6 to 1e-4; what is worse shows more. */
function drawDrift(random: SeededRandom, host: string): SwarmDrift {
  const size = between(random, 1e-6, 1e-2);
  return { host, perSecond: random.below(2) === 1 ? size : -size };
}

/** Draws a number whose logarithm is uniform. */
function between(random: SeededRandom, least: number, most: number): number {
  return least * (most / least) ** random.next();
}
