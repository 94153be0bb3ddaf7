/**
 * Recording a program, for tests.
 *
 * @module
 */

import type { Platform } from "../../../poller/mod.ts";
import {
  Recording,
  RecordingPlatform,
  Simulation,
  type SimulationOptions,
} from "../../../sim/mod.ts";

/** A program on one platform. */
export type Program<T> = (platform: Platform) => Promise<T>;

/** What came of a program that was recorded. */
export interface Recorded<T> {
  /** What it returned. */
  readonly value: T;
  /** What the sink was given. */
  readonly text: string;
  /** The same, read. */
  readonly recording: Recording;
}

/** Keeps what it is given as text. */
export class TextSink {
  /** What it was given. */
  text = "";

  /** See `RecordSink.write`. */
  write(bytes: Uint8Array): void {
    this.text += new TextDecoder().decode(bytes);
  }
}

/** Records a program on a host of a simulation. */
export async function recordInSimulation<T>(
  program: Program<T>,
  options: SimulationOptions = { seed: 1 },
  prepare: (sim: Simulation) => void = () => {},
): Promise<Recorded<T>> {
  const sim = new Simulation(options);
  prepare(sim);
  const sink = new TextSink();
  const platform = new RecordingPlatform(sim.host("host"), sink);
  const value = await sim.run(() => program(platform));
  platform.end();
  return { value, text: sink.text, recording: Recording.parse(sink.text) };
}
