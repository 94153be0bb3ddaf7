import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  explore,
  type ExploreOptions,
  formatShard,
  mergeResults,
  parseResult,
  parseShard,
  SearchFileError,
  type SearchResult,
  type Simulation,
  toResult,
} from "../../../sim/mod.ts";
import { chains } from "./chains.ts";
import { dice, STRATEGIES } from "./dice.ts";
import { lostUpdate } from "./lost_update.ts";

/** Explores and returns the result as another program would read it. */
async function resultOf(
  scenario: (sim: Simulation) => unknown,
  options: ExploreOptions,
): Promise<SearchResult> {
  return parseResult(JSON.stringify(toResult(await explore(scenario, options))));
}

/** Explores in parts. */
function inParts(
  scenario: (sim: Simulation) => unknown,
  options: ExploreOptions,
  count: number,
): Promise<SearchResult[]> {
  const parts = Array.from({ length: count }, (_, index) => index);
  return Promise.all(
    parts.map((index) => resultOf(scenario, { ...options, shard: { index, count } })),
  );
}

function totals({ guarantee, schedules, failed, outcomes, failure }: SearchResult): unknown {
  return { guarantee, schedules, failed, outcomes, identity: failure?.identity };
}

for (const options of STRATEGIES) {
  const { strategy, deviations } = options;
  const name = `${strategy}${deviations === undefined ? "" : `, ${deviations} deviations`}`;

  Deno.test(`mergeResults() of all shards comes to what one search does: ${name}`, async () => {
    const asked = { ...options, stopAtFailure: false };
    for (const scenario of [dice, lostUpdate, chains(2, 4)]) {
      const expected = totals(await resultOf(scenario, asked));
      for (const count of [2, 3, 8]) {
        const parts = await inParts(scenario, asked, count);
        assertEquals(totals(mergeResults(parts.reverse())), expected, `${count} shards`);
      }
    }
  });
}

Deno.test("explore() of a shard runs about its share", async () => {
  const parts = await inParts(chains(3, 4), { deviations: 3 }, 4);
  assertEquals(parts.reduce((sum, { schedules }) => sum + schedules, 0), 1161);
  for (const { schedules } of parts) assert(schedules > 200 && schedules < 400, `${schedules}`);
});

Deno.test("mergeResults() is incomplete as long as a shard is missing or was cut", async () => {
  const parts = await inParts(chains(3, 4), { deviations: 3 }, 4);
  const { guarantee, verdict, schedules } = mergeResults(parts.slice(1, 3));
  assertEquals(verdict, "incomplete");
  // It says nothing of what the others would have run.
  const lack = `incomplete: stopped by the lack of shards 1/4, 4/4 after ${schedules} schedules`;
  assertEquals(guarantee, lack);
  const half = mergeResults(parts.slice(0, 2));
  const other = mergeResults(parts.slice(2));
  assertEquals(mergeResults([other, half]).guarantee, mergeResults(parts).guarantee);
  const cut = await inParts(chains(3, 4), { deviations: 3, maxSchedules: 400 }, 4);
  const words = mergeResults([...parts.slice(0, 3), cut[3] as SearchResult]).guarantee;
  assert(words.startsWith("incomplete: stopped by maxSchedules after "), words);
  assert(words.includes("all with at most 2 deviations pass"), words);
});

Deno.test("mergeResults() refuses what does not belong together", async () => {
  const [first, second] = await inParts(dice, { name: "dice", deviations: 1 }, 2);
  const refuse = (results: unknown[], message: string) => {
    const error = assertThrows(() => mergeResults(results as SearchResult[]), SearchFileError);
    assertEquals(error.message, message);
  };
  refuse([], "Cannot merge results: there are none");
  refuse([first, second, first], "Cannot merge results: shard 1/2 is there twice");
  const other = (key: string, values: string) =>
    `Cannot merge results: the ${key} of one is ${values}`;
  const [seed] = await inParts(dice, { name: "dice", deviations: 1, seed: 9 }, 2);
  refuse([first, seed], other("seed", '"0", of another "9"'));
  const [scenario] = await inParts(dice, { name: "cards", deviations: 1 }, 2);
  refuse([first, scenario], other("scenario", '"dice", of another "cards"'));
  const [bound] = await inParts(dice, { name: "dice", deviations: 2 }, 2);
  refuse([first, bound], other("bound", '"1", of another "2"'));
  const [count] = await inParts(dice, { name: "dice", deviations: 1 }, 3);
  refuse([first, count], other("number of shards", "2, of another 3"));
});

Deno.test("mergeResults() refuses shards that are none", async () => {
  const [result] = await inParts(dice, { deviations: 1 }, 2);
  const refuse = (shards: unknown[], message: string) => {
    const wrong = { ...result as SearchResult, shards: shards as string[] };
    for (const results of [[wrong], [result as SearchResult, wrong]]) {
      const error = assertThrows(() => mergeResults(results), SearchFileError);
      assertEquals(error.message, `Cannot merge results: ${message}`);
    }
  };
  refuse([], "the shards of one are missing");
  refuse(["3/2"], "shard 3/2 is not one such as 1/4");
  refuse([7], "shard 7 is not one such as 1/4");
  refuse(["1/2", "1/3"], "the shards of one are 1/2, 1/3");
});

Deno.test("mergeResults() estimates as many schedules as were run, or more", async () => {
  const parts = await inParts(chains(3, 4), { deviations: 3 }, 4);
  const cut = await inParts(chains(3, 4), { deviations: 3, maxSchedules: 400 }, 4);
  const last = cut[3] as SearchResult;
  const { estimate } = mergeResults([...parts.slice(0, 3), last]);
  const others = parts.slice(0, 3).reduce((sum, { schedules }) => sum + schedules, 0);
  assertEquals(estimate, others + (last.estimate ?? 0));
  assertEquals(mergeResults(parts).estimate, null);
});

Deno.test("mergeResults() promises no more of PCT than one search does", async () => {
  let longer = 0;
  for (let rare = 20; rare < 200; rare += 20) {
    // After the first runs, one may be much longer, in one of the shards.
    const scenario = (sim: Simulation) => {
      const isLong = sim.choose("long", rare) === 3;
      chains(isLong ? 3 : 2, isLong && rare % 40 === 0 ? 12 : 2)(sim);
    };
    const options = { strategy: "pct", maxSchedules: 60, depth: 2 } as const;
    const whole = await resultOf(scenario, options);
    const parts = await inParts(scenario, options, 4);
    if (parts.some(({ search }) => search.chance?.steps !== parts[0]?.search.chance?.steps)) {
      longer++;
    }
    const merged = mergeResults(parts).search.chance;
    assertEquals({ ...merged, found: 0 }, { ...whole.search.chance, found: 0 });
    assertAlmostEquals(merged?.found ?? 0, whole.search.chance?.found ?? 0, 1e-12);
  }
  assert(longer > 1, `${longer} had shards of different lengths`);
});

Deno.test("parseResult() refuses what is no result", () => {
  const refuse = (text: string, message: string) => {
    const error = assertThrows(() => parseResult(text), SearchFileError);
    assertEquals(error.message, `Cannot read a result: ${message}`);
  };
  refuse('{"format":', "the text is not JSON, it is cut or edited");
  refuse("null", "the text is not the result of a search");
  refuse('{"format":"twinloop-result","version":2}', "version 2 is not known, 1 is");
  refuse('{"format":"twinloop-result","version":1}', "parts of it are missing or edited");
});

Deno.test("parseResult() refuses what lacks a part, or has something else in its place", async () => {
  const result = await resultOf(lostUpdate, { strategy: "dpor", audits: 2 });
  assert(result.failure !== null && result.audit !== null);
  for (const key of ["search", "shards", "schedules", "failed", "outcomes", "failure", "audit"]) {
    for (const value of [undefined, 7.5, "text", {}, [null], [{}]]) {
      const text = JSON.stringify({ ...result, [key]: value });
      if (key === "search" && typeof value === "object") continue;
      const error = assertThrows(() => parseResult(text), SearchFileError, undefined, text);
      assertEquals(error.message, "Cannot read a result: parts of it are missing or edited");
    }
  }
});

Deno.test("parseShard() reads what formatShard() writes, and refuses other texts", () => {
  assertEquals(parseShard("2/4"), { index: 1, count: 4 });
  assertEquals(formatShard(parseShard("1/1")), "1/1");
  for (const text of ["", "0/4", "5/4", "1", "1/0", "a/b", "1/4/2", "-1/4", "1.5/4"]) {
    const error = assertThrows(() => parseShard(text), RangeError);
    assertEquals(error.message, `Cannot explore: shard ${text} is not one such as 1/4`);
  }
});
