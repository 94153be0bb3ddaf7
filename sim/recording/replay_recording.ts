/**
 * Playing a recording to a program.
 *
 * @module
 */

import { emptyContext, type ErrorReport, type Platform } from "../../poller/mod.ts";
import { drive, goRound } from "../driver/deno_drain.ts";
import { takeRejections } from "../driver/deno_rejections.ts";
import { RecordingEndedError } from "./errors.ts";
import type { Recording } from "./recording.ts";
import { ReplayPlatform } from "./replay_platform.ts";

/** How a recording is played. */
export interface ReplayRecordingOptions {
  /**
   * How many seconds of real time the program may take for what does not come through its platform (a
   * module that it loads, a file), when it is its turn.
   *
   * @default {1}
   */
  readonly patience?: number;
}

/** What a replay came to. */
export interface ReplayedRecording<T> {
  /**
   * `"returned"`: the program has. `"ended"`: the recording ended while the program would have gone
   * on; it was given up there.
   */
  readonly outcome: "returned" | "ended";
  /** What the program returned; `undefined` if it has not. */
  readonly value: T | undefined;
  /** What the clock answered last, in seconds. */
  readonly time: number;
  /** How many steps of the recording were played. */
  readonly steps: number;
  /** The errors that nobody took, as when the program was recorded. */
  readonly reports: readonly ErrorReport[];
}

/**
 * Drives a program with a recording: it is told the same, byte for byte, in the same order and at the
 * same times, without that anything waits.
 *
 * @example An edit is found where it makes a difference
 * ```ts
 * import { PollReactor } from "@twinloop/twinloop/reactor";
 * import type { Platform } from "@twinloop/twinloop/poller";
 * import {
 *   Recording,
 *   RecordingMismatchError,
 *   RecordingPlatform,
 *   replayRecording,
 *   Simulation,
 * } from "@twinloop/twinloop/sim";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * function program(seconds: number): (platform: Platform) => Promise<void> {
 *   return (platform) => {
 *     const reactor = new PollReactor(platform);
 *     reactor.callLater(seconds, () => reactor.stop());
 *     return reactor.run({ installSignalHandlers: false });
 *   };
 * }
 *
 * let text = "";
 * const sink = { write: (bytes: Uint8Array) => void (text += new TextDecoder().decode(bytes)) };
 * const sim = new Simulation({ seed: 1 });
 * const platform = new RecordingPlatform(sim.host("a"), sink);
 * await sim.run(() => program(5)(platform));
 * platform.end();
 *
 * const recording = Recording.parse(text);
 * assertEquals((await replayRecording(recording, program(5))).time, 5);
 * const error = await assertRejects(
 *   () => replayRecording(recording, program(6)),
 *   RecordingMismatchError,
 * );
 * assertEquals([error.expected, error.came], ["poll(5)", "poll(6)"]);
 * ```
 *
 * @typeParam T What the program returns.
 * @param recording What was recorded.
 * @param program The program. All of it must live on the platform that it is given.
 * @param options How long to wait for what the program gets elsewhere.
 * @returns What it came to, when the recording is over.
 * @throws {RecordingMismatchError} If the program does something else than the recording says.
 * @throws {RecordingError} If the recording contradicts itself, or holds what cannot be played.
 * @throws {unknown} What the program threw.
 */
export function replayRecording<T>(
  recording: Recording,
  program: (platform: Platform) => T | PromiseLike<T>,
  options: ReplayRecordingOptions = {},
): Promise<ReplayedRecording<T>> {
  const replay = new RecordingReplay(recording, program, options.patience ?? 1);
  return emptyContext(() => replay.run());
}

/** What became of the program. */
type Result<T> = { readonly ok: true; readonly value: T } | {
  readonly ok: false;
  readonly error: unknown;
};

class RecordingReplay<T> {
  readonly #platform: ReplayPlatform;
  readonly #program: (platform: Platform) => T | PromiseLike<T>;
  readonly #patience: number;
  readonly #isComplete: boolean;
  #result: Result<T> | null = null;

  constructor(
    recording: Recording,
    program: (platform: Platform) => T | PromiseLike<T>,
    patience: number,
  ) {
    this.#platform = new ReplayPlatform(recording);
    this.#isComplete = recording.isComplete;
    this.#program = program;
    this.#patience = patience;
  }

  async run(): Promise<ReplayedRecording<T>> {
    const { cursor } = this.#platform;
    // What a program that was given up rejects with is nobody's failure.
    const giveBack = takeRejections((reason) => this.#onRejection(reason));
    try {
      this.#start();
      for (;;) {
        await drive(() => this.#platform.step(), { watchdog: Infinity });
        if (cursor.over !== null) break;
        const { steps } = cursor;
        const isMoved = () => cursor.steps !== steps || cursor.over !== null;
        const seconds = this.#result === null ? this.#patience : 0;
        if (!await goRound(isMoved, seconds)) this.#standsStill();
      }
      if (this.#mayReturn) await goRound(() => this.#result !== null, this.#patience);
      await goRound(() => false, 0);
    } finally {
      giveBack();
    }
    return this.#outcome();
  }

  #start(): void {
    const { cursor } = this.#platform;
    const settle = (result: Result<T>) => {
      // Once the program has called on in vain, it fails of that.
      if (result.ok || !cursor.isAskedForMore) this.#result = result;
    };
    new Promise<T>((resolve) => resolve(this.#program(this.#platform))).then(
      (value) => settle({ ok: true, value }),
      (error: unknown) => settle({ ok: false, error }),
    );
  }

  /** Whether the program, at the end of the recording, has something else to do than to want more. */
  get #mayReturn(): boolean {
    const { cursor, isPolling } = this.#platform;
    if (!(cursor.over instanceof RecordingEndedError) || cursor.isAskedForMore) return false;
    return this.#isComplete && this.#result === null && !isPolling;
  }

  /** The recording expects the program to do something, and it does nothing. */
  #standsStill(): void {
    const result = this.#result;
    const { cursor } = this.#platform;
    if (result === null) cursor.mismatch("nothing");
    else if (result.ok) cursor.mismatch("its end");
    else cursor.mismatch("its failure", result.error);
  }

  #onRejection(reason: unknown): void {
    const { cursor } = this.#platform;
    if (cursor.over === null) cursor.fail(reason);
  }

  #outcome(): ReplayedRecording<T> {
    const { cursor, reports } = this.#platform;
    const { over, time, steps } = cursor;
    if (!(over instanceof RecordingEndedError)) throw over;
    const result = this.#result;
    const facts = { time, steps, reports };
    if (result === null) return { outcome: "ended", value: undefined, ...facts };
    if (result.ok) return { outcome: "returned", value: result.value, ...facts };
    throw result.error;
  }
}
