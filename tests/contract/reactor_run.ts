/**
 * What the suites over reactors run with.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Platform, SignalName, Signals, StreamHandle } from "../../poller/mod.ts";
import type {
  Failure,
  IReactor,
  IReadWriteDescriptor,
  LogEvent,
  ReactorOptions,
} from "../../reactor/mod.ts";
import { type Pair, pair } from "./passes.ts";
import { withParts } from "./platform_parts.ts";
import type { TestFunction, World, WorldRun } from "./world.ts";

/** A reactor, and how to get rid of what it stands on. */
export interface MadeReactor {
  /** The reactor. */
  readonly reactor: IReactor;
  /** Closes the loops below. */
  close(): void;
}

/** What a suite over reactors runs with. */
export interface ReactorContractOptions {
  /** Registers a test. */
  readonly test: TestFunction;
  /** Makes the platforms. */
  readonly world: World;
  /** Stands in the names of tests: `PollReactor`. */
  readonly label: string;
  /** Makes a reactor. */
  make(platform: Platform, options: ReactorOptions): MadeReactor;
}

/** One test's reactor. */
export interface ReactorRun {
  /** A fresh reactor. */
  readonly reactor: IReactor;
  /** Its platform; the signals are {@linkcode ReactorRun.signals}. */
  readonly platform: Platform;
  /** Signals that the test sends. */
  readonly signals: FakeSignals;
  /** What happened, in order; for the test to write. */
  readonly log: string[];
  /** The test's share of the world. */
  readonly world: WorldRun;
  /** Returns what the reactor logged so far and forgets it. */
  takeLogged(): LogEvent[];
}

/** Registers a test over reactors. */
export type ReactorTest = (text: string, body: (run: ReactorRun) => Promise<void>) => void;

/**
 * Makes the function that registers tests: each gets a fresh reactor, and fails if the reactor
 * logged something that the test did not take, or left calls or descriptors behind.
 *
 * @param options The runner, the world and the reactor.
 * @returns The function.
 */
export function reactorTests({ test, world, label, make }: ReactorContractOptions): ReactorTest {
  return (text, body) => {
    test(`${text} (${label}, ${world.name})`, () =>
      world.run(async (run) => {
        const logged: LogEvent[] = [];
        const signals = new FakeSignals();
        const platform = withParts(run.platform, { signals });
        const { reactor, close } = make(platform, {
          logObserver: (event) => void logged.push(event),
        });
        await body({
          reactor,
          platform,
          signals,
          log: [],
          world: run,
          takeLogged: () => logged.splice(0),
        });
        assertEquals(logged, [], "something was logged that the test did not take");
        assertEquals(signals.listening, [], "signal listeners are left");
        reactor.removeAll();
        for (const call of reactor.getDelayedCalls()) call.cancel();
        close();
      }));
  };
}

/**
 * Makes the function that registers tests on two connected streams, which it closes afterwards.
 *
 * @param test Registers a test over reactors.
 * @returns The function.
 */
export function pairTests(
  test: ReactorTest,
): (text: string, body: (run: ReactorRun, streams: Pair) => Promise<void>) => void {
  return (text, body) => {
    test(text, async (run) => {
      const streams = await pair(run.platform);
      await body(run, streams);
      run.reactor.removeAll();
      streams.client.close();
      streams.server.close();
    });
  };
}

/** Signals that arrive when a test says so. */
export class FakeSignals implements Signals {
  readonly #listeners = new Map<SignalName, Set<() => void>>();
  readonly #missing: readonly SignalName[];

  /** Makes signals of which some do not exist, as on most systems. */
  constructor(missing: readonly SignalName[] = ["SIGBREAK"]) {
    this.#missing = missing;
  }

  /** The signals that somebody listens for. */
  get listening(): SignalName[] {
    return [...this.#listeners.keys()];
  }

  /** See {@linkcode Signals.addListener}. */
  addListener(signal: SignalName, listener: () => void): void {
    if (this.#missing.includes(signal)) throw new TypeError(`Cannot listen: no ${signal} here`);
    const listeners = this.#listeners.get(signal) ?? new Set();
    this.#listeners.set(signal, listeners.add(listener));
  }

  /** See {@linkcode Signals.removeListener}. */
  removeListener(signal: SignalName, listener: () => void): void {
    const listeners = this.#listeners.get(signal);
    listeners?.delete(listener);
    if (listeners?.size === 0) this.#listeners.delete(signal);
  }

  /** Sends a signal. */
  send(signal: SignalName): void {
    for (const listener of this.#listeners.get(signal) ?? []) listener();
  }
}

/** A descriptor on a stream that counts its calls; give it methods to do more. */
export class StreamDescriptor implements IReadWriteDescriptor {
  /** The stream. */
  readonly stream: StreamHandle;
  /** How often `fileno()` was called. */
  filenoCalls = 0;
  /** Set to pretend that the descriptor is gone. */
  isGone = false;
  /** The reasons that `connectionLost` got. */
  readonly lost: unknown[] = [];

  constructor(stream: StreamHandle) {
    this.stream = stream;
  }

  /** Counts, and answers with the stream's number. */
  fileno(): number {
    this.filenoCalls++;
    return this.isGone ? -1 : this.stream.fileno();
  }

  /** Throws: a test that expects to be called says what to do. */
  doRead(): Error | void {
    throw new Error("doRead was called");
  }

  /** Throws: a test that expects to be called says what to do. */
  doWrite(): Error | void {
    throw new Error("doWrite was called");
  }

  /** Remembers the reason. */
  connectionLost(reason: Failure): void {
    this.lost.push(reason.value);
  }

  /** Names the descriptor. */
  logPrefix(): string {
    return "test stream";
  }
}

/** Returns the messages of what was logged. */
export function messages(events: readonly LogEvent[]): string[] {
  return events.map((event) => event.message);
}
