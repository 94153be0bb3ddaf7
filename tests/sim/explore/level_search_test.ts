import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { LevelSearch } from "../../../sim/explore/level_search.ts";
import { Recorder } from "../../../sim/explore/recorder.ts";
import { Replay, Tape } from "../../../sim/mod.ts";

/** How many answers a decision has, by those before; 0 for the end: an irregular tree. */
type Tree = (answers: readonly number[]) => number;

function makeTree(salt: number): Tree {
  return (answers) => {
    let hash = salt;
    for (const answer of answers) hash = (Math.imul(hash, 31) + answer + 7) >>> 0;
    return answers.length === 5 ? 0 : [0, 2, 3, 2, 4][(hash >>> 3) % 5] as number;
  };
}

/** Every path through a tree whose deviations are within a bound. */
function allPaths(tree: Tree, max: number, path: number[] = []): string[] {
  const bound = tree(path);
  if (bound === 0) return [path.join()];
  return Array.from({ length: bound }, (_, answer) => answer).flatMap((answer) =>
    answer > 0 && max === 0 ? [] : allPaths(tree, max - Math.min(answer, 1), [...path, answer])
  );
}

/** Runs what a search plans, at most so many; returns the paths that count. */
function searchAll(tree: Tree, search: LevelSearch, max = Infinity): string[] {
  const paths: string[] = [];
  for (let count = 0; count < max; count++) {
    const plan = search.next();
    if (plan === null) break;
    const recorder = new Recorder(plan());
    for (let bound = tree([]); bound > 0; bound = tree(recorder.values)) {
      recorder.choose("a", bound);
    }
    search.ended(recorder);
    if (!plan.isOthers) paths.push(recorder.values.join());
  }
  return paths;
}

Deno.test("LevelSearch runs every schedule within its bound once, whatever it may keep", () => {
  const max = fc.constantFrom(0, 1, 2, 3, Infinity);
  fc.assert(fc.property(fc.nat(), max, fc.constantFrom(0, 20, 1e6), (salt, max, keptMax) => {
    const tree = makeTree(salt);
    const search = new LevelSearch("deviations", max, keptMax);
    const expected = allPaths(tree, max);
    assertEquals(searchAll(tree, search).sort(), expected.sort());
    assertEquals(search.isWhole, expected.length === allPaths(tree, Infinity).length);
  }));
});

const UNIT = fc.constantFrom("deviations" as const, "delays" as const);

Deno.test("LevelSearch in shards runs every schedule in one of them, whatever it may keep", () => {
  const max = fc.constantFrom(0, 1, 2, 3, Infinity);
  const keptMax = fc.constantFrom(0, 20, 100, 1e6);
  const count = fc.integer({ min: 2, max: 7 });
  fc.assert(fc.property(fc.nat(), UNIT, max, keptMax, count, (salt, unit, max, keptMax, count) => {
    const tree = makeTree(salt);
    const whole = new LevelSearch(unit, max);
    const expected = searchAll(tree, whole);
    const shards = Array.from(
      { length: count },
      (_, index) => new LevelSearch(unit, max, keptMax, { index, count }),
    );
    assertEquals(shards.flatMap((shard) => searchAll(tree, shard)).sort(), expected.sort());
    assertEquals(shards.every(({ isWhole }) => isWhole), whole.isWhole);
  }));
});

Deno.test("LevelSearch goes on from what was saved after any schedule", () => {
  const max = fc.constantFrom(1, 2, Infinity);
  const keptMax = fc.constantFrom(0, 20, 1e6);
  const shard = fc.constantFrom({ index: 0, count: 1 }, { index: 1, count: 3 });
  const pause = fc.integer({ min: 1, max: 40 });
  const property = fc.property(
    fc.nat(),
    UNIT,
    max,
    keptMax,
    shard,
    pause,
    (salt, unit, max, keptMax, shard, pause) => {
      const tree = makeTree(salt);
      const make = () => new LevelSearch(unit, max, keptMax, shard);
      const expected = searchAll(tree, make());
      const first = make();
      const paths = searchAll(tree, first, pause);
      const second = make();
      second.load(JSON.parse(JSON.stringify(first.save())));
      paths.push(...searchAll(tree, second));
      assertEquals(paths, expected);
    },
  );
  fc.assert(property);
});

Deno.test("Replay by name puts an event only before the one that it went before", () => {
  const deviation = {
    index: 0,
    label: "step",
    bound: 2,
    value: 1,
    cause: 0,
    nth: 0,
    host: "",
    picked: 7,
    over: 5,
    words: "",
  };
  const tape = new Tape({ scenario: "", seed: "0", length: 1, deviations: [deviation] });
  const strategy = new Replay(tape, "by-name");
  const choose = (...names: number[]) =>
    strategy.choose("step", names.length, {
      cause: 1,
      host: "",
      isFault: false,
      times: null,
      candidate: (answer) => ({ name: names[answer] as number, subject: "" }),
    });
  assertEquals([choose(6, 7), choose(7, 5), choose(6, 5, 7), choose(5, 7)], [0, 0, 2, 0]);
});
