import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { parseResult } from "../../sim/mod.ts";

const ROOT = new URL("../../", import.meta.url);
const SCENARIOS = new URL("./programs/scenarios.ts", import.meta.url).pathname;

/** What Deno is started with for a command: the stand-ins of the tests, if they are in use. */
const COMMAND = [
  "run",
  "--quiet",
  "--no-prompt",
  "-A",
  `--config=${new URL("deno.json", ROOT).pathname}`,
  new URL("sim/cli/deno_main.ts", ROOT).pathname,
];

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

/** Runs the command as a user does. */
async function run(args: readonly string[], cwd: string = ROOT.pathname): Promise<Ended> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...COMMAND, ...args],
    cwd,
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), errors: decoder.decode(stderr) };
}

/** Runs a test in a folder of its own. */
async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("sim/cli finds, shrinks and replays a race, from the text that it prints", async () => {
  await inFolder(async (folder) => {
    const race = `${SCENARIOS}#deposits`;
    const found = await run(["explore", race, "--tape=t", "--result=r.json"], folder);
    assertEquals([found.code, found.errors], [1, ""], found.errors);
    assertStringIncludes(found.out, "Simulation failed in deposits: Error: balance is 1");
    const tape = /^ {2}tape {6}(v1:\S+)$/m.exec(found.out)?.[1] ?? "";
    assertEquals((await Deno.readTextFile(`${folder}/t`)).trim(), tape);
    const result = parseResult(await Deno.readTextFile(`${folder}/r.json`));
    assertEquals([result.verdict, result.failure?.tape], ["failed", tape]);
    const replayed = await run(["replay", race, tape], folder);
    assertEquals([replayed.code, replayed.errors], [1, ""], replayed.errors);
    assertStringIncludes(replayed.out, "fails: Error: balance is 1");
    const shrunk = await run(["shrink", race, "t"], folder);
    assertEquals([shrunk.code, shrunk.out.split("\n")[0]], [0, tape], shrunk.errors);
  });
});

Deno.test("sim/cli ends with 0 for a program that holds, in workers too", async () => {
  const { code, out, errors } = await run(["explore", `${SCENARIOS}#fixedDeposits`, "--jobs=2"]);
  assertEquals([code, out, errors], [0, "complete: all 9 schedules pass\n", ""]);
});

Deno.test("sim/cli says in a line what is wrong, and shows no stack", async () => {
  const cases: [string[], number, string][] = [
    [["explore", "nowhere.ts"], 2, 'error: Cannot load a scenario: Module not found "file://'],
    [
      ["explore", SCENARIOS],
      2,
      "error: Cannot load a scenario: scenarios.ts has no default export",
    ],
    [
      ["explore", `${SCENARIOS}#limit`],
      2,
      "error: Cannot load a scenario: scenarios.ts has no limit",
    ],
    [["replay", `${SCENARIOS}#long`, "nowhere"], 2, "error: Cannot read nowhere: No such file"],
    [["replay", `${SCENARIOS}#long`, "v9:x"], 2, "error: Cannot read a tape: version v9"],
    [["explore", `${SCENARIOS}#different`], 4, "error: Cannot explore: the scenario is not determ"],
    [
      ["explore", `${SCENARIOS}#fixedDeposits`, "--result=/nowhere/r"],
      2,
      "error: Cannot write /nowhere/r: No such file",
    ],
  ];
  await Promise.all(cases.map(async ([args, code, start]) => {
    const ended = await run(args);
    assert(ended.errors.startsWith(start), `${args}: ${ended.errors}`);
    assert(!/^\s+at /m.test(ended.errors), ended.errors);
    assertEquals(ended.code, code, ended.errors);
  }));
});

Deno.test("sim/cli ends with 130 when interrupted, having written a checkpoint", async () => {
  await inFolder(async (folder) => {
    const checkpoint = `${folder}/c`;
    const watcher = Deno.watchFs(folder);
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        ...COMMAND,
        ...["explore", `${SCENARIOS}#long`, "--max-schedules=Infinity", "--strategy=random"],
        `--checkpoint=${checkpoint}`,
        "--checkpoint-seconds=0.1",
      ],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    // It is at work once it has written its first checkpoint.
    for await (const { paths } of watcher) if (paths.includes(checkpoint)) break;
    child.kill("SIGINT");
    const { code, stdout, stderr } = await child.output();
    const decoder = new TextDecoder();
    const [out, errors] = [decoder.decode(stdout), decoder.decode(stderr)];
    assertEquals(code, 130, errors);
    assertStringIncludes(out, "sampled: ");
    const schedules = Number(/"schedules":(\d+)/.exec(await Deno.readTextFile(checkpoint))?.[1]);
    const args = [`--checkpoint=${checkpoint}`, "--resume", `--max-schedules=${schedules + 5}`];
    const again = await run(["explore", `${SCENARIOS}#long`, "--strategy=random", ...args]);
    assertEquals(again.code, 0, again.errors);
    const total = String(schedules + 5).replace(/\B(?=(\d{3})+$)/g, ",");
    assertStringIncludes(again.out, `sampled: ${total} schedules by random pass`);
  });
});

Deno.test("sim/cli draws a bar on a terminal, and lines elsewhere", async () => {
  const script = await new Deno.Command("sh", { args: ["-c", "command -v script"] }).output();
  if (!script.success) return console.log("skipped: a terminal needs script, of bsdutils");
  const args = ["explore", `${SCENARIOS}#long`, "--max-schedules=20000"];
  const words = [Deno.execPath(), ...COMMAND, ...args].map((word) => `'${word}'`).join(" ");
  const { stdout } = await new Deno.Command("script", {
    args: ["-qec", words, "/dev/null"],
    stdin: "null",
  }).output();
  const text = new TextDecoder().decode(stdout);
  assert(/[█░]{24} \d+ % {2}[\d,]+ schedules, 0 failed/.test(text), text);
  assertStringIncludes(text, "incomplete: stopped by maxSchedules after 20,000 schedules");
  const plain = await run(args);
  assertEquals([plain.code, /[█░]/.test(plain.errors + plain.out)], [3, false], plain.errors);
});
