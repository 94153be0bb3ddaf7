/**
 * How a simulation answers for the globals of the process.
 *
 * @module
 */

import type { RandomSource, Timer } from "../../poller/mod.ts";
import { captureStack } from "../../poller/stack.ts";
import type { Ambient, AmbientTask, AmbientTimer } from "./deno_ambient.ts";
import { FencedError, type SimulationPlace } from "../errors.ts";
import type { Failures } from "../driver/failures.ts";
import type { SimHost } from "../host/host.ts";
import type { Scheduler } from "../scheduler.ts";
import { SeededRandom, splitSeed } from "../seed.ts";
import type { Trace } from "../trace.ts";
import { addSecondsUp, type VirtualTime } from "../virtual_time.ts";

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
  readonly #parts: AmbientParts;
  // Made when they are first asked for: most runs use none of them.
  #timers: Map<number, { close(): unknown }> | null = null;
  #random: Map<string, SeededRandom> | null = null;
  #waiting: Set<WaitingTurn> | null = null;
  #lastTimerId = 0;

  /** Made by the simulation. */
  constructor(parts: AmbientParts) {
    this.#parts = parts;
    this.originMilliseconds = (parts.wallClock ?? WALL_SECONDS) * 1000;
  }

  /** The timers that wait, by their numbers. */
  get timers(): Map<number, { close(): unknown }> {
    return this.#timers ??= new Map();
  }

  /** What waits, in the order in which it was made. */
  get waiting(): Iterable<WaitingTimer> {
    return [...this.#waiting ?? []].filter((turn) => turn.owner?.program !== "ended");
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
    const streams = this.#random ??= new Map();
    let stream = streams.get(label);
    if (stream === undefined) {
      stream = new SeededRandom(splitSeed(seed, label));
      streams.set(label, stream);
    }
    return stream;
  }

  /** Returns a number that no other timer has. */
  nextTimerId(): number {
    return ++this.#lastTimerId;
  }

  /** Has a task run by the host whose turn it is, in a turn of its own. */
  schedule(seconds: number, task: AmbientTask): AmbientTimer {
    const waiting = this.#waiting ??= new Set();
    const turn = new WaitingTurn(this.#parts, waiting, task, seconds);
    waiting.add(turn);
    return turn;
  }

  /** Has timers look again whose host's clock was put wrong: on all processes of a machine. */
  clockChanged(main: SimHost): void {
    for (const turn of this.#waiting ?? []) if (turn.owner?.main === main) turn.lookAgain();
  }

  /** Takes note of what a callback threw. */
  threw(label: string, error: unknown): void {
    this.#parts.failures.fail("callback", `Exception in ${label}`, error);
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

/** A turn that will come unless it is cancelled. */
class WaitingTurn implements WaitingTimer, AmbientTimer {
  /** Whose turn it will be; `null` for the world. */
  readonly owner: SimHost | null;
  /** When it is due, if the owner's clock goes on as it does. */
  at: number;
  readonly origin: string | undefined;
  /** When it is due by the owner's clock. */
  readonly #due: number;
  readonly #parts: AmbientParts;
  readonly #waiting: Set<WaitingTurn>;
  readonly #task: AmbientTask;
  #timer: Timer;

  constructor(
    parts: AmbientParts,
    waiting: Set<WaitingTurn>,
    task: AmbientTask,
    seconds: number,
  ) {
    const { time, scheduler: { current }, keepsOrigins } = parts;
    this.#parts = parts;
    this.#waiting = waiting;
    this.#task = task;
    this.owner = current;
    this.#due = (current?.clock.now() ?? time.now) + seconds;
    this.at = addSecondsUp(time.now, current?.clock.worldSeconds(seconds) ?? seconds);
    this.origin = keepsOrigins ? captureStack() : undefined;
    this.#timer = this.#schedule();
  }

  get host(): string {
    return this.owner?.name ?? "";
  }

  get label(): string {
    return this.#task.label;
  }

  /** Takes the turn back. */
  cancel(): void {
    this.#waiting.delete(this);
    this.#parts.time.cancel(this.#timer);
  }

  /** Comes earlier or later, as the owner's clock was put wrong. */
  lookAgain(): void {
    const { time } = this.#parts;
    const { clock } = this.owner as SimHost;
    time.cancel(this.#timer);
    const rest = Math.max(0, this.#due - clock.now());
    this.at = addSecondsUp(time.now, clock.worldSeconds(rest));
    this.#timer = this.#schedule();
  }

  #schedule(): Timer {
    return this.#parts.time.scheduleTurn(this.at, () => this.#come(), this.owner?.lane);
  }

  #come(): void {
    this.#waiting.delete(this);
    if (this.owner === null) this.#take();
    else this.owner.whenRunning(() => this.#take());
  }

  #take(): void {
    const { scheduler, time, trace, failures } = this.#parts;
    scheduler.current = this.owner;
    if (trace.enabled) trace.record(time.now, time.cause, this.host, "timer", this.label, "");
    try {
      this.#task.run();
    } catch (error) {
      failures.fail("callback", `Exception in ${this.label}`, error);
    }
  }
}
