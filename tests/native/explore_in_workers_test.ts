import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  explore,
  exploreInWorkers,
  type ExploreInWorkersOptions,
  type ExploreProgress,
  mergeResults,
  NondeterminismError,
  ScenarioModuleError,
  SearchFileError,
  type SearchResult,
  toResult,
} from "../../sim/mod.ts";
import { parseJobsCheckpoint, writeJobsCheckpoint } from "../../sim/explore/jobs_state.ts";
import { dice, STRATEGIES } from "../sim/explore/dice.ts";
import { lastZero } from "../sim/explore/popl_programs.ts";

const DICE = new URL("../sim/explore/dice.ts#dice", import.meta.url);
const SCENARIOS = new URL("./programs/scenarios.ts", import.meta.url).href;

function totals({ guarantee, schedules, failed, outcomes, shards }: SearchResult): unknown {
  return { guarantee, schedules, failed, outcomes, parts: shards.length };
}

Deno.test("exploreInWorkers() comes to what explore() does, by levels and by seeds", async () => {
  for (const options of [STRATEGIES[0], STRATEGIES.at(-1)]) {
    const asked = { ...options, name: "dice", stopAtFailure: false };
    const expected = toResult(await explore(dice, asked));
    const result = await exploreInWorkers(DICE, { ...asked, jobs: 2 });
    assertEquals(totals(result), { ...totals(expected) as object, parts: 2 }, options?.strategy);
  }
});

Deno.test("exploreInWorkers() by dpor comes to what the shards do, also when it is resumed", async () => {
  const module = `${SCENARIOS}#lastZeroOfFive`;
  const options = { strategy: "dpor", name: "zero", audits: 6 } as const;
  const whole = toResult(await explore(lastZero(5), options));
  for (const jobs of [1, 2]) {
    const result = await exploreInWorkers(module, { ...options, jobs });
    assertEquals([result.classes, result.verdict, result.audit], [64, "complete", whole.audit]);
    const outcomes = (of: SearchResult) => of.outcomes.map(({ outcome }) => outcome).sort();
    assertEquals(outcomes(result), outcomes(whole));
    let resume = "";
    const onCheckpoint = (text: string) => resume = text;
    await exploreInWorkers(module, { ...options, jobs, maxSchedules: 30, onCheckpoint });
    assertEquals(await exploreInWorkers(module, { ...options, jobs, resume }), result);
    const parts = Array.from({ length: jobs }, (_, index) => index);
    const shards = parts.map(async (index) =>
      toResult(await explore(lastZero(5), { ...options, shard: { index, count: jobs } }))
    );
    assertEquals(mergeResults(await Promise.all(shards)), result);
  }
  const halves = [0, 1].map((index) =>
    exploreInWorkers(module, { ...options, jobs: 2, shard: { index, count: 2 } })
  );
  const { classes, guarantee } = mergeResults(await Promise.all(halves));
  assertEquals([classes, guarantee.startsWith("complete (DPOR): 64 classes cover")], [64, true]);
});

Deno.test("exploreInWorkers() in shards comes to what explore() does", async () => {
  const options = { name: "dice", stopAtFailure: false };
  const parts = await Promise.all(
    [0, 1].map((index) =>
      exploreInWorkers(DICE, { ...options, jobs: 2, shard: { index, count: 2 } })
    ),
  );
  const expected = toResult(await explore(dice, options));
  assertEquals(totals(mergeResults(parts)), { ...totals(expected) as object, parts: 4 });
});

Deno.test("exploreInWorkers() names the shard that it was asked for, and tells its progress", async () => {
  const told: ExploreProgress[] = [];
  const options = {
    jobs: 2,
    deviations: 1,
    onProgress: (progress: ExploreProgress) => told.push(progress),
  };
  const shard = { index: 1, count: 3 };
  const { guarantee, schedules } = await exploreInWorkers(DICE, { ...options, shard });
  assertEquals(
    guarantee,
    `complete: all ${schedules} schedules with at most 1 deviation of shard 2/3 pass`,
  );
  assertEquals(told.at(-1)?.schedules, schedules);
});

Deno.test("exploreInWorkers() resumes where its workers were", async () => {
  const options = { jobs: 2, stopAtFailure: false };
  let resume = "";
  const onCheckpoint = (text: string) => resume = text;
  const cut = await exploreInWorkers(DICE, { ...options, maxSchedules: 31, onCheckpoint });
  assertEquals(cut.schedules, 31);
  const whole = toResult(await explore(dice, { name: "dice", stopAtFailure: false }));
  const resumed = await exploreInWorkers(DICE, { ...options, resume });
  assertEquals(totals(resumed), { ...totals(whole) as object, parts: 2 });
  const refuse = async (text: string, jobs: number, message: string) => {
    const asked: ExploreInWorkersOptions = { ...options, jobs, resume: text };
    const error = await assertRejects(() => exploreInWorkers(DICE, asked), SearchFileError);
    assertEquals(error.message, `Cannot resume a search: ${message}`);
  };
  await refuse(resume, 3, "it had 2 jobs, not 3");
  await refuse("{}", 2, "the text is no checkpoint of workers");
  await refuse(resume.replace('"version":1', '"version":7'), 2, "version 7 is not known, 1 is");
  await refuse(resume.replace("planned", "plagued"), 2, "the checkpoint was cut or edited");
  const [first = null] = parseJobsCheckpoint(resume, 2);
  await refuse(writeJobsCheckpoint([first, first]), 2, 'its shard is "1/2", not "2/2"');
});

Deno.test("exploreInWorkers() stops all workers at a failure, or when told", async () => {
  const endless = `${SCENARIOS}#endless`;
  const found = await exploreInWorkers(endless, { jobs: 2, strategy: "random", maxSchedules: 1e9 });
  assertEquals([found.verdict, found.failure?.message], ["failed", "Error: struck"]);
  const abort = new AbortController();
  const { guarantee } = await exploreInWorkers(`${SCENARIOS}#long`, {
    jobs: 2,
    maxSchedules: 1e9,
    signal: abort.signal,
    onProgress: () => abort.abort(),
  });
  assert(guarantee.startsWith("incomplete: stopped by its signal after "), guarantee);
});

Deno.test("exploreInWorkers() rejects with what goes wrong in a worker", async () => {
  const explored = (name: string, options: ExploreInWorkersOptions = {}) =>
    exploreInWorkers(`${SCENARIOS}${name}`, { jobs: 1, ...options });
  const missing = await assertRejects(() => explored("#absent"), ScenarioModuleError);
  assert(
    missing.message.startsWith("Cannot load a scenario: scenarios.ts has no absent, it exports"),
  );
  await assertRejects(() => explored(".js"), ScenarioModuleError, "Module not found");
  const different = await assertRejects(() => explored("#different"), NondeterminismError);
  assert(different.where !== "" && different.first !== different.second);
  await assertRejects(() => explored("#long", { jobs: 0 }), RangeError, "jobs 0");
  await assertRejects(
    () => explored("#long", { depth: 0, strategy: "pct" }),
    RangeError,
    "depth 0",
  );
});
