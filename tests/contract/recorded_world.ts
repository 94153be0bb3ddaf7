/**
 * Contract suites on platforms that are recorded, and then once more on the recording.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { ErrorReport, Platform, Workers, WorkerThread } from "../../poller/mod.ts";
import { Recording, RecordingPlatform, replayRecording } from "../../sim/mod.ts";
import { installScripts } from "./child_scripts.ts";
import { withParts } from "./platform_parts.ts";
import type { World, WorldRun } from "./world.ts";

/** The call by which a test sleeps: time that passes outside of the seam is brought into it. */
const SLEEP = { module: import.meta.url, name: "sleep", fn: () => {} };

/**
 * Makes a world in which each test runs twice: on a platform of another world that is recorded, and
 * then on the recording. The test must pass both times, and the recording must be played to its end.
 *
 * @param world The world whose platforms are recorded.
 * @returns The world.
 */
export function recordedWorld(world: World): World {
  return {
    name: `${world.name}, recorded and replayed`,
    isReal: world.isReal,
    async run(body) {
      let text = "";
      const write = (bytes: Uint8Array) => void (text += new TextDecoder().decode(bytes));
      await world.run(async (run) => {
        installScripts(run.platform);
        const platform = new RecordingPlatform(withSleep(run), { write });
        await body(worldRun(platform, run.takeReports));
        platform.end();
      });
      const recording = Recording.parse(text);
      const reports: ErrorReport[] = [];
      const { outcome, steps } = await replayRecording(
        recording,
        (replayed) => body(worldRun(withReports(replayed, reports), () => reports.splice(0))),
      );
      assertEquals([outcome, steps], ["returned", recording.length]);
    },
  };
}

function worldRun(platform: Platform, takeReports: WorldRun["takeReports"]): WorldRun {
  let thread: WorkerThread | null = null;
  const sleep = (seconds: number) =>
    new Promise<void>((resolve) => {
      thread ??= platform.workers.start(() => {});
      thread.run({ fn: SLEEP, args: [seconds] }, () => resolve());
    });
  // One thread sleeps once at a time.
  let last = Promise.resolve();
  return { platform, takeReports, sleep: (seconds) => last = last.then(() => sleep(seconds)) };
}

/** A platform whose threads can sleep. */
function withSleep({ platform, sleep }: WorldRun): Platform {
  const workers: Workers = {
    parallelism: platform.workers.parallelism,
    start(onCall) {
      let inner: WorkerThread | null = null;
      const thread = () => inner ??= platform.workers.start(onCall);
      return {
        get isOver() {
          return inner?.isOver ?? false;
        },
        run(call, onOutcome) {
          if (call.fn !== SLEEP) return thread().run(call, onOutcome);
          sleep(call.args[0] as number).then(() => onOutcome({ ok: true, value: undefined }));
        },
        terminate: () => thread().terminate(),
      };
    },
  };
  return withParts(platform, { workers });
}

/** A platform whose reports a test can take. */
function withReports(platform: Platform, reports: ErrorReport[]): Platform {
  return withParts(platform, {
    report: (report) => {
      reports.push(report);
      platform.report(report);
    },
  });
}
