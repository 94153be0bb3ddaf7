import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  explore,
  random,
  Replay,
  replay,
  type Simulation,
  Tape,
  TapeError,
  TapeMismatchError,
} from "../../../sim/mod.ts";
import { chains } from "./chains.ts";

/** Fails when the third of three decisions is 2. */
function scenario(sim: Simulation): number {
  const answers = [sim.choose("a", 3), sim.choose("b", 3), sim.choose("c", 4)];
  if (answers[2] === 2) throw new RangeError("third");
  return answers.length;
}

async function failingTape(): Promise<Tape> {
  return (await explore(scenario, { name: "three" })).failure?.tape as Tape;
}

const anyTape = fc.record({
  scenario: fc.constant(""),
  seed: fc.constantFrom("0", "4e0c7a11", "ffffffffffffffff"),
  steps: fc.array(fc.record({
    gap: fc.nat({ max: 300 }),
    label: fc.string({ minLength: 1, maxLength: 8 }),
    bound: fc.integer({ min: 2, max: 1000 }),
    draw: fc.nat(),
    cause: fc.nat({ max: 0xffffffff }),
    nth: fc.nat({ max: 9 }),
    picked: fc.nat({ max: 0xffffffff }),
    over: fc.nat({ max: 0xffffffff }),
  })),
  tail: fc.nat({ max: 500 }),
}).map(({ scenario, seed, steps, tail }) => {
  let at = -1;
  const deviations = steps.map(({ gap, draw, ...rest }) => {
    at += gap + 1;
    const value = 1 + draw % (rest.bound - 1);
    return { ...rest, index: at, value, host: "", words: "" };
  });
  return new Tape({ scenario, seed, length: at + 1 + tail, deviations });
});

Deno.test("Tape.parse() reads what toString() and toFile() write", () => {
  fc.assert(fc.property(anyTape, (tape) => {
    assertEquals(Tape.parse(tape.toString()), tape);
    assertEquals(Tape.parse(tape.toFile()), tape);
  }));
});

Deno.test("Tape.parse() refuses a text of which a character was changed or cut", () => {
  fc.assert(fc.property(anyTape, fc.nat(), (tape, draw) => {
    const text = tape.toString();
    const at = 3 + draw % (text.length - 3);
    const other = text[at] === "A" ? "B" : "A";
    for (const bad of [text.slice(0, at), text.slice(0, at) + other + text.slice(at + 1)]) {
      // A last character may hold bits that do not count.
      if (at === text.length - 1) continue;
      assertThrows(() => Tape.parse(bad), TapeError);
    }
  }));
});

Deno.test("Tape.parse() names what is wrong with a text", () => {
  const cases = [
    ["v7:AAAA", "version v7 is not known"],
    ["hello", "does not begin with v1:"],
    ["v1:", "checksum is wrong"],
    ["v1:!!!!", "not base64url"],
    ['{"format":"other"}', "line 1 is no header"],
    ['{"format":"twinloop-tape","version":2}', "version 2 is not known"],
  ] as const;
  for (const [text, message] of cases) assertThrows(() => Tape.parse(text), TapeError, message);
});

Deno.test("Tape.parse() names the line of a file that was cut or edited", async () => {
  const file = (await failingTape()).toFile();
  const lines = file.trimEnd().split("\n");
  const edited = (from: string, to: string) => file.replace(from, to);
  const cases = [
    [lines.slice(0, -1).join("\n"), "it is cut, line 3 is not its end"],
    [file.slice(0, -8), "line 4 is not a JSON object"],
    [edited('"index":2', '"index":1'), "line 3 is decision 1, expected 2"],
    [edited('"value":2', '"value":4'), "line 3 answers 4 of 4"],
    [edited('"default":2', '"default":1'), "line 3 is decision 2, expected 1"],
    [edited('"end":3', '"end":4'), "it has 3 decisions, its end says 4"],
    [edited('"label"', '"lable"'), "line 3 is no decision"],
  ] as const;
  for (const [text, message] of cases) assertThrows(() => Tape.parse(text), TapeError, message);
});

Deno.test("replay() fails as the tape's run did, from the tape, its text and its file", async () => {
  const tape = await failingTape();
  for (const form of [tape, tape.toString(), tape.toFile()]) {
    await assertRejects(() => replay(scenario, form, { name: "three" }), RangeError, "third");
  }
});

Deno.test("replay() refuses a tape of another scenario", async () => {
  const tape = await failingTape();
  await assertRejects(() => replay(scenario, tape, { name: "four" }), TapeError, '"three"');
  const text = tape.toString();
  await assertRejects(
    () => replay(scenario, text, { name: "four" }),
    TapeError,
    "another scenario",
  );
});

Deno.test("replay() names the first step that cannot be taken", async () => {
  const tape = await failingTape();
  const check = async (program: (sim: Simulation) => unknown, expected: string[]) => {
    const error = await assertRejects(() => replay(program, tape), TapeMismatchError);
    assertEquals([`${error.step}`, error.expected, error.possible], expected);
  };
  const wanted = '"c" answered by 2 of 0 to 3';
  await check(
    (sim) => [sim.choose("a", 3), sim.choose("b", 3), sim.choose("d", 4)],
    ["2", wanted, '"d" with the answers 0 to 3'],
  );
  await check(
    (sim) => [sim.choose("a", 3), sim.choose("b", 3), sim.choose("c", 3)],
    ["2", wanted, '"c" with the answers 0 to 2'],
  );
  await check((sim) => sim.choose("a", 3), [
    "2",
    wanted,
    "not made: the run ended after 1 decisions",
  ]);
});

Deno.test("replay() notices a run that goes on after the tape's end", async () => {
  const { outcomes } = await explore((sim) => sim.choose("a", 2));
  const longer = (sim: Simulation) => sim.choose("a", 2) + sim.choose("b", 2);
  const error = await assertRejects(() => replay(longer, outcomes[0]!.tape), TapeMismatchError);
  assertEquals([error.step, error.expected], [1, "the end after 1 decisions"]);
});

Deno.test("replay() names the mismatch also when the program swallows the error", async () => {
  const tape = await failingTape();
  const program = (sim: Simulation) => {
    sim.choose("a", 3);
    sim.choose("b", 3);
    try {
      sim.choose("other", 4);
    } catch {
      // As a careless program does.
    }
  };
  await assertRejects(() => replay(program, tape), TapeMismatchError, "decision 2");
});

Deno.test("replay() in fallback mode answers as usual what does not fit, and counts it", async () => {
  const tape = await failingTape();
  const program = (sim: Simulation) => [sim.choose("a", 3), sim.choose("b", 3), sim.choose("d", 4)];
  const { outcome, skipped } = await replay(program, tape, { mode: "fallback" });
  assertEquals([outcome, skipped], ["[0,0,0]", 1]);
});

Deno.test("replay() by name finds the decision of the same event behind unrelated ones", async () => {
  const tape = await failingTape();
  const edited = (sim: Simulation) => {
    sim.choose("new", 5);
    scenario(sim);
  };
  await assertRejects(() => replay(edited, tape), TapeMismatchError);
  await assertRejects(() => replay(edited, tape, { mode: "by-name" }), RangeError, "third");
});

Deno.test("Replay makes the same trace as the run that it recorded", async () => {
  for (let seed = 0; seed < 20; seed++) {
    const { outcomes } = await explore(chains(3, 4), {
      strategy: "random",
      maxSchedules: 1,
      seed,
    });
    const { tape } = outcomes[0]!;
    const first = await replay(chains(3, 4), tape);
    const second = await replay(chains(3, 4), tape.toString());
    assertEquals(first.trace, second.trace);
    assertEquals(second.tape.toString(), tape.toString());
  }
});

Deno.test("Replay answers 0 after its tape's end and keeps to 0 without one", () => {
  const empty = new Tape({ scenario: "", seed: "0", length: 0, deviations: [] });
  const strategy = new Replay(empty);
  assertEquals([strategy.choose("a", 9), strategy.choose("b", 2), strategy.skipped], [0, 0, 0]);
  assertEquals(random(1).choose("a", 2) < 2, true);
});
