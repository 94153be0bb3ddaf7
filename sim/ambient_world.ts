/**
 * How a simulation answers for the globals of the process.
 *
 * @module
 */

import type { RandomSource } from "../poller/mod.ts";
import type { Ambient, AmbientTimer } from "./deno_ambient.ts";
import { FencedError, type SimulationPlace } from "./errors.ts";
import type { Failures } from "./failures.ts";
import type { SimHost } from "./host.ts";
import type { Scheduler } from "./scheduler.ts";
import { SeededRandom, splitSeed } from "./seed.ts";
import { captureStack } from "./stack.ts";
import type { Trace } from "./trace.ts";
import { addSecondsUp, type VirtualTime } from "./virtual_time.ts";

/** The wall clock at the begin of a run unless told otherwise: 2020-01-01, in seconds since 1970. */
export const WALL_SECONDS = 1_577_836_800;

/** What the answers are made of. */
export interface AmbientParts {
  readonly time: VirtualTime;
  readonly trace: Trace;
  readonly scheduler: Scheduler;
  readonly failures: Failures;
  /** Where the run is. */
  readonly place: () => SimulationPlace;
  readonly seed: bigint;
  /** Whether to keep the stacks in which timers are made. */
  readonly keepsOrigins: boolean;
  /** The wall clock at the begin, in seconds since 1970. */
  readonly wallClock: number | undefined;
  /** The fenced globals that may be used. */
  readonly allow: readonly string[];
}

/** A timer that waits, and where it was made. */
export interface WaitingTimer {
  /** The name of the host that made it; empty for the world. */
  readonly host: string;
  /** What it is called. */
  readonly label: string;
  /** When it is due, in seconds. */
  readonly at: number;
  /** Where it was made: a stack, if stacks are kept. */
  readonly origin: string | undefined;
}

/** The answers of one simulation. */
export class AmbientWorld implements Ambient {
  /** The wall clock at the begin, in milliseconds since 1970. */
  readonly originMilliseconds: number;
  /** The timers that wait, by their numbers. */
  readonly timers: Map<number, { close(): unknown }> = new Map();
  readonly #parts: AmbientParts;
  readonly #random = new Map<string, SeededRandom>();
  readonly #waiting = new Map<WaitingTimer, SimHost | null>();
  #lastTimerId = 0;

  /** Made by the simulation. */
  constructor(parts: AmbientParts) {
    this.#parts = parts;
    this.originMilliseconds = (parts.wallClock ?? WALL_SECONDS) * 1000;
  }

  /** What waits, in the order in which it was made. */
  get waiting(): Iterable<WaitingTimer> {
    return [...this.#waiting].filter(([, host]) => host?.program !== "ended").map(([one]) => one);
  }

  /** The wall clock of the host whose turn it is. */
  wallMilliseconds(): number {
    const { scheduler, time } = this.#parts;
    const seconds = scheduler.current?.clock.wall() ?? time.read();
    return Math.floor(this.originMilliseconds + seconds * 1000);
  }

  /** The monotonic clock of the host whose turn it is. */
  monotonicMilliseconds(): number {
    const { scheduler, time } = this.#parts;
    return (scheduler.current?.clock.now() ?? time.read()) * 1000;
  }

  /** The stream of the host whose turn it is. */
  random(): RandomSource {
    const { scheduler, seed } = this.#parts;
    const label = `globals/${scheduler.current?.name ?? ""}`;
    let stream = this.#random.get(label);
    if (stream === undefined) {
      stream = new SeededRandom(splitSeed(seed, label));
      this.#random.set(label, stream);
    }
    return stream;
  }

  /** Returns a number that no other timer has. */
  nextTimerId(): number {
    return ++this.#lastTimerId;
  }

  /** Has a function called by the host whose turn it is, in a turn of its own. */
  schedule(seconds: number, label: string, fn: () => void): AmbientTimer {
    const { time, scheduler, trace, failures, keepsOrigins } = this.#parts;
    const host = scheduler.current;
    const name = host?.name ?? "";
    const local = host === null ? seconds : host.clock.worldSeconds(seconds);
    const at = addSecondsUp(time.now, local);
    const origin = keepsOrigins ? captureStack() : undefined;
    const waiting = { host: name, label, at, origin };
    this.#waiting.set(waiting, host);
    const turn = () => {
      scheduler.current = host;
      trace.record(time.now, time.cause, name, "timer", label, "");
      try {
        fn();
      } catch (error) {
        failures.fail("callback", `Exception in ${label}`, error);
      }
    };
    const timer = time.scheduleTurn(at, () => {
      this.#waiting.delete(waiting);
      if (host === null) turn();
      else host.whenRunning(turn);
    }, host?.lane);
    return {
      cancel: () => {
        this.#waiting.delete(waiting);
        time.cancel(timer);
      },
    };
  }

  /** Whether a fenced global may be used all the same. */
  allows(name: string): boolean {
    return this.#parts.allow.includes(name);
  }

  /** Takes note that a fenced global was used; returns the error to throw. */
  fenced(name: string, instead: string): Error {
    const { time, trace } = this.#parts;
    const place = this.#parts.place();
    trace.record(time.now, time.cause, place.host ?? "", "fence", name, "");
    return new FencedError(name, instead, place);
  }
}
