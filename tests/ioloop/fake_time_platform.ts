/**
 * A platform without a network whose time passes when a poll waits for it, or when a callback says
 * that it took some: what Tornado's tests call `FakeTimeIOLoop`.
 *
 * @module
 */

import {
  type Clock,
  type ErrorReport,
  type Network,
  type OnReady,
  type Platform,
  type Poller,
  PollerClosedError,
  type Processes,
  type RandomSource,
  type Signals,
  type Workers,
} from "../../poller/mod.ts";

/** Where Tornado's tests begin, in seconds. */
const EPOCH = 1000;

/** The platform, its time, and what was reported to it. */
export class FakeTimePlatform implements Platform {
  /** Moves only by {@linkcode FakeTimePlatform.take} and by polls. */
  now: number = EPOCH;
  /** What the random source answers, in order; then 0. */
  readonly randoms: number[] = [];
  /** The calls of the poller, by name, each poll with its time-out. */
  readonly calls: string[] = [];
  /** Called at the head of each poll. */
  onPoll: () => void = () => {};
  /** What was reported. */
  readonly reports: ErrorReport[] = [];
  readonly clock: Clock = { now: (): number => this.now };
  readonly random: RandomSource = {
    next: (): number => this.randoms.shift() ?? 0,
    fill: (buffer: Uint8Array): void => void buffer.fill(0),
  };
  readonly signals: Signals = { addListener(): void {}, removeListener(): void {} };
  readonly processes: Processes = { spawn: refuse, openStandardStreams: refuse };
  readonly workers: Workers = { parallelism: 1, start: refuse };
  readonly network: Network = {
    handles: new Map<number, never>(),
    listen: refuse,
    connect: refuse,
    bindDatagram: refuse,
    identifyFile: refuse,
    findService: refuse,
  };
  readonly poller: Poller = new FakeTimePoller(this);

  /** Takes an error. */
  readonly report = (report: ErrorReport): void => void this.reports.push(report);

  /** Lets time pass, as a callback that blocks would. */
  take(seconds: number): void {
    this.now += seconds;
  }
}

class FakeTimePoller implements Poller {
  readonly size = 0;
  readonly #platform: FakeTimePlatform;
  #isWoken = false;
  #isClosed = false;

  constructor(platform: FakeTimePlatform) {
    this.#platform = platform;
  }

  poll(timeout: number, _onReady: OnReady, onDone: () => void): void {
    if (this.#isClosed) throw new PollerClosedError("Cannot poll: the poller is closed");
    this.#platform.calls.push(`poll ${timeout}`);
    this.#platform.onPoll();
    // The turn comes after all microtasks, as the contract of pollers says.
    setImmediate(() => {
      if (!this.#isWoken) this.#platform.now += timeout;
      this.#isWoken = false;
      onDone();
    });
  }

  wake(): void {
    this.#platform.calls.push("wake");
    this.#isWoken = true;
  }

  close(): void {
    this.#isClosed = true;
  }

  pause(): void {
    this.#platform.calls.push("pause");
  }

  register(): void {}
  modify(): void {}
  unregister(): void {}
}

function refuse(): never {
  throw new Error("Cannot open a handle: this platform has no network");
}
