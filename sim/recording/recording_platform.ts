/**
 * A platform that records another one.
 *
 * @module
 */

import type {
  Clock,
  ErrorReporter,
  Network,
  Platform,
  Poller,
  Processes,
  RandomSource,
  Signals,
  Workers,
} from "../../poller/mod.ts";
import { RenewingMap } from "../../poller/renewing_map.ts";
import { RecordWriter } from "./record_writer.ts";
import type { RecordSink } from "./record_sink.ts";
import { RecordingNetwork } from "./recording_network.ts";
import { RecordingPoller } from "./recording_poller.ts";
import { RecordingProcesses } from "./recording_processes.ts";
import { RecordingSignals } from "./recording_signals.ts";
import type { RecordingSite } from "./recording_site.ts";
import { RecordingWorkers } from "./recording_workers.ts";

/** How a platform is recorded. */
export interface RecordingOptions {
  /**
   * What the header of the recording says in addition: versions, the name of the program.
   *
   * @default {{}}
   */
  readonly about?: Readonly<Record<string, string>>;
  /**
   * Whether the sink is given what there is before each wait, so that what happened up to then is
   * safe. Otherwise it is given pieces of 64 KiB.
   *
   * @default {true}
   */
  readonly flushesBeforeWait?: boolean;
}

/**
 * A platform that writes down what crosses the seam: what the program was told, byte for byte, and
 * of what the program did and sent so much that a replay can tell when it does something else.
 * {@linkcode replayRecording} drives the same program with it, in virtual time.
 *
 * The program does not notice: what it is told, and in which order, is what the platform below tells.
 *
 * It costs a tenth of what an echo of 64 bytes costs (`tests/bench/stream_echo.ts`).
 *
 * The recording holds all that came in, what TLS has decrypted among it. Keys, and the environment
 * of child processes, stand in it as digests only.
 *
 * Not recorded: what the program gets past its platform (files, `fetch`, the process's own timers);
 * what a thread calls in the thread that started it.
 *
 * @example Recorded once, played again
 * ```ts
 * import { PollIOLoop } from "@twinloop/twinloop/ioloop";
 * import type { Platform } from "@twinloop/twinloop/poller";
 * import { Recording, RecordingPlatform, replayRecording, Simulation } from "@twinloop/twinloop/sim";
 * import { assertEquals } from "@std/assert";
 *
 * async function program(platform: Platform): Promise<number> {
 *   const ioLoop = new PollIOLoop(platform, { makeCurrent: false });
 *   const drawn = platform.random.next();
 *   ioLoop.callLater(drawn, () => ioLoop.stop());
 *   await ioLoop.start();
 *   return drawn;
 * }
 *
 * const pieces: string[] = [];
 * const sink = { write: (bytes: Uint8Array) => void pieces.push(new TextDecoder().decode(bytes)) };
 * const sim = new Simulation({ seed: 1 });
 * const platform = new RecordingPlatform(sim.host("a"), sink); // or a DenoPlatform
 * const drawn = await sim.run(() => program(platform));
 * platform.end();
 *
 * const replayed = await replayRecording(Recording.parse(pieces.join("")), program);
 * assertEquals(replayed.value, drawn);
 * ```
 */
export class RecordingPlatform implements Platform {
  /** See `Platform.clock`. */
  readonly clock: Clock;
  /** See `Platform.poller`. */
  readonly poller: Poller;
  /** See `Platform.network`. */
  readonly network: Network;
  /** See `Platform.random`. */
  readonly random: RandomSource;
  /** See `Platform.signals`. */
  readonly signals: Signals;
  /** See `Platform.processes`. */
  readonly processes: Processes;
  /** See `Platform.workers`. */
  readonly workers: Workers;
  /** See `Platform.report`. */
  readonly report: ErrorReporter;
  readonly #writer: RecordWriter;

  /**
   * Begins to record. The program must be given this platform only, and from its beginning.
   *
   * @param platform The platform to record. Nothing else may use it meanwhile.
   * @param sink Where the recording goes.
   * @param options What its header says, and when the sink is written to.
   */
  constructor(platform: Platform, sink: RecordSink, options: RecordingOptions = {}) {
    const { about = {}, flushesBeforeWait = true } = options;
    const writer = new RecordWriter(sink, platform.report, { about, flushesBeforeWait });
    this.#writer = writer;
    const site: RecordingSite = { writer, handles: new RenewingMap() };
    this.clock = new RecordingClock(writer, platform.clock);
    this.poller = new RecordingPoller(site, platform.poller);
    this.network = new RecordingNetwork(site, platform.network);
    this.random = new RecordingRandom(writer, platform.random);
    this.signals = new RecordingSignals(writer, platform.signals);
    this.processes = new RecordingProcesses(site, platform.processes);
    this.workers = new RecordingWorkers(writer, platform.workers);
    this.report = (report) => {
      writer.note("report", report.message);
      platform.report(report);
    };
  }

  /** Whether it records: false after `end()`, and after the sink has thrown. */
  get isRecording(): boolean {
    return this.#writer.isOn;
  }

  /** Gives the sink what there is. */
  flush(): void {
    this.#writer.flush();
  }

  /** Ends the recording. The program goes on, and is not recorded any more. A second call is ignored. */
  end(): void {
    this.#writer.finish();
  }
}

class RecordingClock implements Clock {
  readonly #writer: RecordWriter;
  readonly #inner: Clock;

  constructor(writer: RecordWriter, inner: Clock) {
    this.#writer = writer;
    this.#inner = inner;
  }

  now(): number {
    const time = this.#inner.now();
    this.#writer.step("now", time);
    return time;
  }
}

class RecordingRandom implements RandomSource {
  readonly #writer: RecordWriter;
  readonly #inner: RandomSource;

  constructor(writer: RecordWriter, inner: RandomSource) {
    this.#writer = writer;
    this.#inner = inner;
  }

  next(): number {
    const drawn = this.#inner.next();
    this.#writer.step("random", drawn);
    return drawn;
  }

  fill(buffer: Uint8Array): void {
    this.#inner.fill(buffer);
    this.#writer.begin("fill");
    this.#writer.number(buffer.length);
    this.#writer.bytes(buffer, buffer.length);
    this.#writer.end();
  }
}
