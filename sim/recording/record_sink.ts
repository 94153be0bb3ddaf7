/**
 * Where a recording goes.
 *
 * @module
 */

/**
 * Takes a recording, piece by piece: a file, a pipe, or an array in a test. `recordToFile` makes one
 * that writes a file.
 *
 * @example One that keeps the text
 * ```ts
 * import { RecordingPlatform, type RecordSink, Simulation } from "@twinloop/twinloop/sim";
 * import { assertEquals } from "@std/assert";
 *
 * let text = "";
 * const sink: RecordSink = { write: (bytes) => void (text += new TextDecoder().decode(bytes)) };
 * const platform = new RecordingPlatform(new Simulation({ seed: 1 }).host("a"), sink);
 * platform.clock.now();
 * platform.end();
 * assertEquals(text.split("\n")[1], '["now",0]');
 * ```
 */
export interface RecordSink {
  /**
   * Takes the next lines, whole ones, as UTF-8. What it throws ends the recording, and goes to the
   * platform's `report`; the program goes on.
   *
   * @param bytes The lines. They are valid until this returns, and no longer; copy what must live on.
   */
  write(bytes: Uint8Array): void;
}
