/**
 * Programs that are recorded on real sockets, and played in virtual time.
 *
 * @module
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { DenoPlatform } from "../../poller/mod.ts";
import {
  Recording,
  RecordingError,
  RecordingPlatform,
  recordToFile,
  replayRecording,
} from "../../sim/mod.ts";
import { deposits, PROGRAMS } from "../sim/recording/programs.ts";
import { type Program, type Recorded, TextSink } from "../sim/recording/recorded.ts";
import { withFolder } from "./folder.ts";
import { draw } from "./programs/recorded_program.ts";

async function recordNatively<T>(program: Program<T>): Promise<Recorded<T>> {
  const sink = new TextSink();
  const platform = new RecordingPlatform(new DenoPlatform(), sink);
  const value = await program(platform);
  platform.end();
  for (const handle of [...platform.network.handles.values()]) handle.abort();
  platform.poller.close();
  return { value, text: sink.text, recording: Recording.parse(sink.text) };
}

for (const [name, program] of Object.entries(PROGRAMS)) {
  Deno.test(`replayRecording() plays ${name} as it was on real sockets`, async () => {
    const { value, recording } = await recordNatively(program);
    assert(value.length >= 2, "the program has seen something");
    for (let time = 0; time < 2; time++) {
      const replayed = await replayRecording(recording, program);
      assertEquals(replayed.value, value);
      assertEquals([replayed.outcome, replayed.steps], ["returned", recording.length]);
    }
  });
}

Deno.test("replayRecording() shows a race each time that real time showed once", async () => {
  let lost = null;
  // Each has the same chance to overlap, about two in three.
  for (let attempt = 0; lost === null && attempt < 100; attempt++) {
    const recorded = await recordNatively(deposits);
    if (recorded.value === 1) lost = recorded;
  }
  assert(lost !== null);
  for (let time = 0; time < 20; time++) {
    assertEquals((await replayRecording(lost.recording, deposits)).value, 1);
  }
});

const PROGRAM = new URL("programs/recorded_program.ts", import.meta.url).pathname;

for (const how of ["close", "exit", "throw", "reject", "kill"]) {
  Deno.test(`recordToFile() leaves what there is when the process ends by ${how}`, () =>
    withFolder(async (folder) => {
      const path = `${folder}/program.recording`;
      const args = ["run", "--allow-all", "--quiet", PROGRAM, path, how];
      await new Deno.Command(Deno.execPath(), { args, stderr: "null" }).output();
      assertEquals((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
      const bytes = await Deno.readFile(path);
      if (how !== "close") assertThrows(() => Recording.parse(bytes), RecordingError, "it is cut");
      const recording = Recording.parse(bytes, { allowCut: true });
      assertEquals(recording.isComplete, how === "close");
      const { program, deno } = recording.about;
      assertEquals([program, deno], ["draw", Deno.version.deno]);
      let thirds = 0;
      const replayed = await replayRecording(recording, (platform) => {
        return draw(platform, () => void thirds++);
      });
      // Only what was drawn since the last wait is lost, and only if nobody could save it.
      assertEquals(thirds, how === "kill" ? 0 : 1);
      assertEquals(replayed.outcome, how === "close" ? "returned" : "ended");
    }));
}

Deno.test("recordToFile() lets only the owner read a file that was there before", () =>
  withFolder(async (folder) => {
    const path = `${folder}/program.recording`;
    await Deno.writeTextFile(path, "an older recording");
    await Deno.chmod(path, 0o644);
    recordToFile(path, new DenoPlatform()).close();
    assertEquals((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
    assertEquals(Recording.parse(await Deno.readTextFile(path)).length, 0);
  }));

Deno.test("recordToFile() ends the recording when it is disposed of, and closes the file once", () =>
  withFolder(async (folder) => {
    const path = `${folder}/program.recording`;
    {
      using file = recordToFile(path, new DenoPlatform());
      file.platform.clock.now();
      file.close();
    }
    const recording = Recording.parse(await Deno.readTextFile(path));
    assertEquals([recording.length, recording.isComplete], [1, true]);
  }));
