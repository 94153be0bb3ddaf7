/**
 * Recordings as files.
 *
 * @module
 */

import type { Platform } from "../../poller/mod.ts";
import { type RecordingOptions, RecordingPlatform } from "./recording_platform.ts";

/** A platform whose recording goes to a file. */
export interface FileRecording extends Disposable {
  /** The platform to give to the program. */
  readonly platform: RecordingPlatform;
  /** Ends the recording and closes the file. A second call is ignored. */
  close(): void;
}

/**
 * Records a platform to a file, which only its owner can read. The header says the versions of Deno
 * and its engine, and the system.
 *
 * The file is written to before each wait, and when the process ends by itself, by `Deno.exit` or by
 * an error. `Recording.parse(…, { allowCut: true })` reads what a process left that was killed.
 *
 * @example A program that leaves a recording behind
 * ```ts ignore
 * import { DenoPlatform } from "@twinloop/twinloop/poller";
 * import { recordToFile } from "@twinloop/twinloop/sim";
 *
 * using file = recordToFile("server.recording", new DenoPlatform());
 * await serve(file.platform);
 * ```
 *
 * @param path Where; a file that exists is emptied, and made private. Needs `--allow-write` of it.
 * @param platform The platform to record.
 * @param options What the header says in addition, and when the file is written to.
 * @returns The platform to give to the program.
 */
export function recordToFile(
  path: string | URL,
  platform: Platform,
  options: RecordingOptions = {},
): FileRecording {
  const file = openPrivately(path);
  const write = (bytes: Uint8Array): void => {
    for (let rest = bytes; rest.length > 0;) rest = rest.subarray(file.writeSync(rest));
  };
  const about = {
    deno: Deno.version.deno,
    v8: Deno.version.v8,
    system: `${Deno.build.os} ${Deno.build.arch}`,
    ...options.about,
  };
  const recording = new RecordingPlatform(platform, { write }, { ...options, about });
  const flush = (): void => recording.flush();
  let isClosed = false;
  const close = (): void => {
    if (isClosed) return;
    isClosed = true;
    for (const event of LAST_EVENTS) globalThis.removeEventListener(event, flush);
    recording.end();
    file.close();
  };
  for (const event of LAST_EVENTS) globalThis.addEventListener(event, flush);
  return { platform: recording, close, [Symbol.dispose]: close };
}

/** Opens an empty file that only its owner can read. The mode that it is opened with is that of a new one only. */
function openPrivately(path: string | URL): Deno.FsFile {
  const file = Deno.openSync(path, { write: true, create: true, truncate: true, mode: 0o600 });
  try {
    const { isFile, mode } = file.statSync();
    if (isFile && mode !== null && (mode & 0o077) !== 0 && Deno.build.os !== "windows") {
      Deno.chmodSync(path, 0o600);
    }
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}

/** What tells that the process may be about to end. */
const LAST_EVENTS = ["unload", "error"] as const;
