import { assert, assertEquals, assertLess } from "@std/assert";
import fc from "fast-check";
import {
  explore,
  type ExploreOptions,
  mergeResults,
  parseResult,
  type SearchResult,
  type Simulation,
  toResult,
} from "../../../sim/mod.ts";
import { formatCount } from "../../../sim/explore/words.ts";
import { zoo } from "../zoo/zoo.ts";
import { chains } from "./chains.ts";
import { dice } from "./dice.ts";
import { totals } from "./in_pieces.ts";
import { lateSurprise } from "./late_surprise.ts";
import { lostUpdate } from "./lost_update.ts";
import { indexer, lastZero, readers } from "./popl_programs.ts";
import { program, scenarioOf } from "./random_program.ts";

type Scenario = (sim: Simulation) => unknown;

const DPOR = { strategy: "dpor", stopAtFailure: false, shrinkRuns: 0, audits: 0 } as const;

/** Explores in parts, each read as another program would. */
async function inParts(
  scenario: Scenario,
  count: number,
  options: ExploreOptions = DPOR,
): Promise<SearchResult[]> {
  const parts: SearchResult[] = [];
  for (let index = 0; index < count; index++) {
    const part = await explore(scenario, { ...options, shard: { index, count } });
    parts.push(parseResult(JSON.stringify(toResult(part))));
  }
  return parts;
}

function outcomesOf({ outcomes }: { outcomes: readonly { outcome: string }[] }): string[] {
  return outcomes.map(({ outcome }) => outcome).sort();
}

/** Compares a search in parts with one in one go. */
async function compare(scenario: Scenario, counts: readonly number[], max = Infinity) {
  const whole = await explore(scenario, { ...DPOR, maxSchedules: Math.min(max + 1, 100_000) });
  if (whole.schedules > max) return null;
  for (const count of counts) {
    const merged = mergeResults(await inParts(scenario, count));
    assertEquals(outcomesOf(merged), outcomesOf(whole), `${count} shards`);
    assertEquals(merged.verdict, whole.verdict);
    const { runs = 0, least = 0 } = merged.search.overlap ?? {};
    const [classes, ran] = [whole.classes ?? 0, merged.classes ?? 0];
    assert(
      ran - runs + least <= classes && classes <= ran,
      `${classes}: ${ran}, ${runs}, ${least}`,
    );
  }
  return whole;
}

Deno.test("mergeResults() of shards by dpor has each class once", async () => {
  const cases = [[readers(5), 32], [lastZero(4), 28], [indexer(12), 8], [chains(3, 3), 1]] as const;
  for (const [scenario, classes] of cases) {
    for (const count of [3, 8]) {
      const merged = mergeResults(await inParts(scenario, count));
      assertEquals([merged.classes, merged.search.overlap], [classes, { runs: 0, least: 0 }]);
      assert(merged.guarantee.startsWith("complete (DPOR): "), merged.guarantee);
    }
    await compare(scenario, [2]);
  }
});

Deno.test("mergeResults() of shards by dpor has each answer of draws once", async () => {
  await compare(dice, [2, 3, 8]);
});

for (const { name, run } of zoo) {
  Deno.test(`mergeResults() of shards by dpor has every outcome of zoo: ${name}`, async () => {
    for (const isFixed of [false, true]) {
      await compare((sim: Simulation) => run(sim, isFixed), [3], 200);
    }
  });
}

Deno.test("mergeResults() of shards by dpor has every outcome of random programs", async () => {
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(program, async (hosts) => {
      const whole = await compare(scenarioOf(hosts), [2, 3], 300);
      if (whole !== null && whole.schedules > 4) compared++;
    }),
    { numRuns: 80, seed: 21 },
  );
  assert(compared >= 10, `${compared} compared`);
});

Deno.test("explore() of a shard by dpor runs about its share", async () => {
  const parts = await inParts(readers(8), 4);
  assertEquals(parts.reduce((sum, { schedules }) => sum + schedules, 0), 256);
  for (const { schedules } of parts) assertLess(schedules, 128);
});

Deno.test("explore() of a shard by dpor says what other shards may have run too", async () => {
  // The first turn matters in one draw of many, which the top of the tree does not show.
  const scenario = lateSurprise(2, 6, 60);
  const whole = await explore(scenario, DPOR);
  const parts = await inParts(scenario, 3);
  const merged = mergeResults(parts);
  const shared = parts.map(({ search }) => search.overlap?.runs ?? 0);
  assertEquals(shared.every((runs) => runs > 0), true);
  const words = parts[1]?.guarantee ?? "";
  assert(words.startsWith(`complete (DPOR): ${formatCount(parts[1]?.classes ?? 0)} classes of `));
  const shards = `; other shards may have run ${formatCount(shared[1] ?? 0)} of the classes too`;
  assert(words.endsWith(shards), words);
  const least = Math.max(...shared);
  assertEquals(merged.search.overlap, { runs: shared.reduce((sum, runs) => sum + runs), least });
  const range = /: ([\d,]+) to ([\d,]+) classes cover all /.exec(merged.guarantee) ?? [];
  const [fewest = 0, most = 0] = range.slice(1).map((text) => Number(text.replace(",", "")));
  const classes = whole.classes ?? 0;
  assert(fewest <= classes && classes < most, `${classes}: ${merged.guarantee}`);
  // Some put together first come to the same.
  const pair = mergeResults(parts.slice(1));
  assertEquals(mergeResults([pair, parts[0] as SearchResult]), merged);
});

Deno.test("explore() of shards by dpor knows at once what a few random schedules show", async () => {
  const scenario = lateSurprise(3, 2, 2);
  const whole = await explore(scenario, DPOR);
  const merged = mergeResults(await inParts(scenario, 3));
  assertEquals([merged.classes, merged.search.overlap?.runs], [whole.classes, 0]);
});

Deno.test("explore() of a shard by dpor resumed comes to what it would in one go", async () => {
  let overlaps = 0;
  const every = Array.from({ length: 14 }, (_, stop) => 3 * stop);
  for (
    const [scenario, stops] of [[lastZero(4), every], [lateSurprise(2, 4, 60), [40, 150]]] as const
  ) {
    for (const index of [0, 1]) {
      const options = { ...DPOR, shard: { index, count: 2 } };
      const whole = await explore(scenario, options);
      const expected = [totals(whole), whole.classes, whole.search.overlap];
      overlaps += whole.search.overlap?.runs ?? 0;
      for (const stop of stops.filter((stop) => stop <= whole.schedules)) {
        let resume = "";
        const onCheckpoint = (text: string) => resume = text;
        const share = { maxSchedules: 2 * stop + index };
        await explore(scenario, { ...options, ...share, onCheckpoint });
        const resumed = await explore(scenario, { ...options, resume });
        const found = [totals(resumed), resumed.classes, resumed.search.overlap];
        assertEquals(found, expected, `shard ${index}, stopped after ${stop}`);
      }
    }
  }
  assert(overlaps > 0);
});

Deno.test("mergeResults() of shards by dpor has the audits of the whole", async () => {
  const options = { ...DPOR, audits: 20 };
  const { audit } = await explore(readers(4), options);
  const merged = mergeResults(await inParts(readers(4), 3, options));
  assertEquals(merged.audit, audit);
  assert(merged.guarantee.includes(`; ${audit?.pairs} swaps audited`), merged.guarantee);
});

/** Two hosts that set what the test returns, without saying that they share it. */
function lastOfTwo(sim: Simulation): () => string {
  let last = "";
  for (const name of ["a", "b"]) {
    sim.host(name).poller.poll(0, () => {}, () => void (last = name));
  }
  return () => last;
}

Deno.test("mergeResults() of shards by dpor is incomplete if turns are not independent", async () => {
  for (const audits of [0, 20]) {
    const parts = await inParts(lastOfTwo, 2, { ...DPOR, audits });
    const { verdict, guarantee } = mergeResults(parts);
    assertEquals(verdict, audits === 0 ? "complete" : "incomplete");
    if (audits > 0) assert(guarantee.includes("are not independent"), guarantee);
  }
});

Deno.test("mergeResults() of shards by dpor has the failure that only an audit has come to", async () => {
  const whole = toResult(await explore(lostUpdate, { ...DPOR, audits: 20 }));
  const merged = mergeResults(await inParts(lostUpdate, 2, { ...DPOR, audits: 20 }));
  assertEquals([merged.verdict, whole.verdict], ["failed", "failed"]);
  assertEquals(merged.failure?.identity, whole.failure?.identity);
});

Deno.test("mergeResults() by dpor tells of what a random schedule came to, and no class of any shard", async () => {
  const parts = await inParts(readers(4), 2, { ...DPOR, audits: 20 });
  const found = parts[1]?.audit?.outcomes[0] ?? "";
  // As if the class that comes to it had not been found.
  const lacking = parts.map((part) => ({
    ...part,
    outcomes: part.outcomes.filter(({ outcome }) => outcome !== found),
  }));
  const words = `but a schedule comes to ${found}, which no class does`;
  assert(mergeResults(lacking).guarantee.endsWith(words), mergeResults(lacking).guarantee);
  // Nor if more came out than a shard lists: one of those may be it.
  const [some] = lacking[0]?.outcomes ?? [];
  assert(some !== undefined);
  const many = Array.from({ length: 10_000 }, (_, i) => ({ ...some, outcome: `other ${i}` }));
  const unlisted = mergeResults([
    { ...lacking[0] as SearchResult, outcomes: many },
    ...lacking.slice(1),
  ]);
  assertEquals([unlisted.verdict, unlisted.audit?.leaks], ["complete", []]);
  // As long as a shard is missing, its classes may.
  const { guarantee } = mergeResults(lacking.slice(1));
  assert(guarantee.startsWith("incomplete: stopped by the lack of shard 1/2 after "), guarantee);
});
