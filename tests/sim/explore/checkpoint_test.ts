import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  explore,
  type ExploreOptions,
  type ExploreProgress,
  NondeterminismError,
  SearchFileError,
  SimClock,
  type Simulation,
} from "../../../sim/mod.ts";
import { chains } from "./chains.ts";
import { dice, STRATEGIES } from "./dice.ts";
import { inPieces, totals } from "./in_pieces.ts";
import { lostUpdate } from "./lost_update.ts";

for (const options of STRATEGIES) {
  const { strategy, deviations } = options;
  const name = `${strategy}${deviations === undefined ? "" : `, ${deviations} deviations`}`;

  Deno.test(`explore() resumed comes to what it would in one go: ${name}`, async () => {
    for (const stopAtFailure of [true, false]) {
      const asked = { ...options, stopAtFailure };
      for (const scenario of [dice, lostUpdate]) {
        const expected = totals(await explore(scenario, asked));
        for (const size of [1, 7, 40]) {
          assertEquals(totals(await inPieces(scenario, asked, size)), expected, `${size}`);
        }
      }
    }
  });
}

/** Explores a little and returns the last checkpoint. */
async function checkpointOf(options: ExploreOptions = {}): Promise<string> {
  let checkpoint = "";
  const onCheckpoint = (text: string) => checkpoint = text;
  await explore(dice, { maxSchedules: 20, stopAtFailure: false, ...options, onCheckpoint });
  return checkpoint;
}

Deno.test("explore() refuses to resume what is no checkpoint of this search", async () => {
  const checkpoint = await checkpointOf();
  const refuse = async (resume: string, message: string, options: ExploreOptions = {}) => {
    const error = await assertRejects(() => explore(dice, { ...options, resume }), SearchFileError);
    assertEquals([error.code, error.message], ["SEARCH_FILE", message]);
  };
  await refuse("", "Cannot resume a search: the text is no checkpoint");
  await refuse("{}", "Cannot resume a search: the text is no checkpoint");
  await refuse("7\n8\n", "Cannot resume a search: the text is no checkpoint");
  await refuse(
    checkpoint.replace('"version":1', '"version":2'),
    "Cannot resume a search: version 2 is not known, 1 is",
  );
  const edited = "Cannot resume a search: the checkpoint was cut or edited";
  await refuse(checkpoint.replace('"schedules":20', '"schedules":21'), edited);
  await refuse(checkpoint.slice(0, -20), edited);
  // As if it were of the search that it is to be used for.
  await refuse(checkpoint.replace('"seed":"0"', '"seed":"7"'), edited, { seed: 7 });
  const other = (key: string, is: string, not: string) =>
    `Cannot resume a search: its ${key} is "${is}", not "${not}"`;
  await refuse(checkpoint, other("scenario", "", "dice"), { name: "dice" });
  await refuse(checkpoint, other("seed", "0", "7"), { seed: 7 });
  await refuse(checkpoint, other("bound", "Infinity", "3"), { deviations: 3 });
  await refuse(checkpoint, other("strategy", "exhaustive", "random"), { strategy: "random" });
  const shard = { index: 0, count: 2 };
  await refuse(checkpoint, other("shard", "1/1", "1/2"), { shard });
});

Deno.test("explore() with a checkpoint of a scenario that was changed says so", async () => {
  const resume = await checkpointOf({ maxSchedules: 60 });
  const error = await assertRejects(() => explore(chains(2, 5), { resume }));
  assertEquals((error as { code?: string }).code, "NONDETERMINISM");
});

Deno.test("explore() with a checkpoint says so if the scenario does not fail any more", async () => {
  const failing = () => {
    throw new Error("broken");
  };
  let resume = "";
  await explore(failing, { onCheckpoint: (text) => resume = text });
  const error = await assertRejects(() => explore(() => () => 7, { resume }), NondeterminismError);
  assertEquals([error.first, error.second], ["a failure", "7"]);
});

Deno.test("explore() with a checkpoint says so if the scenario comes to something else", async () => {
  let resume = "";
  await explore(() => () => 6, { onCheckpoint: (text) => resume = text });
  const error = await assertRejects(() => explore(() => () => 7, { resume }), NondeterminismError);
  assertEquals([error.first, error.second], ["6", "7"]);
});

/** A clock that a scenario moves, a tenth of a second a run. */
function movingClock(): { clock: SimClock; scenario: (sim: Simulation) => unknown } {
  const clock = new SimClock();
  return {
    clock,
    scenario: (sim) => {
      clock.advance(0.1);
      return dice(sim);
    },
  };
}

Deno.test("explore() tells its progress, with an estimate, and makes checkpoints", async () => {
  const { clock, scenario } = movingClock();
  const told: ExploreProgress[] = [];
  let checkpoints = 0;
  const result = await explore(scenario, {
    clock,
    stopAtFailure: false,
    checkpointSeconds: 2,
    onProgress: (progress) => told.push(progress),
    onCheckpoint: () => checkpoints++,
  });
  const last = told.at(-1) as ExploreProgress;
  assertEquals([last.schedules, last.failed], [result.schedules, result.failed]);
  assertEquals(last.outcomes, result.outcomes.length);
  assert(told.length > 2 && checkpoints > 2, `${told.length} ${checkpoints}`);
  for (let i = 1; i < told.length; i++) assert(told[i]!.schedules >= told[i - 1]!.schedules);
  const estimate = last.estimate ?? 0;
  assert(estimate >= result.schedules && estimate < 3 * result.schedules, `${estimate}`);
});

Deno.test("explore() estimates how many schedules there are within a bound", async () => {
  for (const strategy of ["exhaustive", "delayBounded"] as const) {
    const bounds = { strategy, deviations: 3, delays: 3 };
    const { schedules } = await explore(chains(3, 4), bounds);
    const { estimate } = await explore(chains(3, 4), { ...bounds, maxSchedules: 5 });
    assert(
      estimate !== null && estimate > schedules / 2 && estimate < schedules * 2,
      `${estimate}`,
    );
  }
});

Deno.test("explore() stops when its signal is aborted", async () => {
  const abort = new AbortController();
  const { clock, scenario } = movingClock();
  const { guarantee } = await explore(scenario, {
    clock,
    stopAtFailure: false,
    signal: abort.signal,
    onProgress: () => abort.abort(),
  });
  assert(guarantee.startsWith("incomplete: stopped by its signal after "), guarantee);
});
