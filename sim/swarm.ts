/**
 * Worlds that are bad in a way that the seed decides.
 *
 * @module
 */

import type { HostControl } from "./host/host_control.ts";
import type { NetworkControl } from "./network/network_control.ts";
import type { SimHost } from "./host/host.ts";
import { type SimulatedHost, surprisesOf } from "./simulation_options.ts";
import {
  drawSwarm,
  type SwarmConfiguration,
  type SwarmDrift,
  type SwarmFault,
  type SwarmScope,
} from "./swarm_draw.ts";
import type { World } from "./world.ts";

/** What {@linkcode Simulation.swarm} may draw. */
export interface SwarmOptions {
  /**
   * The hosts that something may befall.
   *
   * @default {every host that there is}
   */
  readonly hosts?: readonly string[];
  /**
   * Within how many seconds from now it begins.
   *
   * @default {60}
   */
  readonly seconds?: number;
  /**
   * How many times something befalls a host, at most: the fault budget.
   *
   * @default {5}
   */
  readonly faultsMax?: number;
  /** Starts the program on a host again that has crashed. Without it hosts do not crash. */
  readonly restart?: (host: SimulatedHost) => void;
}

/** What a swarm does something with. */
export interface SwarmWorld {
  readonly world: World;
  readonly hosts: ReadonlyMap<string, SimHost>;
  readonly network: NetworkControl;
  readonly control: HostControl;
}

/**
 * What {@linkcode Simulation.swarm} has drawn, and the guard: disposing of it ends all of it. The
 * network heals, hosts that are paused go on, and hosts that have crashed are started.
 */
export class Swarm implements Disposable {
  /** What was drawn. */
  readonly configuration: SwarmConfiguration;
  readonly #parts: SwarmWorld;
  readonly #restart: ((host: SimulatedHost) => void) | undefined;
  /** What ends the things that are under way. */
  readonly #ends = new Set<() => void>();
  #isOver = false;

  /** Made by `Simulation.swarm`. */
  constructor(parts: SwarmWorld, options: SwarmOptions) {
    this.#parts = parts;
    this.#restart = options.restart;
    const scope: SwarmScope = {
      hosts: options.hosts ??
        [...parts.hosts.values()].filter((host) => host.main === host).map(({ name }) => name),
      seconds: options.seconds ?? 60,
      faultsMax: options.faultsMax ?? 5,
      mayCrash: options.restart !== undefined,
    };
    this.configuration = drawSwarm(parts.world.seed, scope);
    this.#begin();
  }

  /** Writes what was drawn, for reports: a line for the links, one for the systems, one for each clock and fault. */
  toString(): string {
    const { settings, surprises, faults, drifts } = this.configuration;
    const links = Object.entries(settings).map(([name, value]) =>
      `${name} ${typeof value === "object" ? value.name : value}`
    );
    return [
      `links: ${links.join(", ") || "perfect"}`,
      `surprises: ${surprises.join(", ") || "none"}`,
      ...drifts.map(({ host, perSecond }) =>
        `clock: ${host} drifts by ${perSecond.toExponential(1)}`
      ),
      ...faults.map(({ kind, host, after, seconds }) =>
        `fault: ${kind} of ${host} after ${after.toFixed(3)} s for ${seconds.toFixed(3)} s`
      ),
    ].join("\n");
  }

  /** Ends everything. */
  [Symbol.dispose](): void {
    this.#isOver = true;
    for (const end of [...this.#ends]) this.#end(end);
  }

  #begin(): void {
    const { world, network } = this.#parts;
    const { settings, surprises, faults } = this.configuration;
    if (Object.keys(settings).length > 0) {
      const shape = network.shape({}, settings);
      this.#ends.add(() => shape[Symbol.dispose]());
    }
    this.#drift();
    const before = world.surprises;
    world.surprises = surprisesOf({ surprises });
    this.#ends.add(() => world.surprises = before);
    for (const fault of faults) {
      world.time.scheduleTurn(world.time.now + fault.after, () => this.#befall(fault));
    }
  }

  /** Puts the clocks wrong. */
  #drift(): void {
    const { drifts } = this.configuration;
    for (const drift of drifts) this.#driftOne(drift);
    if (drifts.length > 0) {
      this.#ends.add(() => {
        for (const { host } of drifts) this.#driftOne({ host, perSecond: 0 });
      });
    }
  }

  #driftOne({ host, perSecond }: SwarmDrift): void {
    this.#parts.hosts.get(host)?.clock.drift(perSecond);
  }

  #befall(fault: SwarmFault): void {
    if (this.#isOver) return;
    const end = this.#start(fault);
    if (end === null) return;
    this.#ends.add(end);
    const { time } = this.#parts.world;
    time.scheduleTurn(time.now + fault.seconds, () => this.#end(end));
  }

  /** Has something befall a host; returns what ends it, or `null` if the host is not in a state for it. */
  #start({ kind, host: name }: SwarmFault): (() => void) | null {
    const { hosts, network, control } = this.#parts;
    if (kind === "partition") {
      const guard = network.partition(name);
      return () => guard[Symbol.dispose]();
    }
    if (hosts.get(name)?.program !== "running") return null;
    if (kind === "pause") {
      const guard = control.pause(name);
      return () => guard[Symbol.dispose]();
    }
    control.crash(name, kind === "crash" ? "silent" : "resets");
    return () => {
      // Somebody else may have started it again.
      if (hosts.get(name)?.program !== "ended") return;
      const host = control.restart(name);
      // The new program runs on the same machine.
      const drift = this.configuration.drifts.find((one) => one.host === name);
      if (drift !== undefined && !this.#isOver) this.#driftOne(drift);
      this.#restart?.(host);
    };
  }

  #end(end: () => void): void {
    if (this.#ends.delete(end)) end();
  }
}
