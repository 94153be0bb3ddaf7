/**
 * A simulated world, and the driver that runs it.
 *
 * @module
 */

import { captureContext, emptyContext, type Platform, type SignalName } from "../poller/mod.ts";
import { type DrainMode, drive } from "./deno_drain.ts";
import { takeRejections } from "./deno_rejections.ts";
import { DeadlockError, SimulationError, type SimulationFailure } from "./errors.ts";
import { SimHost } from "./host.ts";
import { describeWaiting, findLeaks, type Leak } from "./inspect.ts";
import { addressOfHost } from "./routes.ts";
import { formatSeed, parseSeed, type Seed, splitSeed } from "./seed.ts";
import { fifo, type Strategy } from "./strategy.ts";
import { Trace } from "./trace.ts";
import { addSecondsUp, VirtualTime } from "./virtual_time.ts";
import type { LinkOptions, World } from "./world.ts";

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
   * How microtasks are run to the end after each turn: by the engine's checkpoint, which is not a
   * public interface, or by one macrotask a turn. Both give the same run.
   *
   * @default {"checkpoint" where it works, else "macrotask"}
   */
  readonly drain?: DrainMode;
}

/** What a host offers its tests, besides being a platform. */
export interface SimulatedHost extends Platform {
  /** The host's name, by which others reach it. */
  readonly name: string;
  /** The host's address, by which others reach it: 10.0.0.1 for the first. */
  readonly address: string;
}

/** An error that was reported to a host. */
export interface TakenReport {
  /** Where the error came from, as a phrase. */
  readonly message: string;
  /** What was thrown. */
  readonly error: unknown;
}

/**
 * Deadlines further away than this, in seconds, never come: some 30 years, beyond which a double
 * could not tell a microsecond any more.
 */
const HORIZON_SECONDS = 1e9;

/** The sizes are what Linux's buffers grow to in practice; the delays those of a local network, and of a loopback. */
const LINK_DEFAULTS: LinkOptions = {
  latency: 1e-3,
  localLatency: 5e-5,
  sendBuffer: 262_144,
  receiveBuffer: 262_144,
  datagramQueue: 128,
};

const TURNS_MAX = 10_000_000;

/** The main function of a run. */
interface Main {
  settled: boolean;
  /** What it returned. */
  value: unknown;
}

/** An invariant of the program under test. */
interface Invariant {
  readonly id: string;
  readonly holds: () => boolean | void;
}

/** An error that was reported and not taken. */
interface UntakenReport extends TakenReport {
  readonly host: SimHost;
  readonly failure: SimulationError;
}

/**
 * A world of hosts with a network between them, in virtual time.
 *
 * A run is a function of the program and of the strategy's answers. After every pass of a host's
 * loop the microtask queue runs empty before anything else happens. Nothing takes time but waiting:
 * when nobody can go on, time jumps to the next deadline.
 *
 * @example A day passes at once
 * ```ts
 * import { Simulation } from "@twinloop/twinloop/sim";
 * import { assertEquals } from "@std/assert";
 *
 * const sim = new Simulation({ seed: 1 });
 * const result = await sim.run(async () => {
 *   await sim.sleep(86_400);
 *   return sim.now;
 * });
 * assertEquals(result, 86_400);
 * ```
 */
export class Simulation {
  /** What happened so far. */
  readonly trace: Trace;
  /** The seed, as reports print it. */
  readonly seed: string;
  /** What answers the decisions. */
  readonly strategy: Strategy;
  readonly #options: SimulationOptions;
  readonly #seedBits: bigint;
  readonly #time = new VirtualTime();
  readonly #hosts = new Map<string, SimHost>();
  readonly #world: World;
  /** The hosts that can make a pass, in the order in which they became so. */
  readonly #runnable: SimHost[] = [];
  readonly #invariants: Invariant[] = [];
  #reports: UntakenReport[] = [];
  /** The host whose turn it is, or was last. */
  #current: SimHost | null = null;
  #turn = 0;
  #lastHandleId = 2;
  #running = false;
  /** The main function of the run under way; `null` if it has none. */
  #main: Main | null = null;
  /** Set when the run is over: what it ends with. */
  #failure: { readonly error: unknown } | null = null;
  #endlessSleeps = 0;

  /**
   * Makes a world without hosts, at time 0.
   *
   * @param options The seed, the strategy, and what the network is like.
   * @throws {RangeError} If the seed is not a whole number or hexadecimal text.
   */
  constructor(options: SimulationOptions = {}) {
    this.#options = options;
    this.#seedBits = parseSeed(options.seed ?? 0);
    this.seed = formatSeed(this.#seedBits);
    this.strategy = options.strategy ?? fifo();
    this.trace = new Trace(options.traceMax);
    this.#world = this.#makeWorld();
  }

  /** The virtual time, in seconds. */
  get now(): number {
    return this.#time.now;
  }

  /** How many turns were taken: passes of hosts, ends of sleeps, signals. */
  get turns(): number {
    return this.#turn;
  }

  /**
   * Returns the host with a name, and makes it if there is none.
   *
   * @param name The name by which others reach it.
   * @returns The host: a platform to build loops on.
   */
  host(name: string): SimulatedHost {
    return this.#host(name);
  }

  /**
   * Runs the world until `main` has settled or, without one, until nothing can happen any more.
   *
   * Loops that still run then stay as they are, see {@linkcode Simulation.leaks}; another call goes
   * on with them.
   *
   * @typeParam T What `main` returns.
   * @param main The test. It may await whatever the world settles: sleeps, loops, promises of
   * protocols; not the real world.
   * @returns What `main` returns or resolves to.
   * @throws {DeadlockError} If `main` waits and nothing can happen any more.
   * @throws {SimulationError} If an error that was reported to a host was not taken, a promise was
   * rejected without a handler, an invariant did not hold, or there were too many turns.
   * @throws {Error} What `main` throws.
   */
  async run<T = void>(main?: () => T | PromiseLike<T>): Promise<T> {
    if (this.#running) throw new TypeError("Cannot run a simulation: it is running");
    this.#running = true;
    this.#failure = null;
    const giveBack = takeRejections((reason) =>
      this.#fail("rejection", "Unhandled rejection", reason)
    );
    const started = main === undefined ? null : this.#startMain(main);
    this.#main = started;
    try {
      await emptyContext(() => drive(() => this.#step(), this.#options.drain));
    } finally {
      giveBack();
      this.#running = false;
      this.#main = null;
    }
    this.#throwFailure();
    return started?.value as T;
  }

  /**
   * Asks the strategy for a decision. Everything that could go one way or another in a run goes
   * through here; tests use it for decisions of their own.
   *
   * @param label What is decided.
   * @param bound How many answers there are.
   * @returns A whole number from 0 to `bound - 1`; 0 without asking if `bound` is 1.
   * @throws {RangeError} If `bound` is not a whole number of at least 1, or the strategy's answer is
   * out of bounds.
   */
  choose(label: string, bound: number): number {
    if (bound === 1) return 0;
    if (!Number.isInteger(bound) || bound < 1) {
      throw new RangeError(`Cannot choose ${label}: bound ${bound} is not a whole number above 0`);
    }
    const answer = this.strategy.choose(label, bound);
    if (!Number.isInteger(answer) || answer < 0 || answer >= bound) {
      throw new RangeError(`Cannot choose ${label}: answer ${answer} is not below ${bound}`);
    }
    if (answer !== 0) this.#record("choose", label, `${answer}/${bound}`);
    return answer;
  }

  /**
   * Waits for virtual time to pass.
   *
   * @param seconds How long; what is not positive means until the next turn.
   * @returns A promise that resolves then.
   * @throws {RangeError} If `seconds` is `NaN`.
   */
  sleep(seconds: number): Promise<void> {
    if (Number.isNaN(seconds)) throw new RangeError("Cannot sleep: seconds is NaN");
    const at = addSecondsUp(this.now, Math.max(0, seconds));
    if (at > HORIZON_SECONDS) this.#endlessSleeps++;
    return new Promise((resolve) => {
      this.#time.scheduleTurn(at, () => {
        this.#current = null;
        this.#record("wake", "sleep", "");
        resolve();
      });
    });
  }

  /**
   * Sends a signal to a host: its listeners run in a turn of their own. Without a listener it is
   * ignored.
   *
   * @param name The host's name.
   * @param signal The signal.
   * @throws {TypeError} If there is no such host.
   */
  signal(name: string, signal: SignalName): void {
    const host = this.#existing(name);
    this.#time.scheduleTurn(this.now, () => {
      this.#current = host;
      host.record("signal", signal, "");
      host.signals.deliver(signal);
    });
  }

  /**
   * Adds an invariant: it is checked after every turn, and ends the run when it does not hold.
   *
   * @param id What it is called in reports.
   * @param holds Throws or returns false if the invariant does not hold.
   */
  always(id: string, holds: () => boolean | void): void {
    this.#invariants.push({ id, holds });
  }

  /**
   * Returns the errors reported to a host so far and forgets them, so that they do not fail the run.
   *
   * @param name The host's name.
   * @returns The errors, oldest first.
   * @throws {TypeError} If there is no such host.
   */
  takeReports(name: string): TakenReport[] {
    const host = this.#existing(name);
    const taken = this.#reports.filter((report) => report.host === host);
    this.#reports = this.#reports.filter((report) => report.host !== host);
    return taken.map(({ message, error }) => ({ message, error }));
  }

  /** Returns what was left behind: open handles, registrations, polls under way. */
  leaks(): Leak[] {
    return findLeaks(this.#hosts.values());
  }

  #makeWorld(): World {
    return {
      time: this.#time,
      trace: this.trace,
      link: { ...LINK_DEFAULTS, ...definedLinks(this.#options) },
      hosts: this.#hosts,
      choose: (label, bound) => this.choose(label, bound),
      nextHandleId: () => ++this.#lastHandleId,
      enqueue: (host) => {
        if (host.queued) return;
        host.queued = true;
        this.#runnable.push(host);
        if (this.#time.cause !== 0) host.wakeName = this.#time.nextName();
      },
      noteReport: (host, message, error) => {
        const failure = this.#describe("report", message, error, host);
        this.#reports.push({ host, message, error, failure });
      },
    };
  }

  #host(name: string): SimHost {
    let host = this.#hosts.get(name);
    if (host === undefined) {
      const address = addressOfHost(this.#hosts.size + 1);
      host = new SimHost(this.#world, name, address, splitSeed(this.#seedBits, `host/${name}`));
      this.#hosts.set(name, host);
    }
    return host;
  }

  #existing(name: string): SimHost {
    const host = this.#hosts.get(name);
    if (host === undefined) throw new TypeError(`Cannot find host ${name}: there is no such host`);
    return host;
  }

  /** Has main begin in the first turn, in the context of the caller. */
  #startMain<T>(fn: () => T | PromiseLike<T>): Main {
    const context = captureContext();
    const main: Main = { settled: false, value: undefined };
    this.#time.scheduleTurn(this.now, () => {
      this.#current = null;
      this.#record("main", "", "");
      context(() => settle(fn)).then((value) => {
        main.settled = true;
        main.value = value;
      }, (error) => {
        // One that settles after its run has failed tells nobody any more.
        if (this.#main === main) this.#failure ??= { error };
      });
    });
    return main;
  }

  /** Takes one turn; returns whether there is one more. */
  #step(): boolean {
    if (this.#turn > 0 || this.#failure !== null) this.#checkInvariants();
    if (this.#failure !== null || this.#main?.settled) return false;
    while (!this.#runOne()) {
      if (this.#canGoOn()) continue;
      if (this.#main !== null) {
        const waiting = describeWaiting(this.#hosts.values(), this.#endlessSleeps);
        this.#failure = { error: new DeadlockError(this.now, waiting) };
      }
      return false;
    }
    const max = this.#options.turnsMax ?? TURNS_MAX;
    if (++this.#turn > max) {
      this.#fail("turns", `Cannot go on after ${max} turns: main has not settled`);
    }
    return true;
  }

  /** Does the next thing that can be done now; returns whether it was a turn. */
  #runOne(): boolean {
    const runnable = this.#runnable;
    const isEventDue = this.#time.nextAt <= this.#time.now;
    const candidates = runnable.length + (isEventDue ? 1 : 0);
    if (candidates === 0) return false;
    let index = candidates > 1 ? this.choose("step", candidates) : 0;
    if (isEventDue && index-- === 0) return this.#time.fire();
    const host = runnable[index] as SimHost;
    if (index === 0) runnable.shift();
    else runnable.splice(index, 1);
    host.queued = false;
    this.#current = host;
    this.#time.enter(host.wakeName);
    try {
      return host.poller.pass();
    } catch (error) {
      this.#fail("handler", "Cannot go on: a callback threw through the poller", error);
      return true;
    }
  }

  /** Moves time on if nothing can be done now; returns whether something can be done. */
  #canGoOn(): boolean {
    if (this.#runnable.length > 0 || this.#time.nextAt <= this.#time.now) return true;
    let next = this.#time.nextAt;
    for (const host of this.#hosts.values()) next = Math.min(next, host.poller.deadline);
    if (next > HORIZON_SECONDS) return false;
    this.#time.now = next;
    this.#time.enter(0);
    for (const host of this.#hosts.values()) {
      if (host.poller.deadline <= next) host.poller.expire();
    }
    return true;
  }

  #checkInvariants(): void {
    for (const { id, holds } of this.#invariants) {
      if (this.#failure !== null) return;
      try {
        if (holds() !== false) continue;
        this.#fail("always", `Invariant ${id} does not hold`);
      } catch (error) {
        this.#fail("always", `Invariant ${id} does not hold`, error);
      }
    }
  }

  #fail(failure: SimulationFailure, what: string, cause?: unknown): void {
    this.#failure ??= { error: this.#describe(failure, what, cause, this.#current) };
  }

  #describe(
    failure: SimulationFailure,
    what: string,
    cause: unknown,
    host: SimHost | null,
  ): SimulationError {
    const place = { host: host?.name ?? null, time: this.now, turn: this.#turn };
    const why = cause instanceof Error ? `: ${cause.name}: ${cause.message}` : "";
    return new SimulationError(failure, what + why, place, { cause });
  }

  /** Throws what the run failed with. An error that was reported explains a deadlock. */
  #throwFailure(): void {
    const failure = this.#failure;
    this.#failure = null;
    const report = this.#reports[0];
    if (report !== undefined && (failure === null || failure.error instanceof DeadlockError)) {
      this.#reports = [];
      throw report.failure;
    }
    if (failure !== null) throw failure.error;
  }

  #record(kind: string, subject: string, detail: string | number): void {
    const host = this.#current?.name ?? "";
    this.trace.record(this.now, this.#time.cause, host, kind, subject, detail);
  }
}

/** Calls a function and returns a promise of its result, also if it throws. */
async function settle<T>(main: () => T | PromiseLike<T>): Promise<T> {
  return await main();
}

/** The options that say what the network is like, without those that are not given. */
function definedLinks(options: SimulationOptions): Partial<LinkOptions> {
  const links: Record<string, number> = {};
  for (const key of Object.keys(LINK_DEFAULTS) as (keyof LinkOptions)[]) {
    const value = options[key];
    if (value !== undefined) links[key] = value;
  }
  return links;
}
