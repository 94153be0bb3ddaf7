/**
 * How a simulated world is made, and what its hosts offer to tests.
 *
 * @module
 */

import type { Platform } from "../poller/mod.ts";
import type { DrainMode } from "./driver/deno_drain.ts";
import type { Distribution } from "./distribution.ts";
import type { HostClock } from "./host/host_clock.ts";
import type { Seed } from "./seed.ts";
import type { Sightings } from "./sightings.ts";
import type { SimProcesses } from "./host/sim_process.ts";
import type { Strategy } from "./strategy.ts";
import type { LinkOptions } from "./world.ts";

/** How a world is made. */
export interface SimulationOptions extends Partial<LinkOptions> {
  /**
   * What decides the randomness of the hosts.
   *
   * @default {0}
   */
  readonly seed?: Seed;
  /**
   * What answers the decisions.
   *
   * @default {fifo()}
   */
  readonly strategy?: Strategy;
  /**
   * How many entries the trace keeps; 0 keeps none, which is faster.
   *
   * @default {10000}
   */
  readonly traceMax?: number;
  /**
   * After how many turns a run that has not ended fails.
   *
   * @default {10000000}
   */
  readonly turnsMax?: number;
  /**
   * After how many turns at one time a run fails. Time moves when nobody can go on: a program that asks again and
   * again, `callLater(0)` after `callLater(0)`, waits in vain for what takes time.
   *
   * @default {1000000}
   */
  readonly instantTurnsMax?: number;
  /**
   * How long a turn takes, in virtual seconds: a number, or a distribution that each turn draws from. With it,
   * code that is busy without waiting has time move: a chain of callbacks, a loop that looks at the clock once a
   * pass. What falls due while a turn takes its time is late.
   *
   * @default {0}
   */
  readonly turnCost?: number | Distribution;
  /**
   * How many faults the strategy may choose in a run: losses and the like with the rate `"choose"`,
   * and what {@linkcode Simulation.faultPoint} offers.
   *
   * @default {Infinity}
   */
  readonly faultBudget?: number;
  /**
   * What systems may do and seldom do: the strategy decides each time, and its answer 0 is that
   * nothing happens. See {@linkcode Surprise}.
   *
   * @default {[]}
   */
  readonly surprises?: readonly Surprise[];
  /**
   * How microtasks are run to the end after each turn: by the engine's checkpoint, which is not a
   * public interface, or by one macrotask a turn. Both give the same run.
   *
   * @default {"checkpoint" where it works, else "macrotask"}
   */
  readonly drain?: DrainMode;
  /**
   * After how many seconds of real time a turn that has not ended is broken off, about: a callback that loops for
   * ever, or promises that follow each other without an end. The run fails then. Give more if you stop at
   * breakpoints; `Infinity` waits. With the drain `"macrotask"` promises are not watched, and each turn costs some
   * 20 µs more.
   *
   * @default {10; Infinity with the drain "macrotask"}
   */
  readonly watchdog?: number;
  /**
   * Whether the failure of a turn that does not end names the line where it was. Needs the permission
   * `--allow-sys=inspector`; runs begin some 5 ms later.
   *
   * @default {false}
   */
  readonly stuckLine?: boolean;
  /**
   * Whether the globals of {@linkcode Simulation.patched} are simulated or fenced in runs. Without
   * it a run begins some 0.1 ms sooner, and nobody notices a program that looks at the real time.
   *
   * @default {true}
   */
  readonly fences?: boolean;
  /**
   * Fenced globals that the program may use all the same, by the names of
   * {@linkcode Simulation.patched}: `Deno.writeTextFileSync`.
   *
   * @default {[]}
   */
  readonly allow?: readonly string[];
  /**
   * What `Date.now()` is at time 0, in seconds since 1970. TLS judges certificates by it, and by how far
   * the host's wall clock is wrong: most are not valid yet at the default.
   *
   * @default {1577836800}, the begin of 2020
   */
  readonly wallClock?: number;
  /**
   * Whether a run fails if handles, registrations, polls, listeners for signals, timers or sleeps are left
   * at its end, or Deferreds that somebody waits for and that did not fire; the failure tells where they were made. Keeping the stacks makes runs slower.
   *
   * @default {false}
   */
  readonly leakCheck?: boolean;
  /**
   * Whether the trace keeps what caused each event, see {@linkcode Trace.parentOf}.
   *
   * @default {false}
   */
  readonly traceParents?: boolean;
  /**
   * Counts what {@linkcode Simulation.sometimes} sees, over the simulations that share it.
   *
   * @default {one of its own}
   */
  readonly sightings?: Sightings;
}

/** What systems may do and seldom do. */
export type Surprise =
  /** Connections are accepted in another order than they were made. */
  | "accept"
  /** A poll ends for no reason, or reports a handle that is not ready. */
  | "spurious"
  /** A poll ends 1 ms or 50 ms after its time-out: a busy machine, a collection of garbage. */
  | "late"
  /**
   * A host is connected to itself before `connect()` has returned, though the program hears of it
   * later, as on Linux: what the listener does meanwhile comes too late.
   */
  | "loopback"
  /**
   * Connections that are given up end in the other way: an aborted one without a reset, as Deno's own sockets
   * do; a UNIX stream that is closed with bytes unread without an error for its peer.
   */
  | "end"
  /**
   * A side of TLS that refuses the other's certificate finishes the handshake first, as `node:tls` does; a
   * server that has no version in common with its client closes without a word.
   */
  | "tls";

/** Which surprises there may be. */
export type Surprises = Readonly<Record<Surprise, boolean>>;

/** Returns which surprises there may be; `null` if none. */
export function surprisesOf({ surprises = [] }: SimulationOptions): Surprises | null {
  if (surprises.length === 0) return null;
  const has = (surprise: Surprise) => surprises.includes(surprise);
  return {
    accept: has("accept"),
    spurious: has("spurious"),
    late: has("late"),
    loopback: has("loopback"),
    end: has("end"),
    tls: has("tls"),
  };
}

/** What a process on a host offers its tests, besides being a platform. */
export interface SimulatedProcess extends Platform {
  /** The name: the host's, by which others reach it; of a further process on it, `host/process`. */
  readonly name: string;
  /**
   * The host's address, by which others reach it: 10.0.0.1 for the first. It has a link-local one, too,
   * on the interface that all hosts have: `fe80::a00:1%eth0`.
   */
  readonly address: string;
  /** The host's clocks, which tests may put wrong. */
  readonly clock: HostClock;
  /** Child processes, of programs that a test installs. */
  readonly processes: SimProcesses;
}

/** What a host offers its tests, besides being a platform. */
export interface SimulatedHost extends SimulatedProcess {
  /**
   * Returns a further process on the host's machine, and makes it if there is none: a platform of its own,
   * with its own loop, handles, limit of descriptors, threads, child processes, signals and
   * randomness. The machine's are the address, the clocks, the ports, the paths of UNIX sockets and their
   * files, multicast groups, and installed programs. Whoever connects to the machine reaches the process
   * that listens; crashes, pauses and restarts befall all of them, and the new host has none of its
   * own yet.
   *
   * Making one says that it shares no memory with the rest of the host, as processes do not. Turns of
   * two processes are then as those of two hosts: the strategy `dpor` swaps them, unless they meet at a
   * port or path, in the network, in a fault or in a {@linkcode Simulation.cell}. Whether that is so, an audit
   * tries. In traces and reports, and to {@linkcode Simulation.signal} and
   * {@linkcode Simulation.takeReports}, it is `host/process`.
   *
   * @example Two workers of one machine, who have nothing to do with each other but who ends first
   * ```ts
   * import { explore, type Simulation } from "@twinloop/twinloop/sim";
   * import { PollIOLoop } from "@twinloop/twinloop/ioloop";
   * import { assertEquals } from "@std/assert";
   *
   * function program(sim: Simulation) {
   *   const last = sim.cell("last", "");
   *   for (const name of ["anna", "bert"]) {
   *     const loop = new PollIOLoop(sim.host("server").process(name));
   *     const work = (steps: number): void => {
   *       if (steps > 0) return void loop.addCallback(() => work(steps - 1));
   *       last.value = name;
   *       loop.stop();
   *     };
   *     loop.addCallback(() => work(3));
   *     loop.start();
   *   }
   *   return () => last.value;
   * }
   * const { classes, outcomes } = await explore(program, { strategy: "dpor" });
   * assertEquals(classes, 2);
   * assertEquals(outcomes.map(({ outcome }) => outcome).sort(), ["anna", "bert"]);
   * ```
   *
   * @param name The process's name, among those on the host.
   * @returns The process: a platform to build loops on.
   * @throws {TypeError} If it would have to be made, and the host's program has ended, or a host is
   * called `host/process`.
   */
  process(name: string): SimulatedProcess;
}

/** The sizes are what Linux's buffers grow to in practice; the delays those of a local network, and of a loopback. */
const LINK_DEFAULTS: LinkOptions = {
  latency: 1e-3,
  localLatency: 5e-5,
  sendBuffer: 262_144,
  receiveBuffer: 262_144,
  datagramQueue: 128,
  timeWait: 0,
};

/**
 * Returns what the network is like.
 *
 * @throws {RangeError} If a delay is negative or not finite, or a size is not a whole number above 0.
 */
export function linkOf(options: SimulationOptions): LinkOptions {
  const delay = (name: "latency" | "localLatency" | "timeWait") => {
    const seconds = options[name] ?? LINK_DEFAULTS[name];
    if (seconds >= 0 && seconds < Infinity) return seconds;
    throw new RangeError(`Cannot make a network: ${name} ${seconds} is negative or not finite`);
  };
  const size = (name: "sendBuffer" | "receiveBuffer" | "datagramQueue") => {
    const count = options[name] ?? LINK_DEFAULTS[name];
    if (Number.isSafeInteger(count) && count > 0) return count;
    throw new RangeError(`Cannot make a network: ${name} ${count} is not a whole number above 0`);
  };
  return {
    latency: delay("latency"),
    localLatency: delay("localLatency"),
    sendBuffer: size("sendBuffer"),
    receiveBuffer: size("receiveBuffer"),
    datagramQueue: size("datagramQueue"),
    timeWait: delay("timeWait"),
  };
}
