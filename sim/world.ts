/**
 * What the parts of a simulated world need of the whole.
 *
 * @module
 */

import type { Conditions } from "./network/conditions.ts";
import type { SimHost } from "./host/host.ts";
import type { Surprises } from "./simulation_options.ts";
import type { ChoiceCandidate } from "./strategy.ts";
import type { Trace } from "./trace.ts";
import type { VirtualTime } from "./virtual_time.ts";

/** Sizes and delays of the simulated network. */
export interface LinkOptions {
  /** How long a segment takes from one host to another, in seconds. */
  readonly latency: number;
  /** How long a segment takes on one host, in seconds. */
  readonly localLatency: number;
  /** How many bytes a stream takes before the network has room for them. */
  readonly sendBuffer: number;
  /** How many bytes wait at a stream to be received, or are on their way there. */
  readonly receiveBuffer: number;
  /** How many datagrams wait at a socket; what arrives beyond is dropped. */
  readonly datagramQueue: number;
  /**
   * For how long the end of a connection that closed first keeps its port, in seconds: nobody can
   * listen on it or connect from it. Systems have 60 or 120, but let servers listen all the same.
   */
  readonly timeWait: number;
}

/** What links need of the world. */
export interface LinkWorld {
  /** Time, and what will happen. */
  readonly time: VirtualTime;
  /** Sizes and delays. */
  readonly link: LinkOptions;
  /** What decides the randomness of the hosts, and of the links. */
  readonly seed: bigint;
  /**
   * Answers a decision: 0 to `bound - 1`; always 0 if there is nothing to decide. `candidate` says
   * what an answer picks, if it is more than a number; of a fault every answer but 0 is one.
   */
  choose(
    label: string,
    bound: number,
    candidate?: (answer: number) => ChoiceCandidate | null,
    isFault?: boolean,
  ): number;
  /** Answers a decision about a time, in seconds: one of those given, of `subject` if that is not empty. */
  chooseTime(label: string, times: readonly number[], subject?: string): number;
}

/** The world, as its parts see it. Implemented by the simulation. */
export interface World extends LinkWorld {
  /** What happened. */
  readonly trace: Trace;
  /** What wall clocks that are right show at time 0, in seconds since 1970. */
  readonly wallClock: number;
  /** What systems may do and seldom do; `null` if they do not. */
  surprises: Surprises | null;
  /** What is wrong with the network just now. */
  readonly conditions: Conditions;
  /** Whether to keep the stacks in which handles are made. */
  readonly keepsOrigins: boolean;
  /** The hosts, by name. */
  readonly hosts: ReadonlyMap<string, SimHost>;
  /** Adds a further process on the machine of a host. */
  addProcess(process: SimHost): void;
  /** Says that the turn under way is one of a host. */
  enter(host: SimHost): void;
  /** Puts a host at the end of those that can make a pass. */
  enqueue(host: SimHost): void;
  /** Called after the clock of a machine was put wrong, so that what waits for a time of it has to look again. */
  clockChanged(main: SimHost): void;
  /** Called after the conditions of the network, or the life of a host, have changed. */
  faultsChanged(): void;
  /** Takes note of an error that was reported to a host. */
  noteReport(host: SimHost, message: string, error: unknown): void;
}

/** How long a segment takes from one host to another, in seconds. */
export function latencyBetween(world: World, from: SimHost, to: SimHost): number {
  return from.main === to.main ? world.link.localLatency : world.link.latency;
}
