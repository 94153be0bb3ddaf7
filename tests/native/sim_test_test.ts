import { assertEquals, assertRejects } from "@std/assert";
import { replay, runSimTest, SimTestError, Tape } from "../../sim/mod.ts";
import { lostUpdate } from "../sim/explore/lost_update.ts";

Deno.test("runSimTest() replays the tape in TWINLOOP_REPLAY if it is its own", async () => {
  const error = await assertRejects(() => runSimTest("two deposits", lostUpdate), SimTestError);
  Deno.env.set("TWINLOOP_REPLAY", /v1:\S+/.exec(error.message)?.[0] ?? "");
  try {
    await assertRejects(() => runSimTest("two deposits", lostUpdate), Error, "expected balance 2");
    await runSimTest("another", () => {});
  } finally {
    Deno.env.delete("TWINLOOP_REPLAY");
  }
});

Deno.test("runSimTest() writes the tape of a failure", async () => {
  const tapeFile = await Deno.makeTempFile({ suffix: ".tape.jsonl" });
  try {
    const options = { tapeFile };
    await assertRejects(() => runSimTest("two deposits", lostUpdate, options), SimTestError);
    const tape = Tape.parse(await Deno.readTextFile(tapeFile));
    assertEquals(tape.scenario, "two deposits");
    await assertRejects(() => replay(lostUpdate, tape), Error, "expected balance 2");
  } finally {
    await Deno.remove(tapeFile);
  }
});
