import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  areSame,
  compareRuns,
  explore,
  formatComparison,
  recordRun,
  replay,
  type Simulation,
  TapeError,
  TapeMismatchError,
} from "../../../sim/mod.ts";
import { lostUpdate } from "../explore/lost_update.ts";
import { lossyRun, program, textsOf, usualRun } from "./echo_run.ts";

Deno.test("recordRun() keeps what happens, with the causes, whether the run fails or not", async () => {
  const run = await usualRun();
  assertEquals([run.outcome, run.failure, run.dropped], ["10 bytes", null, 0]);
  const trace = (await replay(program, run.tape, { name: "echo" })).trace;
  assertEquals(run.entries.length, trace.split("\n").length);
  const causes = new Set(run.entries.map(({ cause }) => cause));
  const linked = [...causes].filter((cause) => causes.has(run.parents.get(cause) ?? 0));
  assert(linked.length > 5, `${linked.length}`);
  const { failure } = await explore(lostUpdate);
  const failing = await recordRun(lostUpdate, failure?.tape.toString());
  assertEquals(failing.outcome, "failed: Error");
  assertEquals((failing.failure?.error as Error).message, "expected balance 2, got 1");
  assertEquals(failing.tape.toString(), failure?.tape.toString());
});

Deno.test("recordRun() refuses a tape that does not fit, or of another scenario", async () => {
  const { failure } = await explore(lostUpdate, { name: "lost" });
  const tape = failure?.tape.toString() ?? "";
  await assertRejects(() => recordRun(program, tape, { name: "other" }), TapeError);
  await assertRejects(() => recordRun(program, tape), TapeMismatchError);
  await assertRejects(() => recordRun(program, "v1:nonsense"), TapeError);
  const options = { mode: "fallback", name: "lost" } as const;
  assert((await recordRun(() => {}, tape, options)).skipped > 0);
});

Deno.test("compareRuns() finds nothing between a run and itself", async () => {
  const run = await usualRun();
  const lines = compareRuns(run, await usualRun());
  assertEquals(lines, run.entries.map((_, i) => ({ left: i, right: i, isMoved: false })));
  assert(areSame(lines));
  assertEquals(formatComparison(run, run), "");
});

Deno.test("compareRuns() keeps the order of both runs and misses nothing", async () => {
  const [left, right] = [await usualRun(), await lossyRun()];
  const lines = compareRuns(left, right);
  assert(!areSame(lines));
  assertEquals(
    lines.flatMap((line) => line.left >= 0 ? line.left : []),
    left.entries.map((_, i) => i),
  );
  assertEquals(
    lines.flatMap((line) => line.right >= 0 ? line.right : []),
    right.entries.map((_, i) => i),
  );
  assertEquals(textsOf(right).filter((text) => text.startsWith("third")), [
    "third bind",
    "third send",
    "third lost",
  ]);
  const only = formatComparison(left, right, 0).split("\n").filter((line) =>
    !line.startsWith("  ")
  );
  assertEquals(only.map((line) => line.replace(/ @\S+/, "").replace(/#\d+.*/, "")), [
    "+ (world) choose udp/loss 1/2",
    "+ third lost datagram",
    "- server arrive datagram",
  ]);
});

Deno.test("compareRuns() says of what is in both at another place that it moved", async () => {
  const scenario = (sim: Simulation) => {
    for (const name of ["a", "b"]) {
      const { poller } = sim.host(name);
      poller.poll(0, () => {}, () => {});
    }
  };
  const outcomes = new Map<string, string>();
  const { outcomes: found } = await explore((sim) => {
    const log: string[] = [];
    for (const name of ["a", "b"]) sim.host(name).poller.poll(0, () => {}, () => log.push(name));
    return () => log.join("");
  });
  for (const { outcome, tape } of found) outcomes.set(outcome, tape.toString());
  const [left, right] = [
    await recordRun(scenario, outcomes.get("ab")),
    await recordRun(scenario, outcomes.get("ba")),
  ];
  const moved = compareRuns(left, right).filter(({ isMoved }) => isMoved);
  assertEquals(moved.map((line) => line.left >= 0), [true, false]);
  assert(/^< @0.000000 [ab] timeout$/m.test(formatComparison(left, right)));
});
