import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Tape } from "../../sim/mod.ts";
import { TestModule } from "./sim_test_module.ts";

const ROOT = new URL("../../", import.meta.url);
const TAPE_FILE = "deposits_test.two_deposits.tape.jsonl";

Deno.test("simTest() reports what broke, seed, tape, narrative, trace, and how to replay it", async () => {
  await using module = await TestModule.make();
  const { code, text } = await module.deno(["test", "--no-prompt", "deposits_test.ts"]);
  assertEquals(code, 1, text);
  const expected = [
    /Simulation failed in two deposits: Error: expected balance 2, got 1 {3}\(schedule \d+, \d+ runs? to shrink it/,
    /^ {2}seed {5} 0+$/m,
    /^ {2}tape {5} v1:\S+$/m,
    /^ {2}deviates {2}decision \d+: .* goes before .*$/m,
    /^ {2}trace {4} (… \d+ earlier|@0\.000000 \(world\) main)$/m,
    /^Replay it: {2}await replay\(scenario, "v1:\S+", \{ name: "two deposits" \}\)$/m,
    /^As a test: {2}TWINLOOP_REPLAY=v1:\S+ deno test -A --filter 'two deposits' \/.*deposits_test\.ts$/m,
    /^Command: {4}deno run -A jsr:@twinloop\/twinloop\/sim\/cli replay \/.*deposits_test\.ts#two%20deposits v1:\S+$/m,
    /^Outcomes so far:\n *\d+ × 2 +v1:\S+\n *1 × failed: Error +v1:\S+$/m,
  ];
  for (const pattern of expected) assertMatch(text, pattern);
  assertStringIncludes(text, "1 passed | 1 failed");
  assertEquals(text.includes("noise"), false, text);
});

Deno.test("simTest() writes the tape beside the test if it may", async () => {
  await using module = await TestModule.make();
  const { text } = await module.deno(["test", "-A", "deposits_test.ts"]);
  assertEquals(module.files(), ["deposits_test.ts", TAPE_FILE], text);
  assertStringIncludes(text, `Tape file:  ${TAPE_FILE}\n`);
  const tape = Tape.parse(await Deno.readTextFile(`${module.folder}/${TAPE_FILE}`));
  assertEquals(tape.scenario, "two deposits");
  assertStringIncludes(text, tape.toString());
  // With the right to look, paths are short.
  assertStringIncludes(text, "replay deposits_test.ts#two%20deposits v1:");
});

Deno.test("simTest() says that it may not write the tape, and asks nobody", async () => {
  await using module = await TestModule.make();
  const { text } = await module.deno(["test", "deposits_test.ts"]);
  assertEquals(module.files(), ["deposits_test.ts"]);
  assertMatch(
    text,
    /^Tape file: {2}not written, that takes --allow-write=\/.*\/deposits_test\.two_deposits\.tape\.jsonl$/m,
  );
});

Deno.test("canary: the line in the report, pasted into a program, breaks in the same way", async () => {
  await using module = await TestModule.make();
  const { text: report } = await module.deno(["test", "--no-prompt", "deposits_test.ts"]);
  const line = /^Replay it: +(await replay\(.*\))$/m.exec(report)?.[1];
  assert(line !== undefined, report);
  const sim = JSON.stringify(new URL("sim/mod.ts", ROOT).href);
  await Deno.writeTextFile(
    `${module.folder}/again.ts`,
    `import { replay } from ${sim};\nimport { scenario } from "./deposits_test.ts";\n${line};\n`,
  );
  const { code, text } = await module.deno(["run", "--no-prompt", "again.ts"]);
  assertEquals(code, 1, text);
  assertStringIncludes(text, "Error: expected balance 2, got 1");
});

Deno.test("canary: the command in the report that replays it as a test breaks in the same way", async () => {
  await using module = await TestModule.make();
  const { text: report } = await module.deno(["test", "-A", "deposits_test.ts"]);
  const line = /^As a test: +(.*)$/m.exec(report)?.[1];
  assert(line !== undefined, report);
  const config = `--no-lock --no-check --config=${new URL("deno.json", ROOT).pathname}`;
  const { code, text } = await module.shell(line.replace("deno test", `deno test ${config}`));
  assertEquals(code, 1, text);
  assertStringIncludes(text, "error: Error: expected balance 2, got 1");
  // The console is shown now, and nothing is searched.
  assertEquals(text.split("noise of a schedule").length, 2, text);
  assertEquals(text.includes("Simulation failed"), false, text);
});

Deno.test("canary: the command in the report, run as it stands, breaks in the same way", async () => {
  await using module = await TestModule.make();
  const { text: report } = await module.deno(["test", "-A", "deposits_test.ts"]);
  const line = /^Command: +(.*)$/m.exec(report)?.[1];
  assert(line !== undefined, report);
  const config = `--no-lock --no-check --config=${new URL("deno.json", ROOT).pathname}`;
  const local = new URL("sim/cli/deno_main.ts", ROOT).pathname;
  const command = line.replace("deno run", `deno run ${config}`)
    .replace("jsr:@twinloop/twinloop/sim/cli", local);
  const { code, text } = await module.shell(command);
  assertEquals(code, 1, text);
  assertStringIncludes(text, "Error: expected balance 2, got 1");
});

Deno.test("loadScenario() finds the scenario of a test by its name", async () => {
  await using module = await TestModule.make();
  const loader = JSON.stringify(new URL("sim/explore/deno_scenario_module.ts", ROOT).href);
  await Deno.writeTextFile(
    `${module.folder}/load.ts`,
    `import { loadScenario } from ${loader};
for (const name of ["two%20deposits", "scenario", "another"]) {
  const url = new URL("deposits_test.ts#" + name, import.meta.url);
  const line = await loadScenario(url).then(({ name }) => name, ({ message }) => message);
  console.log(line);
}
`,
  );
  const { text } = await module.deno(["run", "--allow-read", "load.ts"]);
  assertEquals(text.trim().split("\n"), [
    "two deposits",
    "scenario",
    "Cannot load a scenario: deposits_test.ts has no another, it exports the functions scenario",
  ]);
});
