import { assertEquals, assertThrows } from "@std/assert";
import {
  joinProgress,
  parseJobsCheckpoint,
  writeJobsCheckpoint,
} from "../../../sim/explore/jobs_state.ts";
import { type ExploreProgress, SearchFileError } from "../../../sim/mod.ts";

Deno.test("parseJobsCheckpoint() reads what writeJobsCheckpoint() writes", () => {
  const checkpoints = ["{}\n{}\n", null, ""];
  assertEquals(parseJobsCheckpoint(writeJobsCheckpoint(checkpoints), 3), checkpoints);
});

Deno.test("parseJobsCheckpoint() refuses what was cut or edited", () => {
  const refuse = (text: string, message: string) => {
    const error = assertThrows(() => parseJobsCheckpoint(text, 2), SearchFileError);
    assertEquals(error.message, `Cannot resume a search: ${message}`);
  };
  const text = writeJobsCheckpoint(["first", null]);
  const cut = "the text is no checkpoint of workers, or was cut or edited";
  for (let length = 0; length < text.length - 1; length++) refuse(text.slice(0, length), cut);
  for (const other of ["null", "7", "[]", "{}", text.replace("jobs", "job")]) {
    refuse(other, "the text is no checkpoint of workers");
  }
  refuse(text.replace('["first",null]', '"first"'), "the text is no checkpoint of workers");
  refuse(text.replace('"version":1', '"version":"1"'), 'version "1" is not known, 1 is');
  for (const part of ["7", "true", "{}", "[]"]) {
    const wrong = "the checkpoint of job 2 of 2 is no text, it was edited";
    refuse(text.replace("null", part), wrong);
  }
  refuse(text.replace(",null", ""), "it had 1 jobs, not 2");
});

Deno.test("joinProgress() adds up what workers tell, and knows less until all have", () => {
  const first: ExploreProgress = {
    schedules: 3,
    failed: 1,
    outcomes: 2,
    seconds: 5,
    maxSchedules: 10,
    level: 1,
    estimate: 40,
  };
  const second = { ...first, schedules: 4, outcomes: 1, seconds: 6, level: 0, estimate: 60 };
  assertEquals(joinProgress([first, second]), {
    schedules: 7,
    failed: 2,
    outcomes: 2,
    seconds: 6,
    maxSchedules: 20,
    level: 0,
    estimate: 100,
  });
  assertEquals(joinProgress([null, first]), { ...first, level: -1, estimate: null });
  assertEquals(joinProgress([first, { ...second, estimate: null }]).estimate, null);
});
