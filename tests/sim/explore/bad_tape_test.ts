import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import {
  explore,
  NondeterminismError,
  replay,
  shrink,
  type Simulation,
  Tape,
  TapeError,
  TapeMismatchError,
} from "../../../sim/mod.ts";

/** Fails when the third of three decisions is 2 and the fifth is 1. */
function scenario(sim: Simulation): void {
  const answers = ["a", "b", "c", "d", "e"].map((label) => sim.choose(label, 4));
  if (answers[2] === 2 && answers[4] === 1) throw new RangeError("third");
}

async function failingTape(name = "five"): Promise<Tape> {
  return (await explore(scenario, { name })).failure?.tape as Tape;
}

Deno.test("replay() names the version of a tape of another version", async () => {
  const tape = await failingTape();
  const text = tape.toString().replace("v1:", "v2:");
  await assertRejects(() => replay(scenario, text), TapeError, "version v2 is not known, v1 is");
  const file = tape.toFile().replace('"version":1', '"version":2');
  await assertRejects(() => replay(scenario, file), TapeError, "version 2 is not known, 1 is");
});

Deno.test("replay() names both scenarios of a tape of another scenario", async () => {
  const file = (await failingTape()).toFile();
  await assertRejects(
    () => replay(scenario, file, { name: "six" }),
    TapeError,
    'it was recorded for scenario "five", not for "six"',
  );
});

Deno.test("replay() names the step at which an unnamed tape of another scenario does not fit", async () => {
  const other = (sim: Simulation) => {
    for (const label of ["a", "b", "x", "d", "e"]) sim.choose(label, 4);
  };
  const tape = await failingTape("");
  for (const mode of ["strict", "continue"] as const) {
    const error = await assertRejects(() => replay(other, tape, { mode }), TapeMismatchError);
    assertEquals(error.step, 2);
    assertEquals(error.expected, '"c" answered by 2 of 0 to 3');
    assertEquals(error.possible, '"x" with the answers 0 to 3');
    assertStringIncludes(error.message, "decision 2 is");
  }
});

Deno.test("replay() says where a cut tape ends", async () => {
  const tape = await failingTape();
  const text = tape.toString();
  await assertRejects(
    () => replay(scenario, text.slice(0, -4)),
    TapeError,
    "the text was cut or edited: it ends in deviation 2 of 2",
  );
  const lines = tape.toFile().trimEnd().split("\n");
  await assertRejects(
    () => replay(scenario, lines.slice(0, 3).join("\n")),
    TapeError,
    "it is cut, line 3 is not its end",
  );
});

Deno.test("replay() names the step that an edited tape cannot take", async () => {
  const file = (await failingTape()).toFile();
  const cases = [
    [file.replace('"label":"c"', '"label":"C"'), 2, '"C" answered by 2 of 0 to 3'],
    [
      file.replace('"index":4,"label":"e","bound":4', '"index":4,"label":"e","bound":9'),
      4,
      '"e" answered by 1 of 0 to 8',
    ],
  ] as const;
  for (const [edited, step, expected] of cases) {
    const error = await assertRejects(() => replay(scenario, edited), TapeMismatchError);
    assertEquals([error.step, error.expected], [step, expected]);
  }
  const text = (await failingTape()).toString();
  const edited = text.slice(0, 10) + (text[10] === "A" ? "B" : "A") + text.slice(11);
  await assertRejects(() => replay(scenario, edited), TapeError, "its checksum is wrong");
});

Deno.test("replay() names the first decision that a tape has and the run has not", async () => {
  const tape = await failingTape("");
  const error = await assertRejects(
    () => replay((sim) => void ["a", "b", "c"].map((label) => sim.choose(label, 4)), tape),
    TapeMismatchError,
  );
  assertEquals([error.step, error.expected], [4, '"e" answered by 1 of 0 to 3']);
  assertEquals(error.possible, "not made: the run ended after 3 decisions");
});

Deno.test("explore() shows the difference between two runs of a scenario that is not deterministic", async () => {
  let runs = 0;
  const unsteady = (sim: Simulation) => {
    const answer = sim.choose(runs++ === 0 ? "first" : "later", 3);
    if (answer === 2) throw new Error("broken");
  };
  const error = await assertRejects(() => explore(unsteady), NondeterminismError);
  assertStringIncludes(error.message, `decision 0 was ${error.first}, then ${error.second}`);
  assertStringIncludes(error.first, '"first" with 3 answers');
  assertStringIncludes(error.second, '"later" with 3 answers');
});

Deno.test("explore() makes no counterexample of a failure that does not come back", async () => {
  let failures = 0;
  const unsteady = (sim: Simulation) => {
    if (sim.choose("a", 9) === 7 && failures++ === 0) throw new RangeError("once");
  };
  const error = await assertRejects(() => explore(unsteady), NondeterminismError);
  assertEquals([error.first, error.second], ["failed: RangeError", "passed"]);
});

Deno.test("shrink() shows the difference when the shrunk run does not come back", async () => {
  let isBroken = true;
  const unsteady = (sim: Simulation) => {
    const answers = ["a", "b"].map((label) => sim.choose(label, 2));
    if (isBroken && answers[1] === 1) throw new RangeError("for a while");
  };
  const { failure } = await explore(unsteady, { shrinkRuns: 0 });
  let runs = 0;
  const healing = (sim: Simulation) => {
    isBroken = runs++ < 2;
    unsteady(sim);
  };
  const error = await assertRejects(() => shrink(healing, failure!.tape), NondeterminismError);
  assertEquals([error.first, error.second], ["failed: RangeError", "passed"]);
});

Deno.test("Tape.parse() refuses gaps that are no whole number of decisions", async () => {
  const file = (await failingTape()).toFile();
  for (const gap of ["-1", "0", "2.5", "1e300"]) {
    const bad = file.replace('{"default":2}', `{"default":${gap}}`);
    assertThrows(() => Tape.parse(bad), TapeError, "line 2 is no decision");
  }
});
