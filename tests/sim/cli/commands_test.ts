import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { parseResult } from "../../../sim/mod.ts";
import { chains } from "../explore/chains.ts";
import { dice } from "../explore/dice.ts";
import { lostUpdate } from "../explore/lost_update.ts";
import { readers } from "../explore/popl_programs.ts";
import { FakeTerminal } from "./fake_terminal.ts";

let runs = 0;

function terminal(): FakeTerminal {
  return new FakeTerminal({
    dice,
    lostUpdate,
    chains: chains(3, 4),
    readers: readers(4),
    different: (sim) => {
      if (runs++ % 2 === 0) sim.choose("coin", 2);
    },
    steady: () => "steady",
  });
}

Deno.test("explore ends with 0 and the guarantee if all schedules pass", async () => {
  const ended = await terminal().run("explore chains --deviations=2");
  assertEquals(ended, {
    code: 0,
    out: "complete: all 210 schedules with at most 2 deviations pass",
    errors: "",
  });
});

Deno.test("explore ends with 1, the report and the command to replay a failure", async () => {
  const it = terminal();
  const { code, out } = await it.run("explore lostUpdate --tape=lost.tape --result=lost.json");
  assertEquals(code, 1);
  const tape = /^ {2}tape {6}(v1:\S+)$/m.exec(out)?.[1] ?? "";
  assertStringIncludes(out, `replay lostUpdate ${tape}`);
  assertStringIncludes(out, "bert goes before anna");
  assertEquals(it.files.get("lost.tape"), `${tape}\n`);
  assertEquals(parseResult(it.files.get("lost.json") ?? "").failure?.tape, tape);
});

Deno.test("explore ends with 3 if a limit stopped it, with 0 if it samples", async () => {
  const cut = await terminal().run("explore chains --max-schedules 300");
  assertEquals(cut.code, 3);
  assertStringIncludes(cut.out, "incomplete: stopped by maxSchedules after 300 schedules");
  for (const strategy of ["random", "pct", "pos", "portfolio"]) {
    const sampled = await terminal().run(
      `explore chains --strategy ${strategy} --max-schedules 20`,
    );
    assertEquals(sampled.code, 0);
    assert(sampled.out.startsWith("sampled: 20 schedules by "), sampled.out);
  }
});

Deno.test("explore takes a number of audits, and a bound of faults", async () => {
  const { code, out } = await terminal().run(
    "explore chains --strategy=dpor --audits 3 --faults 1",
  );
  assertEquals(code, 0);
  assertStringIncludes(out, " with at most 1 fault, and all pass; 3 swaps audited");
});

Deno.test("explore by classes says how many there are", async () => {
  const it = terminal();
  const { code, out } = await it.run("explore chains --strategy=dpor --result=r");
  assertEquals(code, 0);
  assert(out.startsWith("complete (DPOR): "), out);
  assertEquals(parseResult(it.files.get("r") ?? "").classes, 1);
  assertEquals((await it.run("merge r")).out, out);
});

Deno.test("explore lists what the schedules came to, with tapes", async () => {
  const { out } = await terminal().run("explore dice --all");
  const [, empty, first] = out.split("\n");
  assertEquals(empty, "");
  assert(/^\d+ x {2}\S.* {2}v1:\S+$/.test(first ?? ""), first);
  assertStringIncludes(out, "failed: Error");
});

Deno.test("explore ends with 4 if the scenario is not deterministic", async () => {
  const { code, out, errors } = await terminal().run("explore different");
  assertEquals([code, out], [4, ""]);
  assert(errors.startsWith("error: Cannot explore: the scenario is not deterministic: "), errors);
});

Deno.test("explore ends with 130 when interrupted, and --resume goes on", async () => {
  const it = terminal();
  it.abort.abort();
  const stopped = await it.run("explore chains --checkpoint=c");
  assertEquals(stopped.code, 130);
  assert(stopped.out.startsWith("incomplete: stopped by its signal after "), stopped.out);
  const again = new FakeTerminal({ chains: chains(3, 4), dice });
  again.files.set("c", it.files.get("c") ?? "");
  const ended = await again.run("explore chains --checkpoint=c --resume");
  assertEquals([ended.code, ended.out], [0, "complete: all 34,650 schedules pass"]);
  const fresh = await again.run("explore dice --all --checkpoint=new --resume");
  assertEquals(fresh.code, 1);
});

Deno.test("explore --shard and merge come to what explore does", async () => {
  const it = terminal();
  const whole = await it.run("explore dice --all --result=whole.json");
  for (const i of [1, 2, 3]) {
    assertEquals(
      (await it.run(`explore dice --all --shard=${i}/3 --result=${i}.json`)).code < 2,
      true,
    );
  }
  const merged = await it.run("merge 1.json 2.json 3.json --result=all.json");
  assertEquals(merged.code, 1);
  const counts = (text: string) => text.split("\n\n").slice(0, 2);
  assertEquals(counts(merged.out), counts(whole.out));
  const { schedules } = parseResult(it.files.get("all.json") ?? "");
  assertEquals(schedules, parseResult(it.files.get("whole.json") ?? "").schedules);
  await it.run("explore chains --deviations=1 --shard=1/2 --result=half.json");
  const half = await it.run("merge half.json");
  assertEquals(half.code, 3);
  assertStringIncludes(half.out, "the lack of shard 2/2");
});

Deno.test("explore by classes goes on from a checkpoint", async () => {
  const it = terminal();
  const command = "explore readers --strategy=dpor --audits=0";
  const { out } = await it.run(command);
  const cut = await it.run(`${command} --max-schedules=3 --checkpoint=c`);
  assertEquals(cut.code, 3);
  assertEquals((await it.run(`${command} --checkpoint=c --resume`)).out, out);
});

Deno.test("explore by classes is spread over machines and workers", async () => {
  const it = terminal();
  const command = "explore readers --strategy=dpor --audits=4";
  const whole = await it.run(command);
  for (const i of [1, 2]) {
    const part = `${command} --shard=${i}/2 --checkpoint=${i}.state`;
    const cut = await it.run(`${part} --max-schedules=3`);
    assertEquals(cut.code, 3);
    const { code, out } = await it.run(`${part} --resume --result=${i}.json`);
    assertEquals(code, 0);
    assert(/^complete \(DPOR\): \d+ classes of shard ./.test(out), out);
  }
  const words = (text: string) => /: \d+ classes cover.*;.* audited/.exec(text)?.[0];
  const merged = await it.run("merge 1.json 2.json");
  assertEquals([merged.code, words(merged.out)], [0, words(whole.out)]);
  const spread = await it.run(`${command} --jobs=2`);
  assertEquals([spread.code, spread.out], [0, merged.out]);
  assertEquals((await it.run("merge 2.json")).code, 3);
});

Deno.test("explore --jobs searches in workers", async () => {
  const ended = await terminal().run("explore chains --deviations=2 --jobs=2");
  assertEquals([ended.code, ended.out], [
    0,
    "complete: all 210 schedules with at most 2 deviations pass",
  ]);
});

/** The failing tape of the lost update. */
async function lostTape(it: FakeTerminal): Promise<string> {
  await it.run("explore lostUpdate --tape=lost.tape");
  return (it.files.get("lost.tape") ?? "").trim();
}

Deno.test("replay ends with 1 if the tape's run fails, with 0 if it passes", async () => {
  const it = terminal();
  const tape = await lostTape(it);
  for (const given of [tape, "lost.tape"]) {
    const { code, out } = await it.run(`replay lostUpdate ${given}`);
    assertEquals(code, 1);
    assertStringIncludes(out, "fails: Error: expected balance 2, got 1");
    assertStringIncludes(out, "bert goes before anna");
  }
  await it.run("explore steady --result=r");
  const steady = parseResult(it.files.get("r") ?? "").outcomes[0]?.tape;
  assertEquals(await it.run(`replay steady ${steady}`), {
    code: 0,
    out: "passes: steady",
    errors: "",
  });
});

Deno.test("replay ends with 4 if the tape does not fit, unless told how to go on", async () => {
  const it = terminal();
  const tape = await lostTape(it);
  const strict = await it.run(`replay chains ${tape} --name lostUpdate`);
  assertEquals([strict.code, strict.out], [4, ""]);
  assert(strict.errors.startsWith("error: Cannot replay a tape: decision "), strict.errors);
  const byName = await it.run(`replay steady ${tape} --name lostUpdate --mode by-name`);
  assertEquals([byName.code, byName.out], [0, "passes: steady"]);
  assertStringIncludes(byName.errors, "2 deviations did not fit");
});

Deno.test("shrink prints a simpler tape and what deviates", async () => {
  const it = terminal();
  await it.run("explore dice --strategy=random --shrink-runs=0 --tape=found");
  const { code, out } = await it.run("shrink dice found --tape=small");
  assertEquals(code, 0);
  assertEquals(out.split("\n")[0], it.files.get("small")?.trim());
  assertEquals((await it.run("replay dice small")).code, 1);
  const passing = await it.run("shrink steady small --name=dice");
  assertEquals(passing.code, 2);
  assertEquals(passing.errors, "error: Cannot shrink a tape: its run passes");
});

Deno.test("trace shows what happens, and whether it fails", async () => {
  const it = terminal();
  const usual = await it.run("trace lostUpdate");
  assertEquals([usual.code, usual.errors], [0, ""]);
  assertStringIncludes(usual.out, "@0.000000 anna timeout");
  await lostTape(it);
  const failing = await it.run("trace lostUpdate lost.tape --output=lost.txt");
  assertEquals([failing.code, failing.out], [0, ""]);
  assertEquals(failing.errors, "the run fails: Error: expected balance 2, got 1");
  assertStringIncludes(it.files.get("lost.txt") ?? "", "choose step 1/2");
});

Deno.test("trace and diff draw pictures", async () => {
  const it = terminal();
  await lostTape(it);
  const trace = async (format: string) =>
    (await it.run(`trace lostUpdate lost.tape --format=${format}`)).out;
  assert((await trace("mermaid")).startsWith("sequenceDiagram\n  participant h0 as anna\n"));
  assert(Array.isArray(JSON.parse(await trace("perfetto")).traceEvents));
  assert((await trace("html")).startsWith("<!doctype html>"));
  assertEquals(await trace("text"), (await it.run("trace lostUpdate lost.tape")).out);
  const diff = await it.run("diff lostUpdate lost.tape --format=html --output=d.html");
  assertEquals([diff.code, diff.out], [1, ""]);
  assertStringIncludes(it.files.get("d.html") ?? "", "left: passes: 2");
  const { code, errors } = await it.run("diff lostUpdate lost.tape --format=mermaid");
  assertEquals(code, 2);
  assertStringIncludes(errors, "--format mermaid is not one of text, html");
});

Deno.test("diff ends with 1 and shows where two runs part, with 0 for equal ones", async () => {
  const it = terminal();
  await lostTape(it);
  const differ = await it.run("diff lostUpdate lost.tape");
  assertEquals(differ.code, 1);
  const [left, right, ...lines] = differ.out.split("\n");
  assert(left?.startsWith("- 2   v1:") && right?.startsWith("+ failed: Error   v1:"), differ.out);
  assert(lines.includes("+ @0.000000 bert choose step 1/2"), differ.out);
  assertEquals((await it.run("diff lostUpdate lost.tape lost.tape")).code, 0);
});

Deno.test("commands end with 2 and a line for what cannot be used", async () => {
  const it = terminal();
  const refuse = async (command: string, message: string) => {
    const { code, out, errors } = await it.run(command);
    assertEquals([code, out, errors.split("\n")[0]], [2, "", `error: ${message}`]);
  };
  const tape = await lostTape(it);
  const line = "Cannot read the command line:";
  await refuse("paint", `${line} paint is not one of explore, replay, shrink, trace, diff, merge`);
  await refuse("explore", `${line} explore lacks <module>`);
  await refuse("explore absent", "Cannot load a scenario: no absent");
  await refuse("explore dice --resume", `${line} --resume lacks --checkpoint <file>`);
  await refuse("explore dice --shard=3/2", "Cannot explore: shard 3/2 is not one such as 1/4");
  await refuse("explore dice --seed=xyz", 'Cannot use a seed: "xyz" is not hexadecimal');
  await refuse("replay dice nowhere", "Cannot read nowhere: no such file");
  await refuse(
    `replay dice ${tape}`,
    'Cannot replay a tape: it was recorded for another scenario, not for "dice"',
  );
  await refuse(
    `replay lostUpdate ${tape.slice(0, 3)}A${tape.slice(4)}`,
    "Cannot read a tape: its checksum is wrong, the text was cut or edited",
  );
  await refuse("merge absent.json", "Cannot read absent.json: no such file");
  it.files.set("bad", "{}");
  await refuse("merge bad", "Cannot read a result: the text is not the result of a search");
  await refuse(
    "explore dice --checkpoint=bad --resume",
    "Cannot resume a search: the text is no checkpoint",
  );
});

Deno.test("every command has a help, and so has the program", async () => {
  const it = terminal();
  for (const command of ["", "explore ", "replay ", "shrink ", "trace ", "diff ", "merge "]) {
    const { code, out, errors } = await it.run(`${command}--help`);
    assertEquals([code, errors], [0, ""]);
    assertStringIncludes(out, `Usage: deno run -A jsr:@twinloop/twinloop/sim/cli ${command}`);
    assertStringIncludes(out, "Exit codes: 0 ");
  }
  const { code, out } = await it.run("");
  assertEquals([code, out], [2, ""]);
});
